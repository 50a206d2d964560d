"""What Binance's answer to a cancel means: one pure function for all products and hosts.

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
from adapter.venues.binance.orders import created, own_client_id, status_of

BY_CODE: Mapping[int, tuple[ResponseKind, type[ccxt.BaseError]]] = {
    -1000: (ResponseKind.UNKNOWN, ccxt.RequestTimeout),
    -1001: (ResponseKind.UNKNOWN, ccxt.RequestTimeout),
    -1003: (ResponseKind.LIMITED, ccxt.RateLimitExceeded),
    -1006: (ResponseKind.UNKNOWN, ccxt.RequestTimeout),
    -1007: (ResponseKind.UNKNOWN, ccxt.RequestTimeout),
    -1008: (ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
    -1016: (ResponseKind.NOT_EXECUTED, ccxt.ExchangeNotAvailable),
    -1021: (ResponseKind.CLOCK, ccxt.InvalidNonce),
    -1022: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2008: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2013: (ResponseKind.GONE, ccxt.OrderNotFound),
    -2014: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -2015: (ResponseKind.REFUSED, ccxt.AuthenticationError),
    -4188: (ResponseKind.CLOCK, ccxt.InvalidNonce),
    -5028: (ResponseKind.CLOCK, ccxt.InvalidNonce),
    -6028: (ResponseKind.GONE, ccxt.OrderNotFound),
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
"""ms; a host counts requests by the minutes of its own clock."""
WORD = (int, str)
"""What ids and codes come as."""

_BANNED_UNTIL = re.compile(r"banned until (\d{13})")
_SHOWN = 2000


def classify(
    reply: Response | NoResponse,
    call: CancelRequest,
    product: CancelEndpoint,
    errors: Errors,
    query: bool,
) -> Classification:
    """What ``reply`` says about the order that ``call`` means, asked by a cancel or a query.

    ``errors`` names the class of the codes that mean nothing special here.
    """
    if isinstance(reply, NoResponse):
        return _classify_no_response(reply)
    if product.order_in is not None:
        reply = attrs.evolve(reply, data=product.order_in(reply.data, call))
    return _classify_response(reply, call, product, errors, query)


def _classify_no_response(reply: NoResponse) -> Classification:
    if reply.retry_after is not None:
        return Classification(
            meaning=ResponseKind.HELD, text=reply.reason, retry_after=reply.retry_after
        )
    meaning = ResponseKind.UNKNOWN if reply.sent else ResponseKind.NOT_SENT
    error = ccxt.RequestTimeout if reply.sent else ccxt.NetworkError
    return Classification(meaning=meaning, text=reply.reason, error=error, cause=reply.cause)


def _classify_response(
    reply: Response, call: CancelRequest, product: CancelEndpoint, errors: Errors, query: bool
) -> Classification:
    code = _code(reply.data)
    if 200 <= reply.status < 300 and not code:
        return _order(reply, call, product, query)
    if reply.status in (418, 429) or code in product.limit_codes:
        return _limited(reply)
    if product.doubtful_5xx and reply.status >= 500:
        return Classification(
            meaning=ResponseKind.UNKNOWN, text=_text(reply), error=ccxt.RequestTimeout
        )
    if code:
        return _by_code(reply, code, errors)
    return _by_status(reply)


def _code(data: Any) -> int | None:
    """Binance's error code; None where there is none (451 carries a meaningless 0, success 200)."""
    code = data.get("code") if isinstance(data, dict) else None
    if not isinstance(code, WORD):
        return None
    try:
        number = int(code)
    except ValueError:
        return None
    return number if number not in (0, 200) else None


def _message(reply: Response) -> str:
    message = reply.data.get("msg") if isinstance(reply.data, dict) else None
    return message if isinstance(message, str) else reply.body.strip()


def _text(reply: Response) -> str:
    """Binance's raw JSON as ccxt quotes it; any other answer with its HTTP status before it."""
    body = reply.body.strip()
    body = body if len(body) <= _SHOWN else body[:_SHOWN] + "…"
    return body if isinstance(reply.data, dict) else f"HTTP {reply.status} {body}".rstrip()


def _order(
    reply: Response, call: CancelRequest, product: CancelEndpoint, query: bool
) -> Classification:
    """A 2xx: the order that was asked for and its status, or nothing that can be used."""
    answer, text = reply.data, _text(reply)
    if not isinstance(answer, dict) or not _is_the_one(answer, call, product, query):
        return Classification(meaning=ResponseKind.UNKNOWN, text=text, error=ccxt.RequestTimeout)
    return Classification(
        meaning=ResponseKind.ORDER,
        text=text,
        status=status_of(answer),
        created=created(answer),
        reply=reply,
    )


def _is_the_one(
    answer: Mapping[str, Any], call: CancelRequest, product: CancelEndpoint, query: bool
) -> bool:
    order_id = answer.get("orderId")
    if not status_of(answer) or not isinstance(order_id, WORD) or order_id == "":
        return False
    if call.order_id is not None:
        return str(order_id) == call.order_id
    own = own_client_id(answer, product, query)
    return own is None or own == call.client_order_id


def _limited(reply: Response) -> Classification:
    text, seconds = _text(reply), _retry_after(reply)
    if seconds is None:
        seconds = _minute_left(reply)
        text += f" (no time is given; the host's minute ends in {seconds:.1f} s)"
    return Classification(
        meaning=ResponseKind.LIMITED, text=text, error=ccxt.RateLimitExceeded, retry_after=seconds
    )


def _retry_after(reply: Response) -> float | None:
    """Seconds, from ``Retry-After`` or from "banned until <ms>" by the server's own clock."""
    header = reply.headers.get("retry-after", "")
    if header.isascii() and header.isdigit():
        return float(header)
    if until := _BANNED_UNTIL.search(reply.body):
        return max(0.0, (int(until[1]) - _time_of(reply)) / 1000)
    return None


def _minute_left(reply: Response) -> float:
    """Seconds until the host counts from zero again: up to one too many, as ``Date`` is cut."""
    return (MINUTE - _time_of(reply) % MINUTE) / 1000


def _time_of(reply: Response) -> int:
    """The server's time in ms; ours at receipt where it does not say."""
    return server_time(reply) or reply.time


def server_time(reply: Response) -> int | None:
    """Binance's time in ms, from its ``time`` page or an answer's ``Date``, which has seconds."""
    told = reply.data.get("serverTime") if isinstance(reply.data, dict) else None
    if isinstance(told, int) or (isinstance(told, str) and told.isdecimal()):
        return int(told)  # ccxt makes a string of it
    return _date(reply.headers.get("date", ""))


@functools.lru_cache(maxsize=16)
def _date(text: str) -> int | None:
    """An HTTP date in ms; it is the same for all answers of a second, and takes long to read."""
    try:
        return int(email.utils.parsedate_to_datetime(text).timestamp() * 1000)
    except ValueError:
        return None


def _by_code(reply: Response, code: int, errors: Errors) -> Classification:
    text, message = _text(reply), _message(reply)
    if reply.status == 503 and message.startswith(NOT_EXECUTED_503):
        return _not_executed(text)
    if code == -2011:
        return _cancel_rejected(text, message, errors)
    meaning, error = BY_CODE.get(code, (ResponseKind.REFUSED, None))
    if meaning is ResponseKind.LIMITED:
        return _limited(reply)
    if error is None and _is_ambiguous(reply):
        meaning, error = ResponseKind.UNKNOWN, ccxt.RequestTimeout
    if error is None:
        fallback = BY_STATUS.get(reply.status, ccxt.ExchangeError)
        error = errors.get(message) or errors.get(str(code)) or fallback
    return Classification(meaning=meaning, text=text, error=error, reply=reply)


def _cancel_rejected(text: str, message: str, errors: Errors) -> Classification:
    """-2011 says either that there is no such open order, or why a live one was not cancelled."""
    if message.lower().replace("_", " ").startswith("unknown order"):
        return Classification(meaning=ResponseKind.GONE, text=text, error=ccxt.OrderNotFound)
    if message == "This action is disabled on this account.":
        return Classification(meaning=ResponseKind.REFUSED, text=text, error=ccxt.PermissionDenied)
    error = errors.get(message, ccxt.OperationRejected)
    return Classification(meaning=ResponseKind.REFUSED, text=text, error=error)


def _by_status(reply: Response) -> Classification:
    text, message = _text(reply), _message(reply)
    if isinstance(reply.data, dict) and MAINTENANCE in reply.data:
        return _not_executed(text)
    if reply.status == 503 and message.startswith(NOT_EXECUTED_503):
        return _not_executed(text)
    if _is_ambiguous(reply):
        return Classification(meaning=ResponseKind.UNKNOWN, text=text, error=ccxt.RequestTimeout)
    error = BY_STATUS.get(reply.status, ccxt.ExchangeNotAvailable)
    return Classification(meaning=ResponseKind.REFUSED, text=text, error=error)


def _is_ambiguous(reply: Response) -> bool:
    """Whether the HTTP status alone leaves open if the cancel was executed."""
    return reply.status == 408 or reply.status >= 500


def _not_executed(text: str) -> Classification:
    return Classification(
        meaning=ResponseKind.NOT_EXECUTED, text=text, error=ccxt.ExchangeNotAvailable
    )
