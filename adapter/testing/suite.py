"""The tests that every plugin must pass, as a class."""

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

SHORT_DEADLINE = {"deadline": 2.0}
"""Params for calls that get no usable answer: they last until the deadline."""


def cancel(
    exchange_id: str, replay: Replay, account: str | None, *arguments: Any, mode: str = "sync"
) -> Any:
    """Cancel by the adapter on a new exchange object. ``mode`` is ``"sync"`` or ``"async"``."""
    if mode == "sync":
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
    """The tests that every plugin must pass. Subclass it as ``Test…`` and set the first six."""

    plugin: ClassVar[str]
    """The entry-point name."""
    symbol: ClassVar[str]
    """A unified symbol that it serves."""
    canceled: ClassVar[Answer]
    """The recorded answer to a cancel: the canceled order, with its client id."""
    unknown_order: ClassVar[Answer]
    """The recorded answer to a cancel of an order that is not open."""
    order_id: ClassVar[str]
    """The id in ``canceled``."""
    client_order_id: ClassVar[str]
    """The order's client id in ``canceled``."""
    exchange_id: ClassVar[str] = "binance"
    account: ClassVar[str | None] = None

    @pytest.fixture(params=["sync", "async"])
    def mode(self, request: pytest.FixtureRequest) -> str:
        """Each test runs with a sync and an async exchange object."""
        return str(request.param)

    def cancel(self, replay: Replay, mode: str, *arguments: Any) -> Any:
        """Cancel through the adapter."""
        return cancel(self.exchange_id, replay, self.account, *arguments, mode=mode)

    def installed_plugin(self) -> adapter.Plugin:
        """The plugin, as `adapter.plugins` lists it."""
        found = {plugin.name: plugin for plugin in adapter.plugins()}
        assert self.plugin in found, "no such entry point of the group adapter.plugins is installed"
        return found[self.plugin]

    def test_it_is_found_and_in_use(self) -> None:
        """An entry point names an endpoint of this API version, and plugins.toml enables it."""
        plugin = self.installed_plugin()

        assert plugin.enabled, plugin.reason
        assert plugin.cancel_endpoint is not None
        assert API_VERSION == plugin.cancel_endpoint.api_version

    def test_it_serves_its_symbol_without_markets(self) -> None:
        """The symbol alone selects the plugin: no markets are loaded, nothing is sent."""
        with Replay([]) as replay:
            exchange = replay.connect(getattr(ccxt, self.exchange_id)())
            route = adapter.explain(adapter.attach(exchange, account=self.account), self.symbol)

        assert self.plugin == route.plugin, route.reason
        assert [] == replay.received

    def test_a_cancel_by_id_is_one_request(self, mode: str) -> None:
        """One signed DELETE with one id is sent, and the order in the answer is canceled."""
        with Replay([self.canceled]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        [request] = replay.received
        assert "DELETE" == request.method
        assert self.order_id in request.unsigned_params.values()
        assert self.client_order_id not in request.unsigned_params.values()
        assert (self.order_id, "canceled", "canceled") == (
            order["id"],
            order["status"],
            order["outcome"],
        )
        assert self.client_order_id == order["clientOrderId"]

    def test_a_client_id_is_sent_as_the_endpoints_param(self, mode: str) -> None:
        """A client id is sent as the parameter that the endpoint names, without an order id."""
        endpoint = self.installed_plugin().cancel_endpoint
        assert endpoint is not None
        with Replay([self.canceled]) as replay:
            order = self.cancel(
                replay, mode, None, self.symbol, {"clientOrderId": self.client_order_id}
            )

        [request] = replay.received
        assert self.client_order_id == request.unsigned_params[endpoint.client_id_param]
        assert self.order_id not in request.unsigned_params.values()
        assert self.order_id == order["id"]

    def test_the_order_has_ccxts_keys(self, mode: str) -> None:
        """The order is a dict with the keys of ccxt's order structure and ``outcome``."""
        with Replay([self.canceled]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        assert dict is type(order)
        assert {*getattr(ccxt, self.exchange_id)().safe_order({}), "outcome", "info"} <= {*order}

    def test_the_callers_params_stay_as_they_were(self, mode: str) -> None:
        """The adapter does not change the caller's dict."""
        params = {"clientOrderId": self.client_order_id, "recvWindow": 5000, "deadline": 5}
        original = copy.deepcopy(params)
        with Replay([self.canceled]) as replay:
            self.cancel(replay, mode, self.order_id, self.symbol, params)

        assert original == params

    def test_without_an_id_nothing_is_sent(self, mode: str) -> None:
        """A call without id and client id raises before anything is sent."""
        with Replay([]) as replay, pytest.raises(ccxt.ArgumentsRequired):
            self.cancel(replay, mode, None, self.symbol)

        assert [] == replay.received

    def test_an_order_that_is_not_open_is_gone(self, mode: str) -> None:
        """The answer "unknown order" raises `OrderGone`, with the raw body in the message."""
        with (
            Replay([self.unknown_order]) as replay,
            pytest.raises(adapter.OrderGone) as caught,
        ):
            self.cancel(replay, mode, self.order_id, self.symbol, SHORT_DEADLINE)

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
    def test_no_usable_answer_is_never_a_success(self, mode: str, answer: Answer) -> None:
        """An unusable answer raises `CancelUnknown`."""
        with Replay([answer]) as replay, pytest.raises(adapter.CancelUnknown):
            self.cancel(replay, mode, self.order_id, self.symbol, SHORT_DEADLINE)

    def test_a_lost_answer_is_settled_by_a_query(self, mode: str) -> None:
        """A query at the same path, for the same order, gives the outcome."""
        with Replay([Answer(body=None), self.canceled]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        cancel, query = replay.received
        assert ("DELETE", "GET") == (cancel.method, query.method)
        assert (cancel.path, cancel.unsigned_params) == (query.path, query.unsigned_params)
        assert (self.order_id, "canceled", "canceled") == (
            order["id"],
            order["status"],
            order["outcome"],
        )

    def test_another_orders_answer_is_never_a_success(self, mode: str) -> None:
        """An answer about another order raises `CancelUnknown`."""
        other = str(int(self.order_id) + 1)
        with (
            Replay([self.canceled]) as replay,
            pytest.raises(adapter.CancelUnknown),
        ):
            self.cancel(replay, mode, other, self.symbol, SHORT_DEADLINE)

    def test_a_secret_is_in_no_message(self, mode: str) -> None:
        """The message of a failed cancel contains no key, secret or signature."""
        with Replay([]) as replay, pytest.raises(adapter.CancelUnknown) as caught:
            self.cancel(replay, mode, self.order_id, self.symbol, SHORT_DEADLINE)

        request = replay.received[0]
        for text in (API_KEY, SECRET, request.params["signature"]):
            assert text not in str(caught.value)
