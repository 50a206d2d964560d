"""What a call of ccxt's implicit method gives, as an answer of the exchange or as none."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from unittest.mock import Mock

import ccxt
import pytest
import requests

from adapter.contract.messages import ApiRequest, NoResponse, Response
from adapter.engine.implicit import CallImplicit, call_implicit, call_implicit_async, implicit_call
from adapter.engine.user_code import implicit_names

SECRET = "a-secret-that-nobody-may-see"
URL = f"https://fapi.binance.com/fapi/v1/order?orderId=7&signature={'f' * 64}"
UNKNOWN = {"code": -2011, "msg": "Unknown order sent."}
KEY = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
BODY = json.dumps(UNKNOWN)
CLOSED = "Market is closed."


def request(path: str = "order") -> ApiRequest:
    return ApiRequest(
        method="DELETE", api="fapiPrivate", path=path, params={"orderId": "7"}, weight=3
    )


def step(path: str = "order") -> CallImplicit:
    return CallImplicit(
        name=implicit_names("DELETE", "fapiPrivate", path)[0],
        request=request(path),
        params={"orderId": "7"},
        error_classes={CLOSED: ccxt.MarketClosed, "-2011": ccxt.OrderNotFound},
        error_field="code",
        timeout=9.0,
    )


def exchange() -> Any:
    return ccxt.binance({"apiKey": "key", "secret": SECRET})


def came(result: Any) -> Any:
    """What comes of a method that returns or raises this."""
    there = exchange()

    def method(_: Any) -> Any:
        if isinstance(result, BaseException):
            raise result
        return result

    there.fapiPrivateDeleteOrder = method
    return call_implicit(there, step())


@pytest.mark.parametrize(
    ("api", "path", "camel_case", "snake_case"),
    [
        ("fapiPrivate", "order", "fapiPrivateDeleteOrder", "fapiprivate_delete_order"),
        ("papi", "um/order", "papiDeleteUmOrder", "papi_delete_um_order"),
        ("fapiPrivate", "algoOrder", "fapiPrivateDeleteAlgoOrder", "fapiprivate_delete_algoorder"),
        ("sapi", "margin/order", "sapiDeleteMarginOrder", "sapi_delete_margin_order"),
    ],
)
def test_the_names_are_ccxts(api: str, path: str, camel_case: str, snake_case: str) -> None:
    """Both are methods that ccxt has."""
    assert (camel_case, snake_case) == implicit_names("DELETE", api, path)
    assert hasattr(ccxt.binance, camel_case)
    assert hasattr(ccxt.binance, snake_case)


def test_the_names_of_a_nested_api_and_of_a_path_with_a_parameter_are_ccxts() -> None:
    """The levels of the API are words, and so is the parameter."""
    names = implicit_names("GET", "v3/private", "brokerage/orders/historical/{order_id}")

    assert (
        "v3PrivateGetBrokerageOrdersHistoricalOrderId",
        "v3_private_get_brokerage_orders_historical_order_id",
    ) == names
    assert all(hasattr(ccxt.coinbase, name) for name in names)


@pytest.mark.parametrize("data", [{"orderId": "7"}, [UNKNOWN], {}])
def test_json_is_an_answer(data: Any) -> None:
    """A dict or a list, as ccxt hands it on."""
    reply = came(data)

    assert (200, data) == (reply.status, reply.data)
    assert data == json.loads(reply.body)
    assert reply.time > 0


@pytest.mark.parametrize("data", [None, "<html>", 7, object()])
def test_anything_else_is_no_answer(data: Any) -> None:
    """Such as the default return value of a mock."""
    reply = came(data)

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert f"fapiPrivateDeleteOrder returned no JSON but {type(data).__name__}" == reply.reason


@pytest.mark.parametrize(
    ("error", "status", "body", "data"),
    [
        (ccxt.OrderNotFound(f"binance {BODY}"), 400, BODY, UNKNOWN),
        (ccxt.OperationRejected(BODY), 400, BODY, UNKNOWN),
        (ccxt.RateLimitExceeded('binance {"code":-1}'), 429, '{"code":-1}', {"code": -1}),
        (ccxt.DDoSProtection(f"binance {json.dumps(KEY)}"), 400, json.dumps(KEY), KEY),
        (ccxt.ExchangeNotAvailable('binance {"code":-1}'), 503, '{"code":-1}', {"code": -1}),
        (ccxt.DDoSProtection(f"binance 418 I'm a teapot {BODY}"), 418, BODY, UNKNOWN),
        (ccxt.DDoSProtection(f"binance 429 Too Many Requests {BODY}"), 429, BODY, UNKNOWN),
        (ccxt.ExchangeNotAvailable(f"binance DELETE {URL} 502 Bad Gateway <p>"), 502, "<p>", None),
        (ccxt.ExchangeNotAvailable(f"binance DELETE {URL} 522 {{why"), 522, "{why", None),
        (ccxt.AuthenticationError(f"binance DELETE {URL} 401 Unauthorized "), 401, "", None),
        (ccxt.MarketClosed(f"binance {CLOSED}"), 400, CLOSED, {"code": -2011, "msg": CLOSED}),
        (ccxt.OrderNotFound("binance Unknown order sent."), 400, UNKNOWN["msg"], UNKNOWN),
    ],
)
def test_what_ccxt_quotes_is_an_answer(
    error: ccxt.BaseError, status: int, body: str, data: Any
) -> None:
    """Its status where the text has it, else the one that fits."""
    reply = came(error)

    assert isinstance(reply, Response)
    assert (status, data) == (reply.status, reply.data)
    assert reply.body.startswith(body)


def test_the_status_is_known_where_requests_raised_first() -> None:
    """ccxt raises its own from within; a 5xx leaves open what happened, whatever its code is."""
    response = requests.Response()
    response.status_code = 500
    try:
        raise requests.HTTPError(response=response)
    except requests.HTTPError:
        try:
            raise ccxt.ExchangeError('binance {"code":-9999,"msg":"?"}')
        except ccxt.ExchangeError as e:
            error = e

    assert 500 == came(error).status


def test_the_headers_are_those_of_the_same_answer() -> None:
    """ccxt keeps those of the last one; another call may have had it."""
    there = exchange()
    there.last_response_headers = {"Retry-After": "9"}

    def refuses(_: Any) -> Any:
        raise ccxt.DDoSProtection(f"binance 429 Too Many Requests {BODY}")

    there.fapiPrivateDeleteOrder = refuses
    there.last_http_response = BODY
    same = call_implicit(there, step())
    there.last_http_response = "{}"
    other = call_implicit(there, step())

    assert isinstance(same, Response)
    assert isinstance(other, Response)
    assert {"retry-after": "9"} == same.headers
    assert {} == other.headers


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ccxt.RequestTimeout(f"binance DELETE {URL}"), "RequestTimeout: binance DELETE …"),
        (ccxt.NetworkError(f"{SECRET} at {URL}"), "NetworkError: … at …"),
        (ccxt.OrderNotFound("gone"), "OrderNotFound: gone"),
        (ccxt.OrderNotFound("binance -2011"), "OrderNotFound: binance -2011"),
        (ccxt.ExchangeError('binance {"msg":"?"}'), 'ExchangeError: binance {"msg":"?"}'),
        (ccxt.ExchangeError("binance {no JSON}"), "ExchangeError: binance {no JSON}"),
        (ccxt.RequestTimeout(f"after {BODY} at last"), f"RequestTimeout: after {BODY} at last"),
        (ccxt.AuthenticationError(f"see {URL}"), "AuthenticationError: see …"),
        (ValueError(BODY), f"ValueError: {BODY}"),
        (ValueError(), "ValueError"),
        (ccxt.NetworkError("x" * 999), f"NetworkError: {'x' * 200}"),
    ],
)
def test_of_any_other_error_nobody_can_say_what_happened(error: Exception, reason: str) -> None:
    """It may have been sent; the quoted text has neither a URL nor a secret."""
    reply = came(error)

    assert isinstance(reply, NoResponse)
    assert (True, reason) == (reply.may_have_been_sent, reply.reason)


def test_a_cause_shows_no_url() -> None:
    """A traceback shows a cause, and what that was raised from."""
    clean, signed = ValueError("no"), ccxt.RequestTimeout(f"binance DELETE {URL}")
    foreign = ValueError(URL)
    wraps = ccxt.NetworkError("binance")
    wraps.__cause__ = foreign

    assert clean is came(clean).cause
    assert None is came(foreign).cause
    for error, text in ((signed, "binance DELETE …"), (wraps, "binance")):
        cause = came(error).cause
        assert (type(error), text, None) == (type(cause), str(cause), cause.__cause__)


@pytest.mark.parametrize(
    "error",
    [ccxt.AuthenticationError('binance requires "apiKey" credential'), ccxt.ArgumentsRequired("x")],
)
def test_what_ccxt_raises_before_it_sends_is_raised(error: Exception) -> None:
    """Nothing has left, so it is the error that it is."""
    with pytest.raises(type(error)) as raised:
        came(error)

    assert error is raised.value


def test_an_endpoint_without_an_implicit_method_goes_by_request() -> None:
    """ccxt's own method for any path."""
    there = exchange()
    there.request = Mock(return_value={"orderId": "7"})
    reply = call_implicit(there, step("no/such"))

    assert isinstance(reply, Response)
    there.request.assert_called_once_with(
        "no/such", ["fapiPrivate"], "DELETE", {"orderId": "7"}, {"cost": 3}
    )


def test_a_plain_function_serves_an_async_exchange() -> None:
    """A mock that is not awaitable is called all the same; so is one that is."""
    there = exchange()

    async def awaited(_: Any) -> Any:
        return {"orderId": "8"}

    async def both() -> list[Any]:
        there.fapiPrivateDeleteOrder = lambda _: {"orderId": "7"}
        first = await call_implicit_async(there, step())
        there.fapiPrivateDeleteOrder = awaited
        return [first, await call_implicit_async(there, step())]

    assert [{"orderId": "7"}, {"orderId": "8"}] == [reply.data for reply in asyncio.run(both())]


def test_what_is_asked_is_a_dict_of_its_own() -> None:
    """A method may keep and change it."""
    there = exchange()
    asked = implicit_call(there, request(), ("fetch",), {}, error_field="code", left=9.0)
    asked.params["more"] = 1

    assert {"orderId": "7"} == request().params
    assert "fapiPrivateDeleteOrder" == asked.name
