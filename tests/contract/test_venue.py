"""What a venue need not say: the defaults of the base class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import ccxt
import pytest

from adapter.contract.api import NO_ORDER, OrderFields, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    Market,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.contract.venue import Venue


class Plain(Venue):
    """A venue that has only what each must have."""

    name = "Plain"
    exchanges = frozenset({"plain"})
    order_id_param = "id"
    fields = OrderFields(
        order_id="id", client_id="name", statuses={"NEW": "open", "DEAD": "canceled"}
    )
    route = build_url = make_signer = sign = None  # type: ignore[assignment]  # not called here


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=Plain(),
    api="private",
    root="",
    path="cancel",
    method="POST",
    market_type="spot",
    client_id_param="name",
)
VENUE = ENDPOINT.venue
CALL = CancelRequest(
    market_id="X-Y",
    order_id="7",
    client_order_id=None,
    params={"theirs": 1},
    route_params={"isolated": True},
    deadline=1.0,
    confirm=True,
)
QUERY = OrderQuery(
    method="POST",
    api="public",
    path="look",
    weight=4,
    order_id_param="uid",
    client_id_param="tag",
    params={"archived": True},
)
SHOWN = {"id": 7, "name": "mine", "status": "DEAD"}


def classified(
    data: Any, *, status: int = 200, endpoint: CancelEndpoint = ENDPOINT, **named: Any
) -> Classification:
    response = Response(status=status, body=str(data), data=data)
    return VENUE.classify(response, call=CALL, endpoint=endpoint, errors={}, **named)


def test_a_request_has_the_market_one_id_and_the_callers_params() -> None:
    """By the endpoint's names, in an order that does not change."""
    request = VENUE.build_request(CALL, endpoint=ENDPOINT)

    assert ("POST", "private", "cancel", 1) == (
        request.method,
        request.api,
        request.path,
        request.weight,
    )
    expected = {"symbol": "X-Y", "id": "7", "isolated": True, "theirs": 1}
    assert [*expected.items()] == [*request.params.items()]


def test_a_query_has_its_own_names_and_params_and_none_of_the_callers() -> None:
    """What is not its own is the cancel's; the params of the route go with each request."""
    request = VENUE.build_request(CALL, endpoint=ENDPOINT, query=QUERY)
    assert ("POST", "public", "look", 4) == (
        request.method,
        request.api,
        request.path,
        request.weight,
    )
    assert {"symbol": "X-Y", "uid": "7", "isolated": True, "archived": True} == request.params

    by_client_id = attrs.evolve(CALL, order_id=None, client_order_id="mine")
    request = VENUE.build_request(by_client_id, endpoint=ENDPOINT, query=QUERY)
    assert ("mine", False) == (request.params["tag"], "name" in request.params)

    request = VENUE.build_request(by_client_id, endpoint=ENDPOINT, query=OrderQuery())
    assert ("GET", "private", "cancel", "mine") == (
        request.method,
        request.api,
        request.path,
        request.params["name"],
    )


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (400, ResponseKind.REFUSED, ccxt.ExchangeError),
        (401, ResponseKind.REFUSED, ccxt.AuthenticationError),
        (408, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (429, ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded),
        (500, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (503, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    ],
)
def test_an_error_is_read_by_its_http_status(
    status: int, kind: ResponseKind, error: type[Exception]
) -> None:
    """Whatever its body says: a venue that knows more overrides it."""
    found = classified({"status": "DEAD", "id": 7}, status=status)

    assert (kind, error) == (found.kind, found.error)


def test_an_order_that_is_shown_is_that_one_alone() -> None:
    """With an id and a status of the types that they have."""
    found = classified(SHOWN)
    assert (ResponseKind.ORDER, "canceled") == (found.kind, found.status)

    others: list[Any] = [{**SHOWN, "id": 8}, {**SHOWN, "id": None}, {**SHOWN, "id": ""}]
    others += [{**SHOWN, "status": None}, {**SHOWN, "id": [7]}, [SHOWN], None, 7, {}, "7"]
    assert {ResponseKind.AMBIGUOUS} == {classified(other).kind for other in others}


def test_an_acknowledgement_is_one_of_the_cancel_and_of_this_order() -> None:
    """A query is not acknowledged, and another order's is none."""
    acks = attrs.evolve(ENDPOINT, is_acknowledgement=lambda answer, _: answer != {})
    answers: list[Any] = [{"ok": 1}, {"id": "7"}, [], {"id": 8}, {}]
    kinds = [classified(data, endpoint=acks).kind for data in answers]

    acknowledged, ambiguous = ResponseKind.ACKNOWLEDGED, ResponseKind.AMBIGUOUS
    assert [acknowledged, acknowledged, acknowledged, ambiguous, ambiguous] == kinds
    assert ambiguous is classified({"ok": 1}, endpoint=acks, query=QUERY).kind
    assert ResponseKind.ORDER is classified(SHOWN, endpoint=acks).kind


def test_no_order_in_a_query_is_not_open_and_in_a_cancel_unclear() -> None:
    """Only a query can say that there is no such order by an answer of success."""
    none = attrs.evolve(ENDPOINT, extract_order=lambda *_: NO_ORDER)

    assert ResponseKind.NOT_OPEN is classified([], endpoint=none, query=OrderQuery()).kind
    assert ResponseKind.AMBIGUOUS is classified([], endpoint=none).kind
    assert ResponseKind.AMBIGUOUS is classified([], status=500, endpoint=none, query=QUERY).kind


def test_the_extraction_of_a_query_goes_before_that_of_the_endpoint() -> None:
    """A query without one has the endpoint's."""
    wrapped = attrs.evolve(ENDPOINT, extract_order=lambda answer, _: answer["a"])
    query = attrs.evolve(QUERY, extract_order=lambda answer, _: answer["b"])

    assert ResponseKind.ORDER is classified({"a": SHOWN}, endpoint=wrapped).kind
    assert ResponseKind.ORDER is classified({"a": SHOWN}, endpoint=wrapped, query=QUERY).kind
    assert ResponseKind.ORDER is classified({"b": SHOWN}, endpoint=wrapped, query=query).kind


@pytest.mark.parametrize("is_sent", [True, False])
def test_no_response_is_ambiguous_if_it_may_have_been_sent(is_sent: bool) -> None:
    """Else the order is as it was."""
    response = NoResponse(may_have_been_sent=is_sent, reason="reset")
    found = VENUE.classify(response, call=CALL, endpoint=ENDPOINT, errors={})

    assert (ResponseKind.AMBIGUOUS if is_sent else ResponseKind.NOT_SENT) is found.kind


@pytest.mark.parametrize("answer", [{"ok": True}, ["7"], "7", None, True])
def test_an_acknowledged_order_has_its_ids_and_nothing_made_up(answer: Any) -> None:
    """ccxt's keys, the market's symbol and the answer, whatever JSON that is."""
    exchange = ccxt.binance()
    order = parsed(exchange, answer)

    assert {*exchange.safe_order({}), "info"} == {*order}
    known = {name for name, value in order.items() if value not in (None, [])}
    assert {"id", "symbol"} <= known <= {"id", "symbol", "info"}
    assert ("7", "X/Y", answer) == (order["id"], order["symbol"], order["info"])


def test_a_shown_order_is_ccxts_with_the_venues_ids_status_and_time() -> None:
    """What ccxt's parser does not know of it is corrected."""
    timed = attrs.evolve(ENDPOINT, fields=attrs.evolve(ENDPOINT.fields, created=("made",)))
    made = {**SHOWN, "made": "1970-01-01T00:00:01Z", "side": "BUY", "symbol": "X-Y"}
    order = parsed(ccxt.binance(), made, timed)

    assert ("7", "mine", "canceled", "buy") == (
        order["id"],
        order["clientOrderId"],
        order["status"],
        order["side"],
    )
    assert (1000, "1970-01-01T00:00:01.000Z") == (order["timestamp"], order["datetime"])


def parsed(exchange: Any, answer: Any, endpoint: CancelEndpoint = ENDPOINT) -> Mapping[str, Any]:
    structure = exchange.safe_market_structure({"id": "X-Y", "symbol": "X/Y", "spot": True})
    market = Market(id="X-Y", structure=structure, derived=True)
    response = Response(status=200, body="", data=answer)
    found = VENUE.classify_order(response, call=CALL, endpoint=endpoint, query=None)
    found = attrs.evolve(found, response=response)  # one that is not believed has none
    return VENUE.parse_order(found, exchange=exchange, endpoint=endpoint, market=market, call=CALL)


def test_what_a_venue_has_no_word_for_is_none_or_empty() -> None:
    """A small venue is written without them."""
    exchange = ccxt.coinbase()
    response = Response(status=401, body="")

    assert VENUE.route_cache_key(exchange, "X/Y") is None
    assert () == VENUE.attach_warnings(exchange)
    assert {} == VENUE.stated_accounts(exchange, {}) == VENUE.account_options("classic")
    assert "api.plain" == VENUE.limit_group("api.plain", "private")
    assert VENUE.parse_server_time(response) is None
    assert VENUE.explain_auth_error(response) is None
    assert exchange.exceptions["exact"] == VENUE.error_classes(exchange)
    assert ("7", "mine") == (VENUE.parse_order_id(7), VENUE.parse_client_id("mine"))


def test_an_exchange_without_sections_of_errors_has_one_table() -> None:
    """As small exchanges of ccxt have it."""
    exchange = ccxt.coinbase()
    exchange.exceptions = {"1": ccxt.BadRequest}

    assert {"1": ccxt.BadRequest} == VENUE.error_classes(exchange)


def test_a_venue_that_lists_no_orders_has_no_route_for_all() -> None:
    """Then ccxt's method takes the call, and no market is looked up by its id."""
    route = VENUE.route_all(ccxt.Exchange(), {}, account=None)

    assert "a symbol is needed" == route.unserved_reason
    assert VENUE.market_of_id(ccxt.Exchange(), "LTC-BTC", "spot") is None
