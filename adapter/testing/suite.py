"""What holds for every plugin, as a class of tests."""

from __future__ import annotations

import asyncio
import copy
from typing import Any, ClassVar

import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.contract.endpoint import API_VERSION
from adapter.testing.replay import API_KEY, SECRET, Answer, Replay

SOON = {"deadline": 2.0}
"""For calls that find nobody to ask: they go on until the deadline."""


def cancel(
    exchange_id: str, replay: Replay, account: str | None, *arguments: Any, colour: str = "sync"
) -> Any:
    """Cancel through the adapter on a new exchange object of that id, ``"sync"`` or ``"async"``."""
    if colour == "sync":
        exchange = replay.connect(getattr(ccxt, exchange_id)())
        return adapter.attach(exchange, account=account).cancel_order(*arguments)

    async def call() -> Any:
        exchange = replay.connect(getattr(ccxt.async_support, exchange_id)({"timeout_on_exit": 0}))
        try:
            return await adapter.attach(exchange, account=account).cancel_order(*arguments)
        finally:
            await exchange.close()

    return asyncio.run(call())


class PluginSuite:
    """What holds for every plugin. Subclass it as ``Test…`` and set the first six."""

    plugin: ClassVar[str]
    """The entry-point name."""
    symbol: ClassVar[str]
    """A unified symbol that it serves."""
    canceled: ClassVar[Answer]
    """The recorded answer to a cancel: the order, canceled, with a client id of its own."""
    unknown_order: ClassVar[Answer]
    """The recorded answer to a cancel of an order that is not open."""
    order_id: ClassVar[str]
    """The id in ``canceled``."""
    client_order_id: ClassVar[str]
    """The order's own client id in ``canceled``."""
    exchange_id: ClassVar[str] = "binance"
    account: ClassVar[str | None] = None

    @pytest.fixture(params=["sync", "async"])
    def colour(self, request: pytest.FixtureRequest) -> str:
        """Both kinds of exchange object."""
        return str(request.param)

    def cancel(self, replay: Replay, colour: str, *arguments: Any) -> Any:
        """Cancel through the adapter."""
        return cancel(self.exchange_id, replay, self.account, *arguments, colour=colour)

    def served(self) -> adapter.Plugin:
        """The plugin as the registry found it."""
        found = {plugin.name: plugin for plugin in adapter.plugins()}
        assert self.plugin in found, "no such entry point of the group adapter.plugins is installed"
        return found[self.plugin]

    def test_it_is_found_and_in_use(self) -> None:
        """An entry point names a product of this contract, and plugins.toml does not forbid it."""
        plugin = self.served()

        assert plugin.enabled, plugin.reason
        assert plugin.cancel_endpoint is not None
        assert API_VERSION == plugin.cancel_endpoint.api_version

    def test_it_takes_its_symbol_without_markets(self) -> None:
        """The symbol alone leads to the plugin: nothing is loaded, nothing is sent."""
        with Replay([]) as replay:
            exchange = replay.connect(getattr(ccxt, self.exchange_id)())
            route = adapter.explain(adapter.attach(exchange, account=self.account), self.symbol)

        assert self.plugin == route.plugin, route.reason
        assert [] == replay.received

    def test_a_cancel_by_id_is_one_request(self, colour: str) -> None:
        """One signed DELETE, with one identity, and the order that it answers is canceled."""
        with Replay([self.canceled]) as replay:
            order = self.cancel(replay, colour, self.order_id, self.symbol)

        [request] = replay.received
        assert "DELETE" == request.method
        assert self.order_id in request.asked.values()
        assert self.client_order_id not in request.asked.values()
        assert (self.order_id, "canceled", "canceled") == (
            order["id"],
            order["status"],
            order["outcome"],
        )
        assert self.client_order_id == order["clientOrderId"]

    def test_a_client_id_travels_under_the_products_name(self, colour: str) -> None:
        """A client id goes out under the one name that the product has for it, and no order id."""
        product = self.served().cancel_endpoint
        assert product is not None
        with Replay([self.canceled]) as replay:
            order = self.cancel(
                replay, colour, None, self.symbol, {"clientOrderId": self.client_order_id}
            )

        [request] = replay.received
        assert self.client_order_id == request.asked[product.client_id_param]
        assert self.order_id not in request.asked.values()
        assert self.order_id == order["id"]

    def test_the_order_has_ccxts_keys(self, colour: str) -> None:
        """A plain dict with the keys of ccxt's order structure, and ``outcome``."""
        with Replay([self.canceled]) as replay:
            order = self.cancel(replay, colour, self.order_id, self.symbol)

        assert dict is type(order)
        assert {*getattr(ccxt, self.exchange_id)().safe_order({}), "outcome", "info"} <= {*order}

    def test_the_callers_params_stay_as_they_were(self, colour: str) -> None:
        """The adapter reads the caller's dict and never writes to it."""
        params = {"clientOrderId": self.client_order_id, "recvWindow": 5000, "deadline": 5}
        before = copy.deepcopy(params)
        with Replay([self.canceled]) as replay:
            self.cancel(replay, colour, self.order_id, self.symbol, params)

        assert before == params

    def test_without_an_id_nothing_is_sent(self, colour: str) -> None:
        """Neither id nor client id is the caller's mistake, told before anything leaves."""
        with Replay([]) as replay, pytest.raises(ccxt.ArgumentsRequired):
            self.cancel(replay, colour, None, self.symbol)

        assert [] == replay.received

    def test_an_order_that_is_not_open_is_gone(self, colour: str) -> None:
        """The exchange's "unknown order" is `OrderGone`, with its raw body in the message."""
        with (
            Replay([self.unknown_order]) as replay,
            pytest.raises(adapter.OrderGone) as caught,
        ):
            self.cancel(replay, colour, self.order_id, self.symbol, SOON)

        assert str(self.unknown_order.body) in str(caught.value)

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(Answer(body=None), id="no answer"),
            pytest.param(Answer(body="<html>hello</html>"), id="a page"),
            pytest.param(Answer(body='{"orderId": 1'), id="a cut-off answer"),
            pytest.param(Answer(body=""), id="an empty answer"),
            pytest.param(Answer(body={}), id="an answer without an order"),
            pytest.param(Answer(body=[{}]), id="a list"),
            pytest.param(Answer(body=7), id="a number"),
            pytest.param(Answer(status=500, body="oops"), id="an internal error"),
        ],
    )
    def test_no_usable_answer_is_never_a_success(self, colour: str, answer: Answer) -> None:
        """What the exchange did not vouch for is unknown, never canceled."""
        with Replay([answer]) as replay, pytest.raises(adapter.CancelUnknown):
            self.cancel(replay, colour, self.order_id, self.symbol, SOON)

    def test_a_lost_answer_is_settled_by_a_query(self, colour: str) -> None:
        """The same page is asked for the same order, and what it says is the outcome."""
        with Replay([Answer(body=None), self.canceled]) as replay:
            order = self.cancel(replay, colour, self.order_id, self.symbol)

        cancel, query = replay.received
        assert ("DELETE", "GET") == (cancel.method, query.method)
        assert (cancel.path, cancel.asked) == (query.path, query.asked)
        assert (self.order_id, "canceled", "canceled") == (
            order["id"],
            order["status"],
            order["outcome"],
        )

    def test_another_orders_answer_is_never_a_success(self, colour: str) -> None:
        """An answer about another order says nothing about this one."""
        other = str(int(self.order_id) + 1)
        with (
            Replay([self.canceled]) as replay,
            pytest.raises(adapter.CancelUnknown),
        ):
            self.cancel(replay, colour, other, self.symbol, SOON)

    def test_a_secret_is_in_no_message(self, colour: str) -> None:
        """Neither key, secret nor signature is in what a failed cancel says."""
        with Replay([]) as replay, pytest.raises(adapter.CancelUnknown) as caught:
            self.cancel(replay, colour, self.order_id, self.symbol, SOON)

        request = replay.received[0]
        for word in (API_KEY, SECRET, request.params["signature"]):
            assert word not in str(caught.value)
