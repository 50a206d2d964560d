"""What Binance's answers mean: one table for all products."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, NoResponse, Response, ResponseKind
from adapter.venues.binance import coinm, margin, options, pm_cm, pm_margin, pm_um, spot, usdm
from adapter.venues.binance.classify import server_time
from venues.classified import read, reply

PRODUCTS = [
    module.ENDPOINT for module in (spot, margin, usdm, coinm, options, pm_um, pm_cm, pm_margin)
]
BY_CLIENT_ID = CancelRequest(
    market_id="BTCUSDT", order_id=None, client_order_id="mine", deadline=15.0, confirm=True
)

every_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: f"{p.root}/{p.path}")
INTERNAL = "Internal error; unable to process your request."
MEANINGS: dict[tuple[ResponseKind, type[Exception]], list[tuple[int, Any]]] = {
    (ResponseKind.NOT_OPEN, ccxt.OrderNotFound): [
        (400, {"code": -2011, "msg": "Unknown order sent."}),
        (400, {"code": -2011, "msg": "UNKNOWN_ORDER"}),
        (400, {"code": -2013, "msg": "Order does not exist."}),
        (400, {"code": -6028, "msg": "Order is in final state"}),
        (200, {"code": -2011, "msg": "Unknown order sent."}),
    ],
    (ResponseKind.REFUSED, ccxt.PermissionDenied): [
        (400, {"code": -2011, "msg": "This action is disabled on this account."}),
        (400, {"code": -2011, "msg": "This account may not place or cancel orders."}),
        (451, {"code": 0, "msg": "restricted"}),
    ],
    (ResponseKind.REFUSED, ccxt.MarketClosed): [
        (400, {"code": -2011, "msg": "Market is closed."}),
    ],
    (ResponseKind.REFUSED, ccxt.OperationRejected): [
        (400, {"code": -2011, "msg": "Order was not canceled due to cancel restrictions."}),
        (400, {"code": -2011}),
        (400, {"code": -6063, "msg": "Rejected"}),
    ],
    (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout): [
        (400, {"code": -1000, "msg": "?"}),
        (400, {"code": -1001, "msg": "?"}),
        (400, {"code": -1006, "msg": "?"}),
        (400, {"code": -1007, "msg": "?"}),
        (408, {"code": -1007, "msg": "?"}),
        (408, {}),
        (500, ""),
        (502, "<html>Bad Gateway</html>"),
        (502, {"code": -1102, "msg": "?"}),
        (503, "Unknown error, please check your request"),
        (503, {"code": -1000, "msg": "Unknown error"}),
        (500, "Service Unavailable."),
        (504, "Service Unavailable."),
        (500, {"code": -1001, "msg": INTERNAL}),
        (504, {"code": -1001, "msg": INTERNAL}),
        (503, "<html><title>503 Service Unavailable</title></html>"),
        (200, {"code": 200, "msg": "success"}),
        (200, {}),
        (200, []),
        (200, "<html>"),
        (200, {"orderId": 7}),
        (200, {"orderId": 7, "status": ""}),
        (200, {"status": "CANCELED"}),
        (200, {"orderId": "", "status": "CANCELED"}),
        (200, {"orderId": 7.0, "status": "CANCELED"}),
        (200, {"orderId": 6, "status": "CANCELED"}),
        (200, {"orderId": 8, "status": "CANCELED"}),
    ],
    (ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable): [
        (503, "Service Unavailable."),
        (503, "\nService Unavailable.\n"),
        (503, {"code": 0, "msg": "Service Unavailable."}),
        (503, {"code": -1001, "msg": INTERNAL}),
        (503, {"code": -1016, "msg": "?"}),
        (400, {"239999": "maintenance"}),
        (400, {"code": -1008, "msg": "?"}),
    ],
    (ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce): [
        (400, {"code": -1021, "msg": "?"}),
        (400, {"code": -4188, "msg": "?"}),
        (400, {"code": -5028, "msg": "?"}),
    ],
    (ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded): [
        (400, {"code": -1003, "msg": "?"}),
        (418, "banned"),
        (429, {"code": -1015, "msg": "?"}),
    ],
    (ResponseKind.REFUSED, ccxt.AuthenticationError): [
        (401, {"code": -2015, "msg": "?"}),
        (401, ""),
        (407, ""),
    ],
    (ResponseKind.REFUSED, ccxt.BadSymbol): [
        (400, {"code": -1121, "msg": "?"}),
        (400, {"code": "-1121", "msg": "?"}),
    ],
    (ResponseKind.REFUSED, ccxt.ExchangeError): [
        (400, {"code": -9999, "msg": "?"}),
        (400, {"code": -1, "msg": "?"}),
    ],
    (ResponseKind.REFUSED, ccxt.OnMaintenance): [
        (400, {"code": 1, "msg": "System is under maintenance."}),
    ],
    (ResponseKind.REFUSED, ccxt.ExchangeNotAvailable): [
        (400, {"code": "new", "msg": "?"}),
        (400, {"code": None, "msg": "?"}),
        (400, ""),
        (499, ""),
        (302, ""),
        (199, {"orderId": 7, "status": "CANCELED"}),
        (300, {"orderId": 7, "status": "CANCELED"}),
    ],
    (ResponseKind.REFUSED, ccxt.DDoSProtection): [
        (403, "<html>blocked</html>"),
    ],
    (ResponseKind.REFUSED, ccxt.NotSupported): [
        (404, "<html>not found</html>"),
        (404, {"code": -5000, "msg": "no such path"}),
    ],
}
"""What answers mean, and ccxt's class for them; HTTP status and body."""


@pytest.mark.parametrize("product", [usdm.ENDPOINT, spot.ENDPOINT], ids=["usdm", "spot"])
@pytest.mark.parametrize(
    ("status", "data", "meaning"),
    [(*answer, meaning) for meaning, answers in MEANINGS.items() for answer in answers],
)
def test_one_answer_means_one_thing(
    product: CancelEndpoint, status: int, data: Any, meaning: tuple[ResponseKind, type[Exception]]
) -> None:
    """The same answer has the same meaning and class, but a 5xx of spot or margin shows nothing.

    That is a value of the product, and the only one that counts here.
    """
    found = read(reply(status, data), product=product)
    if product.ambiguous_5xx and status >= 500:
        meaning = ResponseKind.AMBIGUOUS, ccxt.RequestTimeout

    assert meaning == (found.kind, found.error)


def test_a_5xx_of_spot_and_margin_is_always_doubtful() -> None:
    """They promise of none that the cancel was not executed, whatever its code or text is."""
    doubtful = [product for product in PRODUCTS if product.ambiguous_5xx]
    codes: tuple[Any, ...] = {"code": -1008}, {"code": -2013}, {"code": -2015}, {"239999": "?"}
    kinds = {read(reply(s, data), product=spot.ENDPOINT).kind for s in (500, 599) for data in codes}

    assert [spot.ENDPOINT, margin.ENDPOINT] == doubtful
    assert {ResponseKind.AMBIGUOUS} == kinds


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500, 503])
@pytest.mark.parametrize("code", [-1022, -2008, -2014, -2015])
def test_a_refused_key_is_one_class_at_any_http_status(status: int, code: int) -> None:
    """``AuthenticationError``, and nothing was executed, whatever HTTP status comes with it."""
    answered = read(reply(status, {"code": code, "msg": "?"}))

    assert (ResponseKind.REFUSED, ccxt.AuthenticationError) == (answered.kind, answered.error)


@pytest.mark.parametrize("product", [spot.ENDPOINT, margin.ENDPOINT], ids=["spot", "margin"])
def test_an_archived_order_has_ended_and_nothing_shows_how(product: CancelEndpoint) -> None:
    """-2026 is refused as a query: it is no "not found", which a later query may contradict."""
    archived = reply(400, {"code": -2026, "msg": "Order was canceled or expired …"})
    found = read(archived, product=product)

    assert ResponseKind.REFUSED is found.kind


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
