"""The order that a cancel returns is ccxt's own, key by key, except where ccxt is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

import adapter

from .cases import (
    CASES,
    CM_ANSWER,
    COINM,
    FUTURES_ANSWER,
    MARGIN,
    MARGIN_ANSWER,
    OPTIONS,
    OPTIONS_ANSWER,
    PM_CM,
    SPOT,
    SPOTLIKE,
    Case,
)
from .wire import always

OLD_PAGE = {"avgPrice": "0.00", "cumQuote": "0"}
PARTLY = {"executedQty": "4", "cumQty": "4"}

VARIANTS: dict[str, dict[str, Mapping[str, Any]]] = {
    "usdm": {
        "today": FUTURES_ANSWER,
        "the page": {**FUTURES_ANSWER, **OLD_PAGE},
        "partly filled": {**FUTURES_ANSWER, **PARTLY},
        "partly filled, the page": {
            **FUTURES_ANSWER,
            **PARTLY,
            "avgPrice": "9299.5",
            "cumQuote": "37198",
        },
        "market": {**FUTURES_ANSWER, "type": "MARKET", "price": "0"},
        "post only, reduce only": {**FUTURES_ANSWER, "timeInForce": "GTX", "reduceOnly": True},
        "good till date": {**FUTURES_ANSWER, "timeInForce": "GTD", "goodTillDate": 1693207680000},
        "stop price": {**FUTURES_ANSWER, "stopPrice": "9200", "origType": "STOP"},
        "numbers for strings": {**FUTURES_ANSWER, "price": 9300, "origQty": 11, "executedQty": 0},
    },
    "coinm": {
        "today": COINM.answer,
        "with both values": {
            **COINM.answer,
            **PARTLY,
            "avgPrice": "9299.5",
            "cumBase": "0.0430",
            "cumQuote": "0",
        },
    },
    "spot": {
        "today": SPOT.answer,
        "unfilled": {
            **SPOT.answer,
            "executedQty": "0.00000000",
            "cummulativeQuoteQty": "0.00000000",
        },
        "with what is new": {**SPOT.answer, "expiryReason": 0, "workingFloor": "SOR"},
        "a stop": {**SPOT.answer, "type": "STOP_LOSS_LIMIT", "stopPrice": "0.9"},
    },
    "margin": {
        "today": MARGIN.answer,
        "with a text for an id": {**MARGIN.answer, "orderId": "28"},
    },
    "options": {
        "today": OPTIONS_ANSWER,
        "without createDate": {k: v for k, v in OPTIONS_ANSWER.items() if k != "createDate"},
        "partly filled": {**OPTIONS_ANSWER, "executedQty": "0.4", "avgPrice": "99.5"},
        "no client id": {**OPTIONS_ANSWER, "clientOrderId": ""},
    },
    "pm_cm": {
        "today": CM_ANSWER,
        "the page": {**CM_ANSWER, "avgPrice": "0.0", "cumBase": "0"},
        "partly filled": {**CM_ANSWER, **PARTLY},
        "partly filled, the page": {
            **CM_ANSWER,
            **PARTLY,
            "avgPrice": "9299.5",
            "cumBase": "0.0430",
        },
    },
    "pm_margin": {
        "today": MARGIN_ANSWER,
        "unfilled": {
            **MARGIN_ANSWER,
            "executedQty": "0.00000000",
            "cummulativeQuoteQty": "0.00000000",
        },
        "with a time": {**MARGIN_ANSWER, "transactTime": 1507725176595},
        "with fills": {
            **MARGIN_ANSWER,
            "fills": [
                {"price": "1", "qty": "8", "commission": "0.01", "commissionAsset": "LTC"},
            ],
        },
    },
}
VARIANTS["pm_um"] = VARIANTS["usdm"]
BARE = ("orderId", "status", "symbol")
ROWS = [
    (case, answer, f"{case.name}-{name}")
    for case in CASES
    for name, answer in {
        **VARIANTS[case.name],
        "id, status and symbol alone": {k: case.answer[k] for k in BARE},
        "id and status alone": {k: case.answer[k] for k in BARE[:2]},
    }.items()
]


def table(*cases: Case) -> pytest.MarkDecorator:
    """The answers of these products, by name."""
    rows = [row for row in ROWS if row[0] in cases]
    return pytest.mark.parametrize(
        ("case", "answer"), [row[:2] for row in rows], ids=[row[2] for row in rows]
    )


def corrected(case: Case, answer: Mapping[str, Any], ccxts: dict[str, Any]) -> dict[str, Any]:
    """ccxt's order with what ``facts`` call wrong put right."""
    order = {**ccxts, "outcome": "canceled", "status": "canceled", "symbol": case.symbol}
    order["clientOrderId"] = answer.get(case.own_client_id) or None
    if "createDate" in answer:
        order["timestamp"] = answer["createDate"]
        order["datetime"] = "2020-06-18T07:38:00.683Z"
    return order


@table(*CASES)
def test_an_order_is_ccxts_own(case: Case, answer: Mapping[str, Any], mode: str) -> None:
    """The same keys and the same values, plus ``outcome``; corrected in what ccxt gets wrong."""
    form = _cancel(case)
    ccxts = case.run(form, always(dict(answer)), mode=mode)
    ours = case.run(form, always(dict(answer)), mode=mode, ours=True)

    assert ours.error is None
    assert dict is type(ours.order)
    assert corrected(case, answer, ccxts.order) == ours.order
    assert list(ccxts.order) == [key for key in ours.order if key != "outcome"]


@table(*(case for case in CASES if case not in (COINM, PM_CM)))
def test_an_order_needs_no_markets(case: Case, answer: Mapping[str, Any], mode: str) -> None:
    """Without loaded markets every value is the one that ccxt has with them."""
    form = _cancel(case)
    ccxts = case.run(form, always(dict(answer)))
    ours = case.run(form, always(dict(answer)), mode=mode, ours=True, markets=False)

    assert ours.error is None
    assert 1 == len(ours.seen)
    assert corrected(case, answer, ccxts.order) == ours.order


@table(COINM, PM_CM)
def test_a_coin_margined_order_without_markets_shows_only_what_it_knows(
    case: Case, answer: Mapping[str, Any], mode: str
) -> None:
    """The contract's size is in the market; without it cost and average are the answer's."""
    form = _cancel(case)
    ccxts = case.run(form, always(dict(answer)))
    ours = case.run(form, always(dict(answer)), mode=mode, ours=True, markets=False)

    assert ours.error is None
    expected = corrected(case, answer, ccxts.order)
    differing = {k for k, v in expected.items() if ours.order[k] != v}
    assert differing <= {"cost", "average"}
    for key in differing:
        assert ours.order[key] is None


def _cancel(case: Case) -> Any:
    return lambda exchange: exchange.cancel_order(case.order_id, case.symbol)


@pytest.mark.parametrize("word", ["NEW", "PARTIALLY_FILLED", "ACCEPTED", "PENDING_CANCEL"])
def test_an_accepted_cancel_that_is_not_followed_shows_it(
    product: Case, word: str, mode: str, markets: bool
) -> None:
    """ccxt calls an options cancel that was ACCEPTED ``open``; it is canceling, and accepted."""
    answer = {**product.answer, "status": word}
    ours = product.run(
        lambda x: x.cancel_order(product.order_id, product.symbol, {"confirm": False}),
        always(answer),
        mode=mode,
        ours=True,
        markets=markets,
    )

    assert ours.error is None
    assert ("canceling", "accepted") == (ours.order["status"], ours.order["outcome"])


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("FILLED", "closed"),
        ("EXPIRED", "expired"),
        ("EXPIRED_IN_MATCH", "expired"),
        ("REJECTED", "rejected"),
    ],
)
def test_a_2xx_that_shows_it_ended_otherwise_is_order_gone(
    product: Case, word: str, state: str, mode: str
) -> None:
    """ccxt returns such an order as if it had been cancelled; here it is `OrderGone`, with it."""
    answer = {**product.answer, "status": word}
    ours = product.run(_cancel(product), always(answer), mode=mode, ours=True)

    assert isinstance(ours.error, adapter.OrderGone)
    assert state == ours.error.state
    assert ours.error.order is not None
    assert (product.order_id, state) == (ours.error.order["id"], ours.error.order["status"])


def test_an_options_order_was_created_when_the_exchange_shows(mode: str, markets: bool) -> None:
    """ccxt puts ``updateTime`` into ``timestamp``; the page's ``createDate`` belongs there."""
    ours = OPTIONS.run(_cancel(OPTIONS), mode=mode, ours=True, markets=markets)

    assert OPTIONS_ANSWER["createDate"] == ours.order["timestamp"]
    assert OPTIONS_ANSWER["updateTime"] == ours.order["lastUpdateTimestamp"]


@pytest.mark.parametrize("case", SPOTLIKE, ids=lambda case: case.name)
def test_the_order_keeps_its_own_client_id(case: Case, mode: str, markets: bool) -> None:
    """ccxt returns the id of the cancel request; the order's own is ``origClientOrderId``."""
    ccxts = case.run(_cancel(case), mode=mode)
    ours = case.run(_cancel(case), mode=mode, ours=True, markets=markets)

    assert "cancelMyOrder1" == ccxts.order["clientOrderId"]
    assert "myOrder1" == ours.order["clientOrderId"]
    assert ccxts.order["info"] == ours.order["info"]


def _cancel_this(order_id: int | str, symbol: str, exchange: Any) -> Any:
    return exchange.cancel_order(order_id, symbol)


def test_an_id_beyond_2_53_survives(product: Case, mode: str, markets: bool) -> None:
    """Out as int or str, back as the str of the same digits."""
    big = 2**63 - 1
    for order_id in (big, str(big)):
        ours = product.run(
            partial(_cancel_this, order_id, product.symbol),
            always({**product.answer, "orderId": big}),
            mode=mode,
            ours=True,
            markets=markets,
        )

        assert str(big) == ours.request.asked["orderId"]
        assert str(big) == ours.order["id"]
        assert str(big) == str(ours.order["info"]["orderId"])


@pytest.mark.parametrize("case", [c for c in CASES if c not in SPOTLIKE], ids=lambda c: c.name)
@pytest.mark.parametrize("exchange_id", ["binanceusdm", "binancecoinm"])
def test_every_class_gives_ccxts_order(case: Case, exchange_id: str, mode: str) -> None:
    """``binanceusdm`` and ``binancecoinm`` parse an answer as they always did."""
    ccxts = case.run(_cancel(case), mode=mode, exchange_id=exchange_id)
    ours = case.run(_cancel(case), mode=mode, exchange_id=exchange_id, ours=True)

    assert ours.error is None
    assert corrected(case, case.answer, ccxts.order) == ours.order


def test_the_users_own_parser_is_the_one_that_is_called(product: Case, mode: str) -> None:
    """A ``parse_order`` attached to the object, or of a subclass, makes the order."""

    def prepare(exchange: Any) -> None:
        own = exchange.parse_order
        exchange.parse_order = lambda answer, market=None: {**own(answer, market), "mine": "yes"}

    ours = product.run(_cancel(product), mode=mode, ours=True, prepare=prepare)

    assert "yes" == ours.order["mine"]
