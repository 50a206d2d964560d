"""An order made without ccxt's parser is what that parser makes, key by key and value by value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shares import one_in

from adapter.venues.binance.fast_orders import (
    AMOUNTS,
    COSTS,
    MARKETS,
    OTHERS,
    SAMPLES,
    STATUSES,
    TIMES,
    YEAR_10000,
    fast_order,
    is_ccxt_parser,
)

from .cases import CASES, Case
from .markets import some_markets

EXCHANGE = ccxt.binance()
EXCHANGE.set_markets(some_markets(EXCHANGE))
BARE = ccxt.binance()

zero = st.sampled_from(["0", "0.0", "0.00000000"])
amount = zero | st.decimals(0, 10**9, allow_nan=False, places=8).map("{:f}".format)
odd = st.sampled_from(["", "abc", "1e5", "-1", " 1", "٣", 0, -1, 1.5, True, False, None, "7.50"])

REQUIRED: Mapping[str, st.SearchStrategy[Any]] = {
    "orderId": st.integers(1, 2**63 - 1),
    "status": st.sampled_from([*STATUSES]),
    "executedQty": zero,
}
OPTIONAL: Mapping[str, st.SearchStrategy[Any]] = {
    **{name: st.sampled_from(["x", 1, False]) for name in OTHERS if name not in REQUIRED},
    **dict.fromkeys((*AMOUNTS, *COSTS), amount),
    **dict.fromkeys(TIMES, st.integers(1, YEAR_10000 - 1)),
    "clientOrderId": st.sampled_from(["mine", "", "a/b:c"]),
    "quoteAsset": st.sampled_from(["USDT", ""]),
    "side": st.sampled_from(["BUY", "SELL"]),
    "timeInForce": st.sampled_from(["GTC", "IOC", "FOK", "GTX", "GTD", "PO", ""]),
    "reduceOnly": st.booleans(),
    "type": st.sampled_from(["LIMIT", "MARKET"]),
}
usual = st.fixed_dictionaries(dict(REQUIRED), optional=dict(OPTIONAL))
oddities = st.dictionaries(
    st.sampled_from([*REQUIRED, *OPTIONAL, "fills", "code", "strategyId", "updatedAt", "qty"]),
    odd | st.sampled_from(["PENDING_CANCEL", "NEW_ADL", "STOP_MARKET", "TAKE_PROFIT", "limit", []]),
    min_size=1,
    max_size=2,
)

each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
both = pytest.mark.parametrize("exchange", [EXCHANGE, BARE], ids=["markets", "no markets"])


def is_fast(answer: Mapping[str, Any]) -> bool:
    return fast_order(answer, MARKETS[0]) is not None


def check(exchange: Any, case: Case, answer: Mapping[str, Any]) -> None:
    market = EXCHANGE.market(case.symbol)
    answer = {**answer, "symbol": case.market_id}
    made = {**exchange.parse_order(dict(answer), market), "symbol": market["symbol"]}
    own = fast_order(answer, market)

    assert made == own
    assert [*map(type, made.values())] == [*map(type, own.values())]
    assert [*made] == [*own]


@each
@both
@given(answer=usual)
@one_in(10)
def test_a_plain_answer_is_what_ccxt_makes_of_it(
    exchange: Any, case: Case, answer: dict[str, Any]
) -> None:
    """Any of the known fields, each with any value that it may have, on all products."""
    assert is_fast(answer)
    check(exchange, case, answer)


@each
@given(answer=usual, strange=oddities)
@one_in(10)
def test_an_odd_answer_is_not_plain_or_makes_no_difference(
    case: Case, answer: dict[str, Any], strange: dict[str, Any]
) -> None:
    """A field or a value that is not foreseen is for ccxt's own parser."""
    answer = {**answer, **strange}
    if is_fast(answer):
        check(EXCHANGE, case, answer)


@pytest.mark.parametrize("field", ["fills", "code", "strategyId", "updatedAt", "somethingNew"])
def test_a_field_that_is_not_listed_is_ccxts(field: str) -> None:
    """What ccxt may make of it one day is its own affair."""
    assert is_fast(SAMPLES[0])
    assert not is_fast({**SAMPLES[0], field: "1"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("executedQty", "0.1"),
        ("executedQty", None),
        ("status", "NEW_ADL"),
        ("status", None),
        ("type", "TAKE_PROFIT"),
        ("price", 1),
        ("price", "1e5"),
        ("price", "nan"),
        ("updateTime", "1571110484038"),
        ("updateTime", True),
        ("updateTime", 0),
        ("updateTime", YEAR_10000),
        ("reduceOnly", 0),
        ("side", 1),
    ],
)
def test_a_value_that_is_not_foreseen_is_ccxts(field: str, value: object) -> None:
    """A fill, above all: its cost and average are ccxt's to reckon."""
    assert not is_fast({**SAMPLES[0], field: value})


@each
def test_a_recorded_cancel_without_a_fill_is_plain(case: Case) -> None:
    """The direct parser is the default one."""
    assert is_fast({**case.answer, "executedQty": "0"})


def another(read: Callable[[Any, Any], Any]) -> Any:
    """An exchange of a class whose ``parse_order`` is ``read``, next to ccxt's own."""
    kind = type("another", (ccxt.binance,), {"parse_order": lambda *given: read(*given[1:])})
    return kind()


def with_a_key_more(order: Any, market: Any) -> Any:
    return {**BARE.parse_order(order, market), "mine": True}


def failing(order: Any, market: Any) -> Any:
    raise KeyError(order["orderId"], market["symbol"])


def test_ccxts_own_parser_is_known() -> None:
    """On every class of Binance's that ccxt has, with markets or without."""
    for exchange in (EXCHANGE, BARE, ccxt.binanceusdm(), ccxt.binancecoinm()):
        assert is_ccxt_parser(exchange)


@pytest.mark.parametrize("read", [with_a_key_more, failing])
def test_a_parser_that_makes_something_else_is_used(read: Callable[[Any, Any], Any]) -> None:
    """A class of the user's own, or a ccxt to come, with a key more or another default."""
    assert not is_ccxt_parser(another(read))


def test_what_is_set_on_the_object_is_used() -> None:
    """A parser on the instance, or numbers that are not floats."""
    decimals, own = ccxt.binance(), ccxt.binance()
    decimals.number = Decimal
    own.safe_order = own.safe_order

    assert not is_ccxt_parser(decimals)
    assert not is_ccxt_parser(own)
