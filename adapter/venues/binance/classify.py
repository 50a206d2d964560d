"""Classifies Binance's responses to a cancel or a query, for all endpoints and hosts.

https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info
https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
"""

from __future__ import annotations

import email.utils
import functools
import re
from collections.abc import Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.contract.venue import Errors
from adapter.venues.binance.orders import created, response_client_id, status_of

BY_CODE: Mapping[int, tuple[ResponseKind, type[ccxt.BaseError]]] = {
    -1000: (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    -1001: (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    -1003: (ResponseKind.RATE_LIMITED, ccxt.RateLimitExceeded),
    -1006: (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    -1007: (ResponseKind.AMBIGUOUS, ccxt.RequestTimeout),
    -1008: (ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
    -1016: (ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
    -1021: (ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
    -1022: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2008: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2013: (ResponseKind.NOT_OPEN, ccxt.OrderNotFound),
    -2014: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2015: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -4188: (ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
    -5028: (ResponseKind.CLOCK_SKEW, ccxt.InvalidNonce),
    -6028: (ResponseKind.NOT_OPEN, ccxt.OrderNotFound),
    -6063: (ResponseKind.REFUSED, ccxt.OperationRejected),
}
BY_STATUS: Mapping[int, type[ccxt.BaseError]] = {
    401: ccxt.AuthenticationError,
    403: ccxt.DDoSProtection,
    404: ccxt.NotSupported,
    407: ccxt.AuthenticationError,
    451: ccxt.PermissionDenied,
}
NOT_EXECUTED_503 = ("Service Unavailable.", "Internal error; unable to process")
MAINTENANCE = "239999"
MINUTE = 60_000
"""ms; a host counts request weight by the minutes of its clock."""
ID_TYPES = (int, str)
"""The JSON types of ids and codes."""

_BANNED_UNTIL = re.compile(r"banned until (\d{13})")
_SHOWN = 2000


def classify(
    response: Response | NoResponse,
    call: CancelRequest,
    endpoint: CancelEndpoint,
    errors: Errors,
    query: bool,
) -> Classification:
    """What ``response`` means for the order that ``call`` identifies.

    ``errors`` has the error class of the codes that are not classified here. ``query`` is whether
    the response answers a query, not a cancel.
    """
    if isinstance(response, NoResponse):
        return _classify_no_response(response)
    if endpoint.extract_order is not None:
        response = attrs.evolve(response, data=endpoint.extract_order(response.data, call))
    return _classify_response(response, call, endpoint, errors, query)


def _classify_no_response(response: NoResponse) -> Classification:
    if response.retry_after is not None:
        return Classification(
            kind=ResponseKind.HELD_LOCALLY, text=response.reason, retry_after=response.retry_after
        )
    kind = ResponseKind.AMBIGUOUS if response.may_have_been_sent else ResponseKind.NOT_SENT
    error = ccxt.RequestTimeout if response.may_have_been_sent else ccxt.NetworkError
    return Classification(kind=kind, text=response.reason, error=error, cause=response.cause)


def _classify_response(
    response: Response, call: CancelRequest, endpoint: CancelEndpoint, errors: Errors, query: bool
) -> Classification:
    code = _code(response.data)
    if 200 <= response.status < 300 and not code:
        return _order(response, call, endpoint, query)
    if response.status in (418, 429) or code in endpoint.rate_limit_codes:
        return _rate_limited(response)
    if endpoint.ambiguous_5xx and response.status >= 500:
        return Classification(
            kind=ResponseKind.AMBIGUOUS, text=_text(response), error=ccxt.RequestTimeout
        )
    if code:
        return _by_code(response, code, errors)
    return _by_status(response)


def _code(data: Any) -> int | None:
    """Binance's error code; None without one (HTTP 451 has a meaningless 0, a success 200)."""
    code = data.get("code") if isinstance(data, dict) else None
    if not isinstance(code, ID_TYPES):
        return None
    try:
        number = int(code)
    except ValueError:
        return None
    return number if number not in (0, 200) else None


def _message(response: Response) -> str:
    message = response.data.get("msg") if isinstance(response.data, dict) else None
    return message if isinstance(message, str) else response.body.strip()


def _text(response: Response) -> str:
    """The raw body if it is JSON, as ccxt quotes it; else the HTTP status and the body."""
    body = response.body.strip()
    body = body if len(body) <= _SHOWN else body[:_SHOWN] + "…"
    return body if isinstance(response.data, dict) else f"HTTP {response.status} {body}".rstrip()


def _order(
    response: Response, call: CancelRequest, endpoint: CancelEndpoint, query: bool
) -> Classification:
    """HTTP 2xx: the requested order and its status, else ambiguous."""
    answer, text = response.data, _text(response)
    if not isinstance(answer, dict) or not _is_requested_order(answer, call, endpoint, query):
        return Classification(kind=ResponseKind.AMBIGUOUS, text=text, error=ccxt.RequestTimeout)
    return Classification(
        kind=ResponseKind.ORDER,
        text=text,
        status=status_of(answer),
        created=created(answer),
        response=response,
    )


def _is_requested_order(
    answer: Mapping[str, Any], call: CancelRequest, endpoint: CancelEndpoint, query: bool
) -> bool:
    order_id = answer.get("orderId")
    if not status_of(answer) or not isinstance(order_id, ID_TYPES) or order_id == "":
        return False
    if call.order_id is not None:
        return str(order_id) == call.order_id
    client_id = response_client_id(answer, endpoint, query)
    return client_id is None or client_id == call.client_order_id


def _rate_limited(response: Response) -> Classification:
    text, seconds = _text(response), _retry_after(response)
    if seconds is None:
        seconds = _minute_left(response)
        text += f" (no time is given; the host's minute ends in {seconds:.1f} s)"
    return Classification(
        kind=ResponseKind.RATE_LIMITED, text=text, error=ccxt.RateLimitExceeded, retry_after=seconds
    )


def _retry_after(response: Response) -> float | None:
    """Seconds, from ``Retry-After`` or from "banned until <ms>" by the server's clock."""
    header = response.headers.get("retry-after", "")
    if header.isascii() and header.isdigit():
        return float(header)
    if until := _BANNED_UNTIL.search(response.body):
        return max(0.0, (int(until[1]) - _time_of(response)) / 1000)
    return None


def _minute_left(response: Response) -> float:
    """Seconds until the host's minute ends: up to one too many, as ``Date`` has whole seconds."""
    return (MINUTE - _time_of(response) % MINUTE) / 1000


def _time_of(response: Response) -> int:
    """The server's time in ms; the local time at receipt where the response has none."""
    return server_time(response) or response.time


def server_time(response: Response) -> int | None:
    """Binance's time in ms, from its ``time`` endpoint or the header ``Date`` (whole seconds)."""
    time = response.data.get("serverTime") if isinstance(response.data, dict) else None
    if isinstance(time, int) or (isinstance(time, str) and time.isdecimal()):
        return int(time)  # ccxt converts it to a string
    return _date(response.headers.get("date", ""))


@functools.lru_cache(maxsize=16)
def _date(text: str) -> int | None:
    """An HTTP date in ms. Cached: parsing is slow, and all responses of a second have the same."""
    try:
        return int(email.utils.parsedate_to_datetime(text).timestamp() * 1000)
    except ValueError:
        return None


def _by_code(response: Response, code: int, errors: Errors) -> Classification:
    text, message = _text(response), _message(response)
    if response.status == 503 and message.startswith(NOT_EXECUTED_503):
        return _not_executed(text)
    if code == -2011:
        return _cancel_rejected(text, message, errors)
    kind, error = BY_CODE.get(code, (ResponseKind.REFUSED, None))
    if kind is ResponseKind.RATE_LIMITED:
        return _rate_limited(response)
    if error is None and _is_ambiguous(response):
        kind, error = ResponseKind.AMBIGUOUS, ccxt.RequestTimeout
    if error is None:
        fallback = BY_STATUS.get(response.status, ccxt.ExchangeError)
        error = errors.get(message) or errors.get(str(code)) or fallback
    return Classification(kind=kind, text=text, error=error, response=response)


def _cancel_rejected(text: str, message: str, errors: Errors) -> Classification:
    """-2011 means that there is no such open order, or that an open one was not cancelled."""
    if message.lower().replace("_", " ").startswith("unknown order"):
        return Classification(kind=ResponseKind.NOT_OPEN, text=text, error=ccxt.OrderNotFound)
    if message == "This action is disabled on this account.":
        return Classification(kind=ResponseKind.REFUSED, text=text, error=ccxt.PermissionDenied)
    error = errors.get(message, ccxt.OperationRejected)
    return Classification(kind=ResponseKind.REFUSED, text=text, error=error)


def _by_status(response: Response) -> Classification:
    text, message = _text(response), _message(response)
    if isinstance(response.data, dict) and MAINTENANCE in response.data:
        return _not_executed(text)
    if response.status == 503 and message.startswith(NOT_EXECUTED_503):
        return _not_executed(text)
    if _is_ambiguous(response):
        return Classification(kind=ResponseKind.AMBIGUOUS, text=text, error=ccxt.RequestTimeout)
    error = BY_STATUS.get(response.status, ccxt.ExchangeNotAvailable)
    return Classification(kind=ResponseKind.REFUSED, text=text, error=error)


def _is_ambiguous(response: Response) -> bool:
    """Whether the cancel may have been executed, by the HTTP status alone."""
    return response.status == 408 or response.status >= 500


def _not_executed(text: str) -> Classification:
    return Classification(
        kind=ResponseKind.NOT_EXECUTED, text=text, error=ccxt.ExchangeNotAvailable
    )
