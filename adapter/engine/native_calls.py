"""Calls ccxt's own methods, and gives what they returned or raised with the response behind it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import attrs
import ccxt
import requests
import urllib3

from adapter.contract.messages import NoResponse, Response
from adapter.contract.native import Reply
from adapter.engine.redaction import SHOWN, chain, redact_for, shown_cause
from adapter.engine.state import ExchangeState
from adapter.engine.tap import Capture, Sent
from adapter.engine.user_code import is_ccxt_code

CANCEL, CANCEL_SEVERAL = "cancel_order", "cancel_orders"
SENT_ONCE = ("POST", "PATCH")
"""The methods of requests that aiohttp does not send again by itself after a disconnect."""


@attrs.frozen
class CallNative:
    """An effect: call one of ccxt's methods. Gives a `Reply`.

    Raises what it raises without having sent anything.
    """

    method: str
    arguments: tuple[Any, ...]
    timeout: float
    """Seconds."""


def call_native(exchange: Any, state: ExchangeState, effect: CallNative) -> Reply:
    """Call the method; it is left at the end of its time."""
    call = functools.partial(_method(exchange, effect.method), *effect.arguments)
    with state.tap.capture(exchange) as capture:
        try:
            returned = state.io.run_with_deadline(call, time.monotonic() + effect.timeout)
        except Exception as e:
            return _reply(exchange, capture, error=e)
    return _reply(exchange, capture, returned)


async def call_native_async(exchange: Any, state: ExchangeState, effect: CallNative) -> Reply:
    """`call_native`, in async; a plain function is called as well."""
    with state.tap.capture(exchange) as capture:
        try:
            async with asyncio.timeout(effect.timeout):
                returned = _method(exchange, effect.method)(*effect.arguments)
                returned = await returned if inspect.isawaitable(returned) else returned
        except Exception as e:
            return _reply(exchange, capture, error=e)
    return _reply(exchange, capture, returned)


def _method(exchange: Any, name: str) -> Callable[..., Any]:
    """The method that cancels as ccxt has it, past the adapter's; any other as it is."""
    if name not in (CANCEL, CANCEL_SEVERAL):
        return cast(Callable[..., Any], getattr(exchange, name))
    methods = [vars(cls)[name] for cls in type(exchange).__mro__ if name in vars(cls)]
    methods = [getattr(method, "__wrapped__", method) for method in methods]
    original = next(method for method in methods if is_ccxt_code(method))
    return cast(Callable[..., Any], original.__get__(exchange))


def _reply(
    exchange: Any, capture: Capture, returned: Any = None, error: Exception | None = None
) -> Reply:
    # ccxt reads its proxy settings before it sends
    sent = [s for s in capture.requests if not isinstance(s.error, ccxt.InvalidProxySettings)]
    if not sent:
        if isinstance(error, TimeoutError):
            # a sync call that was left in ccxt's queue goes on by itself
            may_be = bool(exchange.synchronous)
            reason = "it was still in ccxt's queue at the end of its time"
            return Reply(response=NoResponse(may_have_been_sent=may_be, reason=reason))
        if error is not None:
            raise error
        data = returned.get("info") if isinstance(returned, Mapping) else returned
        text = exchange.json(data)
        return Reply(returned=returned, response=Response(status=200, body=text, data=data))
    # of requests that ccxt makes side by side, what it raised is of the one that failed
    sent.sort(key=lambda each: each.error is not None and each.error is error)
    last = sent[-1]
    if last.response is not None:
        response: Response | NoResponse = last.response
    else:
        response = _no_response(exchange, sent, last.error or error, capture.secrets)
    cause = None if error is None else shown_cause(exchange, error, capture.secrets)
    if error is not None and cause is None:
        cause = RuntimeError(redact_for(exchange, str(error), capture.secrets)[:SHOWN])
    repeated = _is_repeated(exchange, sent)
    return Reply(returned=returned, error=cause, response=response, is_repeated=repeated)


def _is_repeated(exchange: Any, sent: list[Sent]) -> bool:
    """Whether the last request may have been sent more than once, by ccxt or by aiohttp."""
    last = sent[-1]
    if any(_may_have_left(each) for each in _earlier(sent)):
        return True
    if exchange.synchronous or last.method in SENT_ONCE:
        return False
    return last.connections != 1


def _earlier(sent: list[Sent]) -> list[Sent]:
    """Those before the last that it is a second try of: ccxt makes one, if its user says so.

    After no other error, though a path may be that of all requests.
    """
    last = sent[-1]
    failed = [s for s in sent[:-1] if isinstance(s.error, ccxt.OperationFailed)]
    return [s for s in failed if (s.method, s.path) == (last.method, last.path)]


def _may_have_left(sent: Sent) -> bool:
    return bool(sent.connections) or sent.error is None or not _is_connect_error(sent.error)


def _no_response(
    exchange: Any, sent: list[Sent], error: BaseException | None, secrets: tuple[str, ...]
) -> NoResponse:
    if error is None or isinstance(error, TimeoutError | asyncio.CancelledError):
        return NoResponse(may_have_been_sent=True, reason="no answer came in time")
    text = redact_for(exchange, str(error), secrets)[:SHOWN]
    reason = f"{type(error).__name__}: {text}".rstrip(": …")
    cause = shown_cause(exchange, error, secrets) if isinstance(error, Exception) else None
    return NoResponse(
        may_have_been_sent=any(_may_have_left(each) for each in (sent[-1], *_earlier(sent))),
        reason=reason,
        cause=cause,
    )


def _is_connect_error(error: BaseException) -> bool:
    """Whether there was no connection to send the request on."""
    known: tuple[type[BaseException], ...] = (
        requests.ConnectTimeout,
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        ssl.SSLCertVerificationError,
    )
    if (aiohttp := sys.modules.get("aiohttp")) is not None:
        known = (*known, aiohttp.ClientConnectorError)
    found = [*chain(error)]
    reasons = [
        r
        for e in found
        for each in e.args
        if isinstance(r := getattr(each, "reason", each), Exception)
    ]
    return any(isinstance(each, known) for each in (*found, *reasons))
