"""Sends by ccxt's implicit methods, where a method on the way to the session is the user's own."""

from __future__ import annotations

import asyncio
import functools
import http
import inspect
import json
import operator
import re
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType
from typing import Any

import attrs
import ccxt
import requests

from adapter.call import NoReply, Reply, Request
from adapter.product import Errors, Product
from adapter.redact import HIDDEN, redacted

ANSWERING = ("fetch", "fetch2", "request")
METHODS = (*ANSWERING, "sign", "handle_errors", "handleErrors", "throttle")
"""What ccxt calls between an implicit method and the session."""

NOT_SENT = (
    ccxt.ArgumentsRequired,
    ccxt.AuthenticationError,
    ccxt.NotSupported,
    ccxt.InvalidProxySettings,
    ccxt.ExchangeClosedByUser,
)
"""What ccxt raises before it sends, where the text holds neither an answer nor a URL."""
LIMITED = (ccxt.DDoSProtection, ccxt.RateLimitExceeded)
CANCEL_REJECTED = -2011
"""The code of the messages that ccxt quotes without their code."""
REFUSED_KEY = -2015
"""ccxt raises ``DDoSProtection`` for it once another call has succeeded."""
UNKNOWN_ORDER = "Unknown order sent."

_STATUS = re.compile(r"\S+ (?:[A-Z]+ \S+ (?=[45]\d\d )|(?=4(?:18|29) ))(\d{3}) (.*)", re.DOTALL)
"""How ccxt quotes an answer by its HTTP status: ``binance DELETE <url> 502 Bad Gateway <body>``."""
_JSON = re.compile(r"(?:\w+ )?(\{.*\})", re.DOTALL)
_URL = re.compile(r"\w+://\S+")
_SHOWN = 200
_KEY = 8
"""Characters of the shortest key or secret that is looked for in a text."""


@attrs.frozen(kw_only=True)
class CallCcxt:
    """A step: call ccxt's implicit method of an endpoint. Gives what came back."""

    name: str
    request: Request
    params: dict[str, Any]
    known: Errors = attrs.field(repr=False)
    """The class of each message that ccxt may quote without its code."""
    timeout: float
    """Seconds; a sync call cannot be ended by it."""


def call_ccxt(
    exchange: Any, request: Request, names: tuple[str, ...], known: Errors, left: float
) -> CallCcxt:
    """The step for a request, where ``names`` are the user's own methods. ``left`` is in seconds.

    Raises ``ccxt.NotSupported`` where only another implicit method is a mock: what the mock stands
    in for must not be asked.
    """
    spellings = implicit_names(request.method, request.api, request.path)
    name = next((own for own in spellings if own in names), spellings[0])
    if {*spellings, *ANSWERING}.isdisjoint(names) and (mock := _mock_among(exchange, names)):
        raise ccxt.NotSupported(
            f"{exchange.id} {mock} is a mock and {name} is not, so nothing was sent: mock {name}"
            " as well, or mock fetch"
        )
    params = dict(request.params)
    if request.recv_window is not None:
        params["recvWindow"] = request.recv_window
    if exchange.handle_option(request.path, "maxRetriesOnFailure"):
        params["maxRetriesOnFailure"] = 0  # a second send by ccxt would hide the first
    return CallCcxt(name=name, request=request, params=params, known=known, timeout=left)


def implicit_names(method: str, api: str, path: str) -> tuple[str, str]:
    """ccxt's names for the implicit method of an endpoint: camelCase, then snake_case."""
    words = [method.lower(), *re.split(r"[^A-Za-z0-9]+", path)]
    camel_case = api + "".join(word[:1].upper() + word[1:] for word in words)
    return camel_case, "_".join([api, *words]).lower()


def remark(names: tuple[str, ...], product: Product) -> str | None:
    """What `adapter.explain` says where these methods on the way are the user's own."""
    if not names:
        return None
    name = implicit_names("DELETE", product.api, product.path)[0]
    return f"the call goes through your own {', '.join(names)}, by ccxt's {name}"


@attrs.frozen(eq=False)
class _Watched:
    """The methods between a cancel of one endpoint and the session."""

    names: tuple[str, ...]


@functools.cache
def _watched(api: str, path: str) -> _Watched:
    implicit = (implicit_names(method, api, path) for method in ("DELETE", "GET"))
    return _Watched((*METHODS, *(name for names in implicit for name in names)))


@attrs.frozen
class _OfClass:
    """The watched methods of a class, and which of them are the user's own."""

    cls: type
    get: Callable[[type], tuple[Any, ...]]
    methods: tuple[Any, ...]
    own: tuple[str, ...]

    @classmethod
    def of(cls, exchange_class: type, watched: _Watched) -> _OfClass:
        names = [name for name in watched.names if hasattr(exchange_class, name)]
        get = operator.attrgetter(*names)
        methods = get(exchange_class)
        own = (n for n, method in zip(names, methods, strict=True) if not _is_ccxts(method))
        return cls(exchange_class, get, methods, tuple(own))

    def holds(self, exchange_class: type) -> bool:
        """Whether it would be found again: a class can be patched."""
        return self.cls is exchange_class and self.get(exchange_class) == self.methods


@attrs.define
class UserCode:
    """Finds the methods that are not ccxt's own, and keeps what was found of a class."""

    kept: dict[_Watched, _OfClass] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> UserCode:
        """What is kept is found again."""
        return UserCode()

    def names(self, exchange: Any, product: Product) -> tuple[str, ...]:
        """The user's own methods on the way of this product's requests; mostly none."""
        watched, here = _watched(product.api, product.path), vars(exchange)
        kept = self.kept.get(watched)
        if kept is None or not kept.holds(type(exchange)):
            kept = self.kept[watched] = _OfClass.of(type(exchange), watched)
        if here.keys().isdisjoint(watched.names):
            return kept.own
        found = (n for n in watched.names if n in here and not _is_bound(here[n], exchange))
        return tuple(dict.fromkeys((*found, *kept.own)))


def _is_ccxts(method: object) -> bool:
    """By the module that the code was written in, which `functools.wraps` cannot copy."""
    function = method.__func__ if isinstance(method, MethodType) else method
    if not isinstance(function, FunctionType):
        return False
    return str(function.__globals__.get("__name__")).partition(".")[0] == "ccxt"


def _is_bound(method: object, exchange: object) -> bool:
    """Whether it is a method of ccxt's and of this very object."""
    return _is_ccxts(method) and getattr(method, "__self__", None) is exchange


def _mock_among(exchange: Any, names: tuple[str, ...]) -> str | None:
    """The implicit method that is a mock, if one is."""
    implicit = (name for name in names if name not in METHODS)
    return next((name for name in implicit if _is_mock(getattr(exchange, name))), None)


def _is_mock(method: object) -> bool:
    """Whether ``unittest.mock`` made it. A function that it made of a spec holds its mock."""
    library = sys.modules.get("unittest.mock")
    return library is not None and isinstance(
        getattr(method, "mock", method), library.NonCallableMock
    )


def called(exchange: Any, step: CallCcxt) -> Reply | NoReply:
    """Call the method. Raises what ccxt raises before it sends."""
    try:
        return _answered(exchange, step, _method(exchange, step)(step.params))
    except Exception as e:
        return _failed(exchange, step, e)


async def called_async(exchange: Any, step: CallCcxt) -> Reply | NoReply:
    """`called`, in async; a plain function is called as well."""
    try:
        async with asyncio.timeout(step.timeout):
            came = _method(exchange, step)(step.params)
            return _answered(exchange, step, await came if inspect.isawaitable(came) else came)
    except Exception as e:
        return _failed(exchange, step, e)


def _method(exchange: Any, step: CallCcxt) -> Callable[[dict[str, Any]], Any]:
    """By ``request`` for an endpoint that ccxt has no implicit method of."""
    method: Callable[[dict[str, Any]], Any] | None = getattr(exchange, step.name, None)
    asked = step.request
    return method or (
        lambda params: exchange.request(
            asked.path, [asked.api], asked.method, params, {"cost": asked.weight}
        )
    )


def _answered(exchange: Any, step: CallCcxt, data: Any) -> Reply | NoReply:
    if not isinstance(data, dict | list):
        reason = f"{step.name} returned no JSON but {type(data).__name__}"
        return NoReply(sent=True, reason=reason)
    body = json.dumps(data, default=str, skipkeys=True)
    return _reply(exchange, 200, body, data)


def _reply(exchange: Any, status: int, body: str, data: Any) -> Reply:
    return Reply(
        status=status,
        body=redacted(body, _secrets(exchange)),
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


def _failed(exchange: Any, step: CallCcxt, error: Exception) -> Reply | NoReply:
    """What the exchange answered, where the error quotes that; else nobody can say what happened.

    Raises the error where ccxt raises such before it sends.
    """
    text = str(error)
    answer = _quoted(text, error, step.known) if isinstance(error, ccxt.BaseError) else None
    if answer is not None:
        return _reply(exchange, *answer)
    shown = _hidden(exchange, text)
    if isinstance(error, NOT_SENT) and shown == text:
        raise error
    reason = f"{type(error).__name__}: {shown[:_SHOWN]}".rstrip(": ")
    return NoReply(sent=True, reason=reason, cause=_cause(exchange, error, shown))


def _quoted(text: str, error: Exception, known: Errors) -> tuple[int, str, Any] | None:
    """The HTTP status, the body and its JSON as ccxt quotes them, if it does."""
    if found := _STATUS.fullmatch(text):
        status = int(found[1])
        body = found[2].removeprefix(_phrase(status)).strip()
        return status, body, _json(body)
    found = _JSON.fullmatch(text)
    data = _json(found[1]) if found else None
    if found and isinstance(data, dict) and "code" in data:
        return _status(error, data["code"]), found[1], data
    message = text.partition(" ")[2]
    if message == UNKNOWN_ORDER or (message in known and not message.lstrip("-").isdigit()):
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
    for e in _chain(error):
        if isinstance(e, requests.HTTPError) and e.response is not None:
            return e.response.status_code
    if isinstance(error, LIMITED) and str(code) != str(REFUSED_KEY):
        return 429
    return 503 if isinstance(error, ccxt.ExchangeNotAvailable) else 400


def _cause(exchange: Any, error: Exception, shown: str) -> Exception | None:
    """The error, or one without the URL that a traceback would show."""
    if all(_hidden(exchange, str(e)) == str(e) for e in _chain(error)):
        return error
    is_ccxts = isinstance(error, ccxt.BaseError) and type(error).__module__ == "ccxt.base.errors"
    return type(error)(shown[:_SHOWN]) if is_ccxts else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What a traceback shows."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _hidden(exchange: Any, text: str) -> str:
    return redacted(_URL.sub(HIDDEN, text), _secrets(exchange))


def _secrets(exchange: Any) -> tuple[str, ...]:
    both = (exchange.apiKey, exchange.secret)
    return tuple(text for text in both if isinstance(text, str) and len(text) >= _KEY)
