"""What Binance's answers mean: one table for all products."""

from __future__ import annotations

import json
from typing import Any

import attrs
import ccxt
import pytest

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, NoResponse, Response, ResponseKind
from adapter.venues.binance import coinm, margin, options, pm_cm, pm_margin, pm_um, spot, usdm
from adapter.venues.binance.classify import server_time

PRODUCTS = [
    module.ENDPOINT for module in (spot, margin, usdm, coinm, options, pm_um, pm_cm, pm_margin)
]
BY_ID = CancelRequest(
    market_id="BTCUSDT", order_id="7", client_order_id=None, deadline=15.0, confirm=True
)
BY_CLIENT_ID = CancelRequest(
    market_id="BTCUSDT", order_id=None, client_order_id="mine", deadline=15.0, confirm=True
)
ERRORS = {
    "-1121": ccxt.BadSymbol,
    "-2015": ccxt.AuthenticationError,
    "Market is closed.": ccxt.MarketClosed,
    "System is under maintenance.": ccxt.OnMaintenance,
    "This account may not place or cancel orders.": ccxt.PermissionDenied,
}

every_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: f"{p.root}/{p.path}")


def reply(status: int, data: Any, **headers: str) -> Response:
    """``data`` is written as JSON, and read from it, unless it is a text."""
    body = data if isinstance(data, str) else json.dumps(data)
    parsed = None if isinstance(data, str) else json.loads(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, body=body, data=parsed, headers=named, time=1_000_000)


def read(
    answer: Response | NoResponse,
    call: CancelRequest = BY_ID,
    product: CancelEndpoint = usdm.ENDPOINT,
    *,
    query: bool = False,
) -> Any:
    asked = product.queries[0] if query else None
    return product.venue.classify(answer, call=call, endpoint=product, errors=ERRORS, query=asked)


@every_product
@pytest.mark.parametrize(
    ("status", "data", "meaning", "error"),
    [
        (
            400,
            {"code": -2011, "msg": "Unknown order sent."},
            ResponseKind.NOT_OPEN,
            ccxt.OrderNotFound,
        ),
        (400, {"code": -2011, "msg": "UNKNOWN_ORDER"}, ResponseKind.NOT_OPEN, ccxt.OrderNotFound),
        (
            400,
            {"code": -2013, "msg": "Order does not exist."},
            ResponseKind.NOT_OPEN,
            ccxt.OrderNotFound,
        ),
        (
            400,
            {"code": -6028, "msg": "Order is in final state"},
            ResponseKind.NOT_OPEN,
            ccxt.OrderNotFound,
        ),
        (
            400,
            {"code": -2011, "msg": "This action is disabled on this account."},
            ResponseKind.REFUSED,
            ccxt.PermissionDenied,
        ),
        (
            400,
            {"code": -2011, "msg": "This account may not place or cancel orders."},
            ResponseKind.REFUSED,
            ccxt.PermissionDenied,
        ),
        (400, {"code": -2011, "msg": "Market is closed."}, ResponseKind.REFUSED, ccxt.MarketClosed),
        (
            400,
            {"code": -2011, "msg": "Order was not canceled due to cancel restrictions."},
            ResponseKind.REFUSED,
            ccxt.OperationRejected,
        ),
        (400, {"code": -2011}, ResponseKind.REFUSED, ccxt.OperationRejected),
        (400, {"code": -6063, "msg": "Rejected"}, ResponseKind.REFUSED, ccxt.OperationRejected),
        (400, {"code": -1000, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (400, {"code": -1001, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (400, {"code": -1006, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (400, {"code": -1007, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (408, {"code": -1007, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (408, {}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (500, "", ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (502, "<html>Bad Gateway</html>", ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (502, {"code": -1102, "msg": "?"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (
            503,
            "Unknown error, please check your request",
            ResponseKind.AMBIGUOUS,
            ccxt.RequestTimeout,
        ),
        (503, {"code": -1000, "msg": "Unknown error"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (500, "Service Unavailable.", ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (504, "Service Unavailable.", ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (
            500,
            {"code": -1001, "msg": "Internal error; unable to process your request."},
            ResponseKind.AMBIGUOUS,
            ccxt.RequestTimeout,
        ),
        (
            504,
            {"code": -1001, "msg": "Internal error; unable to process your request."},
            ResponseKind.AMBIGUOUS,
            ccxt.RequestTimeout,
        ),
        (503, "Service Unavailable.", ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
        (503, "\nService Unavailable.\n", ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
        (
            503,
            {"code": 0, "msg": "Service Unavailable."},
            ResponseKind.NOT_EXECUTED,
            ccxt.ExchangeNotAvailable,
        ),
        (
            503,
            {"code": -1001, "msg": "Internal error; unable to process your request."},
            ResponseKind.NOT_EXECUTED,
            ccxt.ExchangeNotAvailable,
        ),
        (
            503,
            "<html><title>503 Service Unavailable</title></html>",
            ResponseKind.AMBIGUOUS,
            ccxt.RequestTimeout,
        ),
        (503, {"code": -1016, "msg": "?"}, ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
        (400, {"239999": "maintenance"}, ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
        (400, {"code": -1021, "msg": "?"}, ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
        (400, {"code": -4188, "msg": "?"}, ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
        (400, {"code": -5028, "msg": "?"}, ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
        (400, {"code": -1003, "msg": "?"}, ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded),
        (418, "banned", ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded),
        (429, {"code": -1015, "msg": "?"}, ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded),
        (401, {"code": -2015, "msg": "?"}, ResponseKind.REFUSED, ccxt.AuthenticationError),
        (401, "", ResponseKind.REFUSED, ccxt.AuthenticationError),
        (400, {"code": -1121, "msg": "?"}, ResponseKind.REFUSED, ccxt.BadSymbol),
        (400, {"code": "-1121", "msg": "?"}, ResponseKind.REFUSED, ccxt.BadSymbol),
        (400, {"code": -9999, "msg": "?"}, ResponseKind.REFUSED, ccxt.ExchangeError),
        (400, {"code": -1, "msg": "?"}, ResponseKind.REFUSED, ccxt.ExchangeError),
        (
            400,
            {"code": 1, "msg": "System is under maintenance."},
            ResponseKind.REFUSED,
            ccxt.OnMaintenance,
        ),
        (400, {"code": "new", "msg": "?"}, ResponseKind.REFUSED, ccxt.ExchangeNotAvailable),
        (400, {"code": None, "msg": "?"}, ResponseKind.REFUSED, ccxt.ExchangeNotAvailable),
        (400, "", ResponseKind.REFUSED, ccxt.ExchangeNotAvailable),
        (499, "", ResponseKind.REFUSED, ccxt.ExchangeNotAvailable),
        (302, "", ResponseKind.REFUSED, ccxt.ExchangeNotAvailable),
        (
            199,
            {"orderId": 7, "status": "CANCELED"},
            ResponseKind.REFUSED,
            ccxt.ExchangeNotAvailable,
        ),
        (
            300,
            {"orderId": 7, "status": "CANCELED"},
            ResponseKind.REFUSED,
            ccxt.ExchangeNotAvailable,
        ),
        (407, "", ResponseKind.REFUSED, ccxt.AuthenticationError),
        (403, "<html>blocked</html>", ResponseKind.REFUSED, ccxt.DDoSProtection),
        (404, "<html>not found</html>", ResponseKind.REFUSED, ccxt.NotSupported),
        (404, {"code": -5000, "msg": "no such path"}, ResponseKind.REFUSED, ccxt.NotSupported),
        (451, {"code": 0, "msg": "restricted"}, ResponseKind.REFUSED, ccxt.PermissionDenied),
        (
            200,
            {"code": -2011, "msg": "Unknown order sent."},
            ResponseKind.NOT_OPEN,
            ccxt.OrderNotFound,
        ),
        (200, {"code": 200, "msg": "success"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, [], ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, "<html>", ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": 7}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": 7, "status": ""}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"status": "CANCELED"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": "", "status": "CANCELED"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": 7.0, "status": "CANCELED"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": 6, "status": "CANCELED"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
        (200, {"orderId": 8, "status": "CANCELED"}, ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    ],
)
def test_one_answer_means_one_thing(
    product: CancelEndpoint,
    status: int,
    data: Any,
    meaning: ResponseKind,
    error: type[ccxt.BaseError],
) -> None:
    """The same answer has the same meaning and class on every product.

    But a 5xx of spot or margin shows nothing.
    """
    found = read(reply(status, data), product=product)
    if product.ambiguous_5xx and status >= 500:
        meaning, error = ResponseKind.AMBIGUOUS, ccxt.RequestTimeout

    assert (meaning, error) == (found.kind, found.error)


@pytest.mark.parametrize(
    "product", [p for p in PRODUCTS if not p.ambiguous_5xx], ids=lambda p: f"{p.root}/{p.path}"
)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500, 503])
@pytest.mark.parametrize("code", [-1022, -2008, -2014, -2015])
def test_a_refused_key_is_one_class_at_any_http_status(
    product: CancelEndpoint, status: int, code: int
) -> None:
    """``AuthenticationError``, and nothing was executed, whatever HTTP status comes with it."""
    answered = read(reply(status, {"code": code, "msg": "?"}), product=product)

    assert (ResponseKind.REFUSED, ccxt.AuthenticationError) == (answered.kind, answered.error)


@pytest.mark.parametrize("product", [spot.ENDPOINT, margin.ENDPOINT], ids=["spot", "margin"])
def test_an_archived_order_has_ended_and_nothing_shows_how(product: CancelEndpoint) -> None:
    """-2026 is refused as a query: it is no "not found", which a later query may contradict."""
    archived = reply(400, {"code": -2026, "msg": "Order was canceled or expired …"})
    found = read(archived, product=product)

    assert ResponseKind.REFUSED is found.kind


def test_1008_is_a_limit_on_options_only() -> None:
    """Options use the code of an overloaded server for "too many requests"."""
    overloaded = reply(400, {"code": -1008, "msg": "?"})

    assert ResponseKind.RATE_LIMITED is read(overloaded, product=options.ENDPOINT).kind
    assert ResponseKind.NOT_EXECUTED is read(overloaded).kind


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (500, ""),
        (502, {"code": -1102, "msg": "?"}),
        (503, "Service Unavailable."),
        (503, {"code": -1001, "msg": "Internal error; unable to process your request."}),
        (503, {"code": -1008, "msg": "?"}),
        (503, {"239999": "maintenance"}),
        (599, {"code": -2013, "msg": "?"}),
        (500, {"code": -2013, "msg": "?"}),
    ],
)
def test_where_a_5xx_is_always_doubtful_its_text_shows_nothing(status: int, data: Any) -> None:
    """An endpoint may declare that no 5xx of its host shows whether a cancel was executed."""
    doubtful = attrs.evolve(usdm.ENDPOINT, ambiguous_5xx=True)
    found = read(reply(status, data), product=doubtful)

    assert (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout) == (found.kind, found.error)


@pytest.mark.parametrize(
    ("status", "data", "meaning"),
    [
        (200, {"orderId": 7, "status": "CANCELED"}, ResponseKind.ORDER),
        (400, {"code": -1008, "msg": "?"}, ResponseKind.NOT_EXECUTED),
        (418, "", ResponseKind.RATE_LIMITED),
        (499, "", ResponseKind.REFUSED),
    ],
)
def test_where_a_5xx_is_always_doubtful_the_rest_means_what_it_shows(
    status: int, data: Any, meaning: ResponseKind
) -> None:
    """The doubt is in the HTTP status alone."""
    doubtful = attrs.evolve(usdm.ENDPOINT, ambiguous_5xx=True)

    assert meaning is read(reply(status, data), product=doubtful).kind


def test_a_product_finds_its_order_in_a_larger_answer() -> None:
    """What the product takes for the order is judged, and is what the order is made of."""
    leg = {"orderId": 7, "status": "CANCELED"}
    listed = attrs.evolve(
        usdm.ENDPOINT, extract_order=lambda data, call: data[int(call.order_id or 0)]
    )
    found = read(reply(200, [*range(7), leg]), product=listed)

    assert (ResponseKind.ORDER, "canceled") == (found.kind, found.status)
    assert found.response is not None
    assert leg == found.response.data


@every_product
def test_the_order_itself_is_the_answer(product: CancelEndpoint) -> None:
    """An id, as number or text, and a status are all that an answer needs."""
    for status, order_id in ((200, 7), (200, "7"), (299, 7)):
        found = read(reply(status, {"orderId": order_id, "status": "CANCELED"}), product=product)

        assert (ResponseKind.ORDER, "canceled") == (found.kind, found.status)


@every_product
@pytest.mark.parametrize(
    ("own", "meaning"),
    [
        ("mine", ResponseKind.ORDER),
        ("", ResponseKind.ORDER),
        ("another", ResponseKind.AMBIGUOUS),
        ("nobody's", ResponseKind.AMBIGUOUS),
    ],
)
def test_the_own_client_id_must_be_the_one_asked_for(
    product: CancelEndpoint, own: str, meaning: ResponseKind
) -> None:
    """Asked by client id, an answer about another client id is no answer; an empty one is."""
    data = {"orderId": 7, "status": "CANCELED", product.response_client_id_field: own}

    assert meaning is read(reply(200, data), BY_CLIENT_ID, product).kind


@every_product
@pytest.mark.parametrize("order_id", [None, "", 7.0, [7]])
def test_an_answer_without_an_order_id_is_none(product: CancelEndpoint, order_id: Any) -> None:
    """Not even under the client id that was asked for: the order would have no id to go by."""
    data = {"orderId": order_id, "status": "CANCELED", product.response_client_id_field: "mine"}

    assert ResponseKind.AMBIGUOUS is read(reply(200, data), BY_CLIENT_ID, product).kind


@every_product
def test_a_query_names_the_order_by_its_own_client_id(product: CancelEndpoint) -> None:
    """In the answer to a query the order's own client id is clientOrderId on every product."""
    data = {"orderId": 7, "status": "NEW", "clientOrderId": "mine", "origClientOrderId": "another"}

    assert ResponseKind.ORDER is read(reply(200, data), BY_CLIENT_ID, product, query=True).kind


def test_the_answer_tells_when_the_order_was_made() -> None:
    """Under any of the names that Binance has for it; None where it is missing."""
    for name in ("time", "createTime", "createDate"):
        data = {"orderId": 7, "status": "NEW", name: 1592465880683}
        assert 1592465880683 == read(reply(200, data)).created

    assert read(reply(200, {"orderId": 7, "status": "NEW", "updateTime": 1})).created is None


def test_what_was_delayed_here_shows_for_how_long() -> None:
    """It is no answer of the exchange and no doubt either."""
    held = read(NoResponse(may_have_been_sent=False, reason="held", retry_after=2.0))

    assert (ResponseKind.HELD_LOCALLY, 2.0) == (held.kind, held.retry_after)


@pytest.mark.parametrize(
    ("answer", "time"),
    [
        (reply(200, {"serverTime": 1700000000123}), 1700000000123),
        (reply(400, {"code": -1021}, date="Tue, 14 Nov 2023 22:13:20 GMT"), 1700000000000),
        (reply(400, {"code": -1021}), None),
        (reply(200, "", date="yesterday"), None),
    ],
)
def test_the_exchanges_time(answer: Response, time: int | None) -> None:
    """From its time page or the Date of any answer, in whole ms: requests are signed by it."""
    found = server_time(answer)

    assert (time, type(time)) == (found, type(found))


def test_a_transport_shows_whether_it_was_sent() -> None:
    """Only what never left is surely not executed."""
    refused = read(NoResponse(may_have_been_sent=False, reason="refused"))
    assert (ResponseKind.NOT_SENT, ccxt.NetworkError) == (refused.kind, refused.error)

    reset = read(NoResponse(may_have_been_sent=True, reason="reset"))
    assert (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout) == (reset.kind, reset.error)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (reply(429, "", retry_after="12"), 12.0),
        (reply(400, {"code": -1003, "msg": "?"}, retry_after="12"), 12.0),
        (reply(429, "", retry_after="0", date="Tue, 14 Nov 2023 22:13:20 GMT"), 0.0),
        (
            reply(
                418,
                {"code": -1003, "msg": "banned until 1700000060500."},
                date="Tue, 14 Nov 2023 22:13:20 GMT",
            ),
            60.5,
        ),
        (reply(418, {"code": -1003, "msg": "banned until 1000000000000."}), 999_999_000.0),
        (
            reply(418, "banned until 1000000000000", date="Tue, 14 Nov 2023 22:13:20 GMT"),
            0.0,
        ),
    ],
)
def test_how_long_a_limit_lasts(answer: Response, seconds: float) -> None:
    """By Retry-After, else by "banned until" on the server's own clock; the text stays as it is."""
    found = read(answer)

    assert seconds == found.retry_after
    assert "minute" not in found.text


@every_product
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": "Tue, 14 Nov 2023 22:13:20 GMT"}, 40.0),
        ({"date": "Tue, 14 Nov 2023 22:13:59 GMT", "retry_after": "soon"}, 1.0),
        ({"date": "Tue, 14 Nov 2023 22:14:00 GMT", "retry_after": "²"}, 60.0),
        ({"date": "yesterday"}, 20.0),
        ({}, 20.0),
    ],
)
@pytest.mark.parametrize(
    ("status", "data"),
    [
        (429, ""),
        (418, {"code": -1003, "msg": "IP banned."}),
        (400, {"code": -1003, "msg": "Too many requests."}),
    ],
)
def test_a_limit_without_a_time_lasts_until_the_hosts_minute_ends(
    product: CancelEndpoint, status: int, data: Any, headers: dict[str, str], seconds: float
) -> None:
    """By the answer's Date, else by our clock when it came; the message has it, and how long."""
    found = read(reply(status, data, **headers), product=product)

    assert (ResponseKind.RATE_LIMITED, seconds) == (found.kind, found.retry_after)
    assert f"(no time is given; the host's minute ends in {seconds} s)" in found.text


def test_1008_without_a_time_lasts_until_the_minute_ends_on_options() -> None:
    """There it is a limit like any other."""
    throttled = reply(429, {"code": -1008, "msg": "?"}, date="Tue, 14 Nov 2023 22:13:20 GMT")

    assert 40.0 == read(throttled, product=options.ENDPOINT).retry_after


def test_the_text_is_binances_own() -> None:
    """JSON is unchanged; anything else has its HTTP status before it and no blank around."""
    assert '{"code": -2013}' == read(reply(400, {"code": -2013})).text
    assert "HTTP 500" == read(reply(500, "")).text
    assert "HTTP 502 <html>" == read(reply(502, "\n<html>\n")).text


def test_a_long_text_is_cut_visibly() -> None:
    """2000 characters are shown whole; of a longer body as many, and a mark that there was more."""
    assert f"HTTP 500 {'x' * 2000}" == read(reply(500, "x" * 2000)).text
    assert f"HTTP 500 {'x' * 2000}…" == read(reply(500, "x" * 2001)).text


def test_an_unknown_code_with_a_5xx_may_have_been_executed() -> None:
    """Binance says of 5xx that the outcome is unknown."""
    found = read(reply(500, {"code": -9876, "msg": "new"}))

    assert (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout) == (found.kind, found.error)
