"""The channel that calls ccxt's implicit methods, where the user has replaced one of them."""

from __future__ import annotations

import asyncio
import http
import inspect
import json
import re
from collections.abc import Callable
from typing import Any

import attrs
import ccxt
import requests

from adapter.contract.messages import ApiRequest, Errors, NoResponse, Response
from adapter.core.redact import redact
from adapter.engine.channel import Sending, timeout_for
from adapter.engine.http_channel import HttpChannel
from adapter.engine.redaction import SHOWN, chain, redact_for, secrets_of, shown_cause
from adapter.engine.user_code import ANSWERING, find_mock, implicit_names

NOT_SENT = (
    ccxt.ArgumentsRequired,
    ccxt.AuthenticationError,
    ccxt.NotSupported,
    ccxt.InvalidProxySettings,
    ccxt.ExchangeClosedByUser,
)
"""What ccxt raises before it sends, where the text holds neither an answer nor a URL."""
RATE_LIMITED = (ccxt.DDoSProtection, ccxt.RateLimitExceeded)
CANCEL_REJECTED = -2011
"""The code of the messages that ccxt quotes without their code."""
REFUSED_KEY = -2015
"""ccxt raises ``DDoSProtection`` for it once another call has succeeded."""
UNKNOWN_ORDER = "Unknown order sent."

_STATUS = re.compile(r"\S+ (?:[A-Z]+ \S+ (?=[45]\d\d )|(?=4(?:18|29) ))(\d{3}) (.*)", re.DOTALL)
"""How ccxt quotes an answer by its HTTP status: ``binance DELETE <url> 502 Bad Gateway <body>``."""
_JSON = re.compile(r"(?:\w+ )?(\{.*\})", re.DOTALL)


@attrs.frozen(kw_only=True)
class CallImplicit:
    """A step: call ccxt's implicit method of an endpoint. Gives what came back."""

    name: str
    request: ApiRequest
    params: dict[str, Any]
    error_classes: Errors = attrs.field(repr=False)
    """The class of each message that ccxt may quote without its code."""
    error_field: str
    """The field of a body that ccxt may quote."""
    timeout: float
    """Seconds; a sync call cannot be ended by it."""


def implicit_call(
    exchange: Any,
    request: ApiRequest,
    names: tuple[str, ...],
    known: Errors,
    *,
    error_field: str,
    left: float,
) -> CallImplicit:
    """The effect for a request, where ``names`` are the user's own methods. ``left`` is in seconds.

    Raises ``ccxt.NotSupported`` where only another implicit method is a mock: what the mock stands
    in for must not be asked.
    """
    spellings = implicit_names(request.method, request.api, request.path)
    name = next((n for n in spellings if n in names), spellings[0])
    if {*spellings, *ANSWERING}.isdisjoint(names) and (mock := find_mock(exchange, names)):
        raise ccxt.NotSupported(
            f"{exchange.id} {mock} is a mock and {name} is not, so nothing was sent: mock {name}"
            " as well, or mock fetch"
        )
    params = dict(request.params)
    if exchange.handle_option(request.path, "maxRetriesOnFailure"):
        params["maxRetriesOnFailure"] = 0  # a second send by ccxt would hide the first
    return CallImplicit(
        name=name,
        request=request,
        params=params,
        error_classes=known,
        error_field=error_field,
        timeout=left,
    )


def call_implicit(exchange: Any, step: CallImplicit) -> Response | NoResponse:
    """Call the method. Raises what ccxt raises before it sends."""
    try:
        return _from_data(exchange, step, _method(exchange, step)(step.params))
    except Exception as e:
        return _from_error(exchange, step, e)


async def call_implicit_async(exchange: Any, step: CallImplicit) -> Response | NoResponse:
    """`call_implicit`, in async; a plain function is called as well."""
    try:
        async with asyncio.timeout(step.timeout):
            came = _method(exchange, step)(step.params)
            return _from_data(exchange, step, await came if inspect.isawaitable(came) else came)
    except Exception as e:
        return _from_error(exchange, step, e)


def _method(exchange: Any, step: CallImplicit) -> Callable[[dict[str, Any]], Any]:
    """By ``request`` for an endpoint that ccxt has no implicit method of."""
    method: Callable[[dict[str, Any]], Any] | None = getattr(exchange, step.name, None)
    asked = step.request
    return method or (
        lambda params: exchange.request(
            asked.path, asked.api.split("/"), asked.method, params, {"cost": asked.weight}
        )
    )


def _from_data(exchange: Any, step: CallImplicit, data: Any) -> Response | NoResponse:
    if not isinstance(data, dict | list):
        reason = f"{step.name} returned no JSON but {type(data).__name__}"
        return NoResponse(may_have_been_sent=True, reason=reason)
    body = json.dumps(data, default=str, skipkeys=True)
    return _make_response(exchange, 200, body, data)


def _make_response(exchange: Any, status: int, body: str, data: Any) -> Response:
    return Response(
        status=status,
        body=redact(body, secrets_of(exchange)),
        data=data,
        headers=_headers(exchange, body),
        time=exchange.milliseconds(),
    )


def _headers(exchange: Any, body: str) -> dict[str, str]:
    """Those of the answer that ccxt has kept last, where it is this one."""
    kept = exchange.last_response_headers
    if not body or not kept or exchange.last_http_response != body:
        return {}
    return {str(name).lower(): str(value) for name, value in dict(kept).items()}


def _from_error(exchange: Any, step: CallImplicit, error: Exception) -> Response | NoResponse:
    """What the exchange answered, where the error quotes that; else nobody can say what happened.

    Raises the error where ccxt raises such before it sends.
    """
    text = str(error)
    answer = _parse_quoted(text, error, step) if isinstance(error, ccxt.BaseError) else None
    if answer is not None:
        return _make_response(exchange, *answer)
    shown = redact_for(exchange, text)
    if isinstance(error, NOT_SENT) and shown == text:
        raise error
    reason = f"{type(error).__name__}: {shown[:SHOWN]}".rstrip(": ")
    return NoResponse(may_have_been_sent=True, reason=reason, cause=shown_cause(exchange, error))


def _parse_quoted(text: str, error: Exception, step: CallImplicit) -> tuple[int, str, Any] | None:
    """The HTTP status, the body and its JSON as ccxt quotes them, if it does."""
    if found := _STATUS.fullmatch(text):
        status, brace = int(found[1]), found[2].find("{")
        body = found[2][brace:] if brace >= 0 else ""
        data = _json(body)
        return status, body if data else found[2].removeprefix(_phrase(status)).strip(), data
    found = _JSON.fullmatch(text)
    data = _json(found[1]) if found else None
    if found and isinstance(data, dict) and step.error_field in data:
        return _status(error, data[step.error_field]), found[1], data
    message = text.partition(" ")[2]
    if message == UNKNOWN_ORDER or (
        message in step.error_classes and not message.lstrip("-").isdigit()
    ):
        return 400, message, {"code": CANCEL_REJECTED, "msg": message}
    return None


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def _json(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _status(error: Exception, code: object) -> int:
    """The status of an answer of which the error quotes the body alone."""
    for e in chain(error):
        if isinstance(e, requests.HTTPError) and e.response is not None:
            return e.response.status_code
    if isinstance(error, RATE_LIMITED) and str(code) != str(REFUSED_KEY):
        return 429
    return 503 if isinstance(error, ccxt.ExchangeNotAvailable) else 400


@attrs.define(eq=False)
class Implicit(HttpChannel):
    """Calls ccxt's implicit methods, which wait in ccxt's queue, sign and send."""

    overrides: tuple[str, ...] = attrs.field(kw_only=True)
    """The methods that the user has replaced."""

    def send(self, request: ApiRequest, seconds: float) -> Sending:
        """Send one request by ccxt's implicit method, which charges ccxt's throttle."""
        began = self.state.io.clock()
        if (refused := self._check_blocked(self.limiter(), seconds)) is not None:
            return refused
        venue = self.endpoint.venue
        window_param = venue.recv_window_param
        if request.recv_window is not None and window_param is not None:
            params = {**request.params, window_param: request.recv_window}
            request = attrs.evolve(request, params=params)
        errors, timeout = self.state.config.error_classes[self.active.plugin], timeout_for(seconds)
        effect = implicit_call(
            self.exchange,
            request,
            self.overrides,
            errors,
            error_field=venue.error_field,
            left=timeout,
        )
        if self.has_listener:
            details = self.sent_details
            self.emit("sent", method=request.method, path=request.path, **details)
        self.has_sent = self.has_sent or self.is_cancel
        response: Response | NoResponse = yield effect
        self.has_left = response.may_have_been_sent
        return self._report(response, began)

    def _request_clock(self, api: str, seconds: float) -> Sending:
        path = self.endpoint.venue.time_path
        page = ApiRequest(method="GET", api=api, path=path, params={}, weight=1)
        try:
            return (yield from self.send(page, seconds))
        except ccxt.NotSupported as e:
            return NoResponse(may_have_been_sent=False, reason=str(e))
