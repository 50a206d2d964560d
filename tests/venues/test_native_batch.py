"""Several orders by one request, on a model of each venue whose answer tells of each order."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Sequence
from typing import Any, cast

import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.contract.native import NativeEndpoint
from adapter.contract.native_batch import NativeBatch
from venues.models import MODELS
from venues.models.bybit import Bybit
from venues.models.coinbase import Coinbase
from venues.models.gate import Gate
from venues.models.htx import Htx
from venues.models.kucoin import Kucoin
from venues.models.mexc import Mexc
from venues.models.model import Model
from venues.models.okx import Okx
from venues.test_native import AMOUNTS, DEADLINE, SETTLED, assert_ends, assert_true, plain

SPOT, SWAP, INVERSE = "BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"

ASKED = {"approvedBuilderFee": True, "refSet": True}
"""What ccxt would else send to Hyperliquid before its first cancel."""


def batch_of(model: type[Model]) -> NativeBatch | None:
    row = importlib.import_module(f"adapter.venues.{model.IDS[0]}").ENDPOINT
    assert isinstance(row, NativeEndpoint)
    return row.batch


CASES = [
    pytest.param(
        (model, symbol), id=f"{model.IDS[0]}-{symbol}", marks=pytest.mark.long if more else ()
    )
    for model in MODELS
    if (batch := batch_of(model)) is not None
    for more, symbol in enumerate(s for s in model.MARKETS if re.fullmatch(batch.symbols, s))
]
"""Each market of each model whose orders are cancelled by a batch; the first one by default."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[type[Model], str]:
    found: tuple[type[Model], str] = request.param
    return found


def place_many(model: Model, symbol: str, number: int, **params: Any) -> list[str]:
    exchange, amount = plain(model), AMOUNTS.get(symbol, 2)
    arguments = symbol, "limit", "buy", amount, 30000, params
    return [str(exchange.create_order(*arguments)["id"]) for _ in range(number)]


def cancel_many(model: Model, mode: str, *arguments: Any, **config: Any) -> list[dict[str, Any]]:
    """By the adapter, on an exchange object of its own."""
    model.requests.clear()
    if mode == "sync":
        came = adapter.attach(plain(model, **config)).cancel_orders(*arguments)
    else:
        came = asyncio.run(cancel_many_async(model, *arguments, **config))
    return cast(list[dict[str, Any]], came)


async def cancel_many_async(model: Model, *arguments: Any, **config: Any) -> Any:
    cls = getattr(ccxt.async_support, model.IDS[0])
    async with model.connect(cls({"enableRateLimit": False, **config})) as exchange:
        return await adapter.attach(exchange).cancel_orders(*arguments)


def count(model: Model, kind: str = "cancel") -> int:
    return [request.kind for request in model.requests].count(kind)


def outcomes(orders: Sequence[dict[str, Any]]) -> list[str]:
    return [order["outcome"] for order in orders]


def states(model: Model, ids: Sequence[str]) -> list[str]:
    return [model.book[order_id].state for order_id in ids]


def test_each_has_an_end_of_its_own(model: Model, symbol: str, mode: str) -> None:
    """One filled before, one that never was, and two that are cancelled: by one request."""
    one, filled, other = ids = place_many(model, symbol, 3)
    model.book.fill(filled)
    orders = cancel_many(model, mode, [one, filled, model.new_id(999999), other], symbol)

    assert ["canceled", "gone", "gone", "canceled"] == outcomes(orders)
    assert ["canceled", "closed", None, "canceled"] == [order["status"] for order in orders]
    assert ["canceled", "filled", "canceled"] == states(model, ids)
    assert 1 == count(model)


def test_a_lost_answer_is_settled_one_by_one(model: Model, symbol: str, mode: str) -> None:
    """Each is queried, and no cancel is sent again, unless aiohttp does it by itself."""
    ids = place_many(model, symbol, 3)
    model.fault("lost_after")
    orders = cancel_many(model, mode, ids, symbol, {"deadline": DEADLINE})

    assert ["canceled"] * 3 == outcomes(orders)
    methods = {request.method for request in model.requests if request.kind == "cancel"}
    assert 1 == count(model) or (mode, methods) == ("async", {"DELETE"})


@pytest.mark.parametrize("fault", SETTLED)
def test_a_fault_of_the_batch_is_settled(model: Model, symbol: str, mode: str, fault: str) -> None:
    """The cancel of each order ends as the order did, and what is told of it is true."""
    settings, end = SETTLED[fault]
    ids = place_many(model, symbol, 3)
    try:
        if fault != "nothing":
            model.fault(fault, **settings)
    except ValueError:
        pytest.skip(f"{model.IDS[0]} has no {fault}")
    orders = cancel_many(model, mode, ids, symbol, {"deadline": DEADLINE})

    for order_id, order in zip(ids, orders, strict=True):
        result = order["error"] or order
        assert_true(model, order_id, result, has_rivals=fault == "cancel_before")
        assert_ends(result, end)


def test_a_key_that_is_refused_is_an_error_of_each(model: Model, symbol: str, mode: str) -> None:
    """Nothing was executed, and the next call goes through."""
    ids = place_many(model, symbol, 3)
    name = next(iter(model.CREDENTIALS))
    known = {"markets": plain(model).load_markets(), "options": ASKED}
    wrong = {name: model.CREDENTIALS[name][::-1]}
    orders = cancel_many(model, mode, ids, symbol, {"deadline": 2.0}, **known, **wrong)

    assert ["open"] * 3 == states(model, ids)
    assert ["refused"] * 3 == outcomes(orders)
    has_no_keys = model.ERRORS["bad_key"] == "InvalidOrder"  # it says that there is no such wallet
    wanted = ccxt.InvalidOrder if has_no_keys else ccxt.AuthenticationError
    assert {wanted} == {type(order["error"]) for order in orders}
    assert ["canceled"] * 3 == outcomes(cancel_many(model, mode, ids, symbol))


def test_more_orders_than_one_request_may_have(model: Model, symbol: str, mode: str) -> None:
    """The rest goes in another."""
    size = cast(NativeBatch, batch_of(type(model))).size
    ids = place_many(model, symbol, size + 2)
    orders = cancel_many(model, mode, ids, symbol, {"confirm": False})

    assert ids == [order["id"] for order in orders]
    assert {"accepted"} == {*outcomes(orders)}
    assert {"canceled"} == {*states(model, ids)}
    assert (2, 0) == (count(model), count(model, "query"))


def test_an_id_that_is_there_twice(model: Model, symbol: str, mode: str) -> None:
    """It has two orders, of one cancel."""
    one, other = ids = place_many(model, symbol, 2)
    orders = cancel_many(model, mode, [one, other, one], symbol)

    assert [one, other, one] == [order["id"] for order in orders]
    assert ["canceled"] * 3 == outcomes(orders)
    assert 1 == count(model)
    assert orders[0] is not orders[2]
    assert ["canceled"] * 2 == states(model, ids)


def test_client_ids(model: Model, symbol: str, mode: str) -> None:
    """By one request, where ccxt can send them so."""
    if model.cancel_by(symbol) is None:
        pytest.skip(f"{model.IDS[0]} cancels by no client id")
    names = [f"{model.CLIENT_ID[:-1]}{number}" for number in range(2)]
    for name in names:
        place_many(model, symbol, 1, **{model.CREATE_BY: name})
    orders = cancel_many(model, mode, [], symbol, {"clientOrderIds": names})
    takes = cast(NativeBatch, batch_of(type(model))).client_ids_param is not None

    assert ["canceled"] * 2 == outcomes(orders)
    assert names == [order["clientOrderId"] for order in orders]
    assert (1 if takes else 2) == count(model)


def test_all_open_orders(model: Model, symbol: str) -> None:
    """They are listed, and cancelled by one request."""
    ids = place_many(model, symbol, 3)
    exchange = adapter.attach(plain(model))
    model.requests.clear()
    orders = exchange.cancel_all_orders(symbol)

    assert {*ids} == {order["id"] for order in orders}
    assert ["canceled"] * 3 == outcomes(orders)
    assert 1 == count(model)


@pytest.mark.parametrize(("model_class", "symbol"), [(Kucoin, SPOT), (Mexc, SPOT)])
def test_orders_that_ccxt_cancels_singly(model_class: type[Model], symbol: str, mode: str) -> None:
    """Of spot, where its ``cancel_orders`` is for swaps alone."""
    with model_class() as model:
        ids = place_many(model, symbol, 2)
        orders = cancel_many(model, mode, ids, symbol)

        assert ["canceled"] * 2 == outcomes(orders)
        assert 2 == count(model)


def test_coin_margined_swaps_of_htx(mode: str) -> None:
    """The ids of those that were accepted are one text."""
    with Htx() as model:
        one, filled, other = place_many(model, INVERSE, 3, offset="open")
        model.book.fill(filled)
        orders = cancel_many(model, mode, [one, filled, "999", other], INVERSE)

        assert ["canceled", "gone", "gone", "canceled"] == outcomes(orders)
        assert ["canceled", "closed", None, "canceled"] == [order["status"] for order in orders]
        assert 1 == count(model)


def test_an_account_for_which_ccxt_has_no_batch(mode: str) -> None:
    """Each goes singly, as nothing was sent: one of Bybit that is not unified."""
    with Bybit() as model:
        ids = place_many(model, SWAP, 2)
        options = {"enableUnifiedMargin": False, "enableUnifiedAccount": False}
        params = {"confirm": False}
        orders = cancel_many(model, mode, ids, SWAP, params, options=options)

        assert ["accepted"] * 2 == outcomes(orders)
        assert ["canceled"] * 2 == states(model, ids)
        assert 2 == count(model)


def test_what_ccxt_asks_before_a_batch_may_be_refused(mode: str) -> None:
    """Then that is the error of each, also where async ccxt has asked two things at once."""
    with Bybit() as model:
        markets = plain(model).load_markets()
        model.fault("answer_delay", "private", after=1, lag=1.0)
        known = {"markets": markets, "apiKey": "another"}
        orders = cancel_many(model, mode, ["7", "8"], SWAP, {"deadline": 2.0}, **known)

        assert ["refused"] * 2 == outcomes(orders)
        assert all(isinstance(order["error"], ccxt.AuthenticationError) for order in orders)
        assert 0 == count(model)


def test_orders_with_params_go_singly(mode: str) -> None:
    """ccxt passes few params on: trigger orders of OKX are in another book."""
    with Okx() as model:
        ids = place_many(model, SWAP, 2, triggerPrice=31000)
        orders = cancel_many(model, mode, ids, SWAP, {"trigger": True})

        assert ["canceled"] * 2 == outcomes(orders)
        assert 2 == count(model)


@pytest.mark.parametrize("lag", [0.3, 60])
def test_a_pending_cancel_is_followed(mode: str, lag: float) -> None:
    """Each by queries, for as long as there is time."""
    with Okx() as model:
        ids = place_many(model, SPOT, 2)
        model.fault("ack_lag", lag=lag)
        orders = cancel_many(model, mode, ids, SPOT, {"deadline": 2.0})

        assert ["canceled" if lag < 1 else "accepted"] * 2 == outcomes(orders)
        assert 1 == count(model)


def test_what_the_venue_says_it_did_not_execute_is_sent_again_as_one(mode: str) -> None:
    """After a pause."""
    with Okx() as model:
        ids = place_many(model, SPOT, 3)
        model.fault("busy")
        orders = cancel_many(model, mode, ids, SPOT)

        assert ["canceled"] * 3 == outcomes(orders)
        assert 2 == count(model)


def test_a_rate_limit_is_an_error_of_each(mode: str) -> None:
    """Nothing was executed."""
    with Gate() as model:
        ids = place_many(model, SPOT, 3)
        model.fault("rate_limit", seconds=60)
        orders = cancel_many(model, mode, ids, SPOT)

        assert ["refused"] * 3 == outcomes(orders)
        assert all(isinstance(order["error"], adapter.RateLimited) for order in orders)
        assert ["open"] * 3 == states(model, ids)


def test_a_batch_that_finds_no_order_of_the_account(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of Gate without the word for cross margin: each is open, and is cancelled singly."""
    with Gate() as model:
        ids = place_many(model, SPOT, 2)
        refused = {"succeeded": False, "label": "ORDER_NOT_FOUND"}
        monkeypatch.setattr(model, "_cancel_item", lambda call: {**call.params, **refused})
        orders = cancel_many(model, mode, ids, SPOT)

        assert ["canceled"] * 2 == outcomes(orders)
        assert 3 == count(model)


def test_a_success_that_tells_of_no_order(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It proves nothing: each is looked at, and cancelled again."""
    with Okx() as model:
        ids, answers = place_many(model, SPOT, 2), [{"code": "0", "msg": "", "data": []}]
        items = model._items
        monkeypatch.setattr(
            model, "_items", lambda call, act: answers.pop() if answers else items(call, act)
        )
        orders = cancel_many(model, mode, ids, SPOT)

        assert ["canceled"] * 2 == outcomes(orders)
        assert 3 == count(model)


def test_one_that_is_refused_does_not_hide_the_others(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code is its own, and its class that of a single cancel."""
    with Okx() as model:
        ids = place_many(model, SPOT, 3)
        cancel = model._cancel

        def refuse(call: Any, item: dict[str, Any]) -> dict[str, str]:
            if item["ordId"] == ids[1]:
                return model._refused(item, "51024", "Trading account is suspended.")
            return cancel(call, item)

        monkeypatch.setattr(model, "_cancel", refuse)
        orders = cancel_many(model, mode, ids, SPOT)

        assert ["canceled", "refused", "canceled"] == outcomes(orders)
        assert ccxt.AccountSuspended is type(orders[1]["error"])
        assert ["canceled", "open", "canceled"] == states(model, ids)


def test_a_refusal_of_coinbase_without_a_reason(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is none that was accepted, though its reason is that of a success."""
    with Coinbase() as model:
        ids = place_many(model, "BTC/USD", 2)
        cancel = model._cancel

        def refuse(call: Any, order_id: str) -> dict[str, Any]:
            if order_id == ids[1]:
                reason = "UNKNOWN_CANCEL_FAILURE_REASON"
                return {"success": False, "failure_reason": reason, "order_id": order_id}
            return cancel(call, order_id)

        monkeypatch.setattr(model, "_cancel", refuse)
        orders = cancel_many(model, mode, ids, "BTC/USD", {"deadline": DEADLINE})

        assert ["canceled", "refused"] == outcomes(orders)
        assert ["canceled", "open"] == states(model, ids)


def test_markets_of_okx_that_never_load() -> None:
    """The cancels were not sent, and the errors say so."""
    with Okx() as model:
        ids = place_many(model, SPOT, 2)
        exchange = adapter.attach(plain(model))
        exchange.load_markets = lambda: exchange.fetch(f"{model.url}/nowhere")
        model.requests.clear()
        orders = exchange.cancel_orders(ids, SPOT, {"deadline": 1.0})

        assert ["refused"] * 2 == outcomes(orders)
        for order in orders:
            assert isinstance(order["error"], ccxt.NetworkError)
            assert "was not sent: the markets could not be loaded" in str(order["error"])
        assert ["open"] * 2 == states(model, ids)
        assert 0 == count(model)
