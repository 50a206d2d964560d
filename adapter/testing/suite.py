"""The tests that every plugin must pass, as a class."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import ccxt
import pytest

import adapter
from adapter.contract.endpoint import API_VERSION, CancelEndpoint
from adapter.testing.replay import API_KEY, SECRET, Answer, Received, Replay, call, cancel

SHORT_DEADLINE = {"deadline": 2.0}
"""Params for calls that get no usable answer: they last until the deadline."""
SIGNATURE = 40
"""Characters of the shortest text that is taken for a signature; a UUID has fewer."""


class PluginSuite:
    """The tests that every plugin must pass. Subclass it as ``Test…`` and set the first six."""

    plugin: ClassVar[str]
    """The entry-point name."""
    symbol: ClassVar[str]
    """A unified symbol that it serves."""
    canceled: ClassVar[Answer]
    """The recorded answer to a cancel: the canceled order, with its client id. Where the exchange
    only acknowledges a cancel, that acknowledgement."""
    unknown_order: ClassVar[Answer]
    """The recorded answer to a cancel of an order that is not open."""
    order_id: ClassVar[str]
    """The id in ``canceled``."""
    client_order_id: ClassVar[str]
    """The order's client id in ``canceled``, or in ``queried``."""
    exchange_id: ClassVar[str] = "binance"
    account: ClassVar[str | None] = None
    params: ClassVar[Mapping[str, Any]] = {}
    """The params that select the endpoint, such as ``{"trigger": True}``. Every call has them."""
    queried: ClassVar[Sequence[Answer]] = ()
    """The recorded answers to the queries of the canceled order: of each query of the endpoint up
    to the one that shows the order. Empty where a query is answered as the cancel is."""
    other_order_id: ClassVar[str] = ""
    """The id of another order; ``""`` for ``order_id`` with another last character."""

    @pytest.fixture(params=["sync", "async"])
    def mode(self, request: pytest.FixtureRequest) -> str:
        """Each test runs with a sync and an async exchange object."""
        return str(request.param)

    def cancel(
        self, replay: Replay, mode: str, id: Any, symbol: str, params: Mapping[str, Any] = {}
    ) -> Any:
        """Cancel through the adapter."""
        arguments = id, symbol, {**self.params, **params}
        return cancel(self.exchange_id, replay, self.account, *arguments, mode=mode)

    def installed_plugin(self) -> adapter.Plugin:
        """The plugin, as `adapter.plugins` lists it."""
        found = {plugin.name: plugin for plugin in adapter.plugins()}
        assert self.plugin in found, "no such entry point of the group adapter.plugins is installed"
        return found[self.plugin]

    def installed_endpoint(self) -> CancelEndpoint:
        """The endpoint that the plugin's entry point names."""
        plugin = self.installed_plugin()
        assert isinstance(plugin.cancel_endpoint, CancelEndpoint), plugin.reason
        return plugin.cancel_endpoint

    def query_lines(self) -> Iterator[tuple[str, str]]:
        """Method and path of each query of the order."""
        endpoint, exchange = self.installed_endpoint(), getattr(ccxt, self.exchange_id)()
        for query in endpoint.queries:
            path = exchange.implode_params(
                query.path or endpoint.path,
                {query.order_id_param or endpoint.order_id_param: self.order_id},
            )
            url = endpoint.venue.build_url(exchange, query.api or endpoint.api, path)
            yield query.method, urlsplit(url).path

    def check_canceled(self, order: Mapping[str, Any]) -> None:
        """The order is the one of the recorded answers, and it is canceled."""
        assert self.order_id == order["id"]
        assert ("canceled", "canceled") == (order["status"], order["outcome"])

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
            adapter.attach(exchange, account=self.account)
            route = adapter.explain(exchange, self.symbol, dict(self.params))

        assert self.plugin == route.plugin, route.reason
        assert [] == replay.received

    def test_a_cancel_by_id_is_one_request(self, mode: str) -> None:
        """One request with one id is sent, and the order is canceled.

        The order is queried after it only where the endpoint may acknowledge a cancel.
        """
        with Replay([self.canceled, *self.queried]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        request, *queries = replay.received
        endpoint = self.installed_endpoint()
        assert endpoint.method == request.method
        assert request.names(self.order_id)
        assert not request.names(self.client_order_id)
        assert endpoint.is_acknowledgement is not None or [] == queries
        self.check_canceled(order)
        assert self.client_order_id == order["clientOrderId"]

    def test_a_client_id_is_sent_as_the_endpoints_param(self, mode: str) -> None:
        """A client id is sent as the parameter that the endpoint names, without an order id.

        Where the endpoint has none, a call by client id alone raises before anything is sent.
        """
        name = self.installed_endpoint().client_id_param
        by_client_id = {"clientOrderId": self.client_order_id}
        with Replay([self.canceled, *self.queried]) as replay:
            if name is None:
                with pytest.raises(ccxt.ArgumentsRequired):
                    self.cancel(replay, mode, None, self.symbol, by_client_id)
                assert [] == replay.received
                return
            order = self.cancel(replay, mode, None, self.symbol, by_client_id)

        request = replay.received[0]
        assert self.client_order_id in str(request.unsigned_params.get(name, request.path))
        assert not request.names(self.order_id)
        self.check_canceled(order)

    def test_the_order_has_ccxts_keys(self, mode: str) -> None:
        """The order is a dict with the keys of ccxt's order structure and ``outcome``."""
        with Replay([self.canceled, *self.queried]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        assert dict is type(order)
        assert {*getattr(ccxt, self.exchange_id)().safe_order({}), "outcome", "info"} <= {*order}

    def test_the_callers_params_stay_as_they_were(self, mode: str) -> None:
        """The adapter does not change the caller's dict."""
        params = {**self.params, "clientOrderId": self.client_order_id, "deadline": 5}
        if recv_window_param := self.installed_endpoint().venue.recv_window_param:
            params[recv_window_param] = 5000
        original = copy.deepcopy(params)
        arguments = self.order_id, self.symbol, params
        with Replay([self.canceled, *self.queried]) as replay:
            cancel(self.exchange_id, replay, self.account, *arguments, mode=mode)

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
        """The endpoint's queries, for the same order, give the outcome."""
        with Replay([Answer(body=None), *(self.queried or [self.canceled])]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol)

        sent, *queries = replay.received
        expected = [*self.query_lines()][: max(1, len(self.queried))]
        assert expected == [(query.method, query.path) for query in queries]
        assert all(query.names(self.order_id) for query in queries)
        for query, found in zip(self.installed_endpoint().queries, queries, strict=False):
            if found.path == sent.path:
                assert {**sent.unsigned_params, **query.params} == found.unsigned_params
        self.check_canceled(order)

    def test_without_confirm_the_first_answer_counts(self, mode: str) -> None:
        """An order that was only acknowledged is accepted, and not canceled; nothing is queried."""
        with Replay([self.canceled]) as replay:
            order = self.cancel(replay, mode, self.order_id, self.symbol, {"confirm": False})

        is_final = self.installed_endpoint().is_acknowledgement is None
        assert ("canceled" if is_final else "accepted") == order["outcome"]
        assert self.order_id == order["id"]
        assert 1 == len(replay.received)

    def test_another_orders_answer_is_never_a_success(self, mode: str) -> None:
        """An answer about another order raises `CancelUnknown`.

        An acknowledgement that names no order is accepted, but never canceled.
        """
        other = self.other_order_id or _other(self.order_id)
        with Replay([self.canceled, *self.queried]) as replay:
            try:
                order = self.cancel(replay, mode, other, self.symbol, SHORT_DEADLINE)
            except adapter.CancelUnknown:
                return
        assert self.installed_endpoint().is_acknowledgement is not None
        assert "accepted" == order["outcome"]

    def test_several_orders_are_one_request(self, mode: str) -> None:
        """The request for several orders has all ids, and each has its own part of the answer."""
        endpoint = self.installed_endpoint()
        batch = endpoint.batch_cancel
        if batch is None:
            pytest.skip("the endpoint has no request for several orders")
        ids = [self.order_id, self.other_order_id or _other(self.order_id)]
        arguments = ids, self.symbol, {**self.params, **SHORT_DEADLINE, "confirm": False}
        together = Answer(body=[_parsed(self.canceled), _parsed(self.unknown_order)])
        with Replay([together]) as replay:
            settings = self.exchange_id, replay, self.account
            first, second = call("cancel_orders", *settings, *arguments, mode=mode)

        request = replay.received[0]
        assert (batch.method or endpoint.method) == request.method
        assert request.path.endswith(batch.path)
        assert str(batch.write_order_ids(ids)) == str(request.params[batch.order_ids_param])
        is_final = endpoint.is_acknowledgement is None
        assert ("canceled" if is_final else "accepted") == first["outcome"]
        assert self.order_id == first["id"]
        assert "gone" == second["outcome"]
        assert isinstance(second["error"], adapter.OrderGone)

    def test_a_secret_is_in_no_message(self, mode: str) -> None:
        """The message of a failed cancel contains no key, secret or signature."""
        with Replay([]) as replay, pytest.raises(adapter.CancelUnknown) as caught:
            self.cancel(replay, mode, self.order_id, self.symbol, SHORT_DEADLINE)

        signatures = _signatures(replay.received[0])
        assert signatures, "the request has no parameter or header that is a signature"
        for text in (API_KEY, SECRET, *signatures):
            assert text not in str(caught.value)


def _other(order_id: str) -> str:
    return order_id[:-1] + ("2" if order_id.endswith("1") else "1")


def _parsed(answer: Answer) -> Any:
    return json.loads(answer.body) if isinstance(answer.body, str) else answer.body


def _signatures(request: Received) -> list[str]:
    """The longest parameters and headers."""
    values = (*request.params.values(), *request.headers.values())
    return [value for value in values if isinstance(value, str) and len(value) >= SIGNATURE]
