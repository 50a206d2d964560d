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

import ccxt

from adapter.contract.answers import ID_TYPES, ambiguous, not_open, text_of
from adapter.contract.api import OrderApi
from adapter.contract.messages import Classification, Errors, Response, ResponseKind

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

_BANNED_UNTIL = re.compile(r"banned until (\d{13})")


def is_success(response: Response) -> bool:
    """HTTP 2xx without an error code."""
    return 200 <= response.status < 300 and not _code(response.data)


def classify_error(response: Response, *, endpoint: OrderApi, errors: Errors) -> Classification:
    """What an answer that is no success means.

    ``errors`` has the error class of the codes that are not classified here.
    """
    code = _code(response.data)
    if response.status in (418, 429) or code in endpoint.rate_limit_codes:
        return _rate_limited(response)
    if endpoint.ambiguous_5xx and response.status >= 500:
        return ambiguous(text_of(response))
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


def _rate_limited(response: Response) -> Classification:
    text, seconds = text_of(response), _retry_after(response)
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
    text, message = text_of(response), _message(response)
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
        return not_open(text)
    if message == "This action is disabled on this account.":
        return Classification(kind=ResponseKind.REFUSED, text=text, error=ccxt.PermissionDenied)
    error = errors.get(message, ccxt.OperationRejected)
    return Classification(kind=ResponseKind.REFUSED, text=text, error=error)


def _by_status(response: Response) -> Classification:
    text, message = text_of(response), _message(response)
    if isinstance(response.data, dict) and MAINTENANCE in response.data:
        return _not_executed(text)
    if response.status == 503 and message.startswith(NOT_EXECUTED_503):
        return _not_executed(text)
    if _is_ambiguous(response):
        return ambiguous(text)
    error = BY_STATUS.get(response.status, ccxt.ExchangeNotAvailable)
    return Classification(kind=ResponseKind.REFUSED, text=text, error=error)


def _is_ambiguous(response: Response) -> bool:
    """Whether the cancel may have been executed, by the HTTP status alone."""
    return response.status == 408 or response.status >= 500


def _not_executed(text: str) -> Classification:
    return Classification(
        kind=ResponseKind.NOT_EXECUTED, text=text, error=ccxt.ExchangeNotAvailable
    )
