"""``cancel_all_orders`` where the list of open orders does not show all of them."""

from __future__ import annotations

import asyncio
from typing import Any

import ccxt
import ccxt.async_support
import pytest

import adapter
from venues.models.bybit import PAGE, Bybit
from venues.models.deribit import Deribit
from venues.models.gate import Gate
from venues.models.kucoin import Kucoin
from venues.models.model import Model, route
from venues.models.okx import Okx
from venues.models.server import Call
from venues.test_native import plain
from venues.test_native_batch import count, outcomes, place_many, states

SPOT = "BTC/USDT"


class Crowded(Bybit):
    """Counts its lists of open orders; before the second one, somebody places an order."""

    def __init__(self) -> None:
        super().__init__()
        self.lists = 0
        self.newer = ""

    @route("query", "GET /v5/order/realtime")
    def realtime(self, call: Call) -> Any:
        if "orderId" not in call.params:
            self.lists += 1
            if self.lists == 2:
                self.advance(2)
                kind = {"category": "spot", "orderFilter": "Order"}
                self.newer = self.book.place("BTCUSDT", "buy", "0.02", "30000", info=kind).id
        return super().realtime(call)


def cancel_all(model: Bybit, mode: str, **params: Any) -> list[dict[str, Any]]:
    model.requests.clear()
    if mode == "sync":
        came: list[dict[str, Any]] = adapter.attach(plain(model)).cancel_all_orders(SPOT, params)
        return came

    async def call() -> Any:
        async with model.connect(ccxt.async_support.bybit({"enableRateLimit": False})) as exchange:
            return await adapter.attach(exchange).cancel_all_orders(SPOT, params)

    return list(asyncio.run(call()))


def test_those_that_the_list_has_no_room_for_are_cancelled(mode: str) -> None:
    """All that were open when the call began, and no order that is newer."""
    with Bybit() as model:
        ids = place_many(model, SPOT, 2 * PAGE + 2)
        orders = cancel_all(model, mode)

        assert {*ids} == {order["id"] for order in orders}
        assert len(ids) == len(orders)
        assert {"canceled"} == {*outcomes(orders)} == {*states(model, ids)}


def test_an_order_that_is_newer_than_the_call_stays(mode: str) -> None:
    """By the exchange's clock, also if the next list shows it."""
    with Crowded() as model:
        ids = place_many(model, SPOT, PAGE + 2)
        orders = cancel_all(model, mode)

        assert {*ids} == {order["id"] for order in orders}
        assert {"canceled"} == {*states(model, ids)}
        assert ["open"] == states(model, [model.newer])


def test_a_list_that_fails_then_is_told(mode: str) -> None:
    """Those that it showed before have their outcome, and one more says that nobody knows."""
    with Bybit() as model:
        ids = place_many(model, SPOT, PAGE + 2)
        model.fault("http_502_html", "query", seconds=60, after=1)
        *orders, last = cancel_all(model, mode, confirm=False, deadline=1.5)

        assert {*ids[2:]} == {order["id"] for order in orders}
        assert {"accepted"} == {*outcomes(orders)}
        assert (None, SPOT, "unknown") == (last["id"], last["symbol"], last["outcome"])
        assert isinstance(last["error"], adapter.CancelUnknown)
        assert last["error"].__cause__ is not None


def test_a_limit_amid_the_lists_does_not_end_the_call(mode: str) -> None:
    """Cancels have been sent: it goes on until the limit is over."""
    with Bybit() as model:
        ids = place_many(model, SPOT, PAGE + 2)
        model.fault("rate_limit", "query", seconds=0.5, after=1)
        orders = cancel_all(model, mode, confirm=False)

        assert {*ids} == {order["id"] for order in orders}
        assert {"canceled"} == {*states(model, ids)}


def test_a_list_that_lags_is_read_again(mode: str) -> None:
    """As long as it shows no more than what was cancelled, it says nothing of the others."""
    with Bybit() as model:
        ids = place_many(model, SPOT, PAGE + 2)
        model.fault("query_lag", "query", seconds=1.0, lag=1.0, after=1)
        orders = cancel_all(model, mode)

        assert {*ids} == {order["id"] for order in orders}
        assert {"canceled"} == {*outcomes(orders)} == {*states(model, ids)}


def test_a_list_with_room_to_spare_is_whole(mode: str) -> None:
    """One query lists all."""
    with Bybit() as model:
        ids = place_many(model, SPOT, PAGE - 1)
        orders = cancel_all(model, mode, confirm=False)

        assert len(ids) == len(orders)
        assert 1 == count(model, "query")


@pytest.mark.parametrize(
    ("model_class", "symbols"),
    [(Deribit, ("BTC/USD:BTC", "BTC/USDC")), (Kucoin, (SPOT, SPOT))],
)
def test_ccxt_cancels_what_it_does_not_list(
    model_class: type[Model], symbols: tuple[str, ...]
) -> None:
    """It lists Deribit's orders of one currency, and none of KuCoin's without a symbol."""
    with model_class() as model:
        ids = [place_many(model, symbol, 1)[0] for symbol in symbols]
        model.requests.clear()
        (order,) = adapter.attach(plain(model)).cancel_all_orders()

        assert order["outcome"] is None
        assert {"canceled"} == {*states(model, ids)}
        assert (1, 0) == (count(model, "cancel_all"), count(model, "query"))


def test_a_param_that_says_which_orders_are_meant() -> None:
    """It is one of ccxt's method: of Gate's orders, those of the other side stay."""
    with Gate() as model:
        (bid,) = place_many(model, SPOT, 1)
        ask = str(plain(model).create_order(SPOT, "limit", "sell", 0.02, 30000)["id"])
        (order,) = adapter.attach(plain(model)).cancel_all_orders(SPOT, {"side": "buy"})

        assert (bid, None) == (order["id"], order["outcome"])
        assert ["canceled", "open"] == states(model, [bid, ask])


@pytest.mark.parametrize(("model_class", "kind"), [(Bybit, "spot"), (Okx, "spot"), (Okx, "swap")])
def test_without_a_symbol_only_the_kind_that_is_named(model_class: type[Model], kind: str) -> None:
    """Orders of another kind stay, whether ccxt lists them or not."""
    with model_class() as model:
        ids = {
            "spot": place_many(model, SPOT, 1),
            "swap": place_many(model, "BTC/USDT:USDT", 1),
        }
        orders = adapter.attach(plain(model)).cancel_all_orders(params={"type": kind})
        (left,) = ids.keys() - {kind}

        assert ids[kind] == [order["id"] for order in orders]
        assert ["canceled"] == states(model, ids[kind])
        assert ["open"] == states(model, ids[left])
