"""Sees each response as it came, while ccxt's own methods send and read.

ccxt calls ``fetch`` of the exchange object for each request, and ``on_rest_response`` for each
response. Both are wrapped on the object for as long as a call is under way.
"""

from __future__ import annotations

import contextvars
import copy
import functools
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs

from adapter.contract.messages import Response
from adapter.core.redact import redact
from adapter.engine.redaction import secrets_in, secrets_of

FETCH, ON_RESPONSE = "fetch", "on_rest_response"


@attrs.define(eq=False)
class Sent:
    """One request of a call, and what came back."""

    method: str
    path: str
    """The URL without its query: that may have a signature."""
    connections: int = 0
    """How often it was given a connection, as aiohttp tells: once for each time it is sent."""
    response: Response | None = None
    error: BaseException | None = None
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    """The keys and signatures of its headers."""


@attrs.define(eq=False)
class Capture:
    """The requests of one call of one of ccxt's methods."""

    exchange: Any = attrs.field(repr=False)
    requests: list[Sent] = attrs.field(factory=list)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Those of all requests."""
        return tuple(secret for sent in self.requests for secret in sent.secrets)


_captures: contextvars.ContextVar[Capture | None] = contextvars.ContextVar("capture", default=None)
_sent: contextvars.ContextVar[Sent | None] = contextvars.ContextVar("sent", default=None)
"""The request that is under way in this thread or task."""


@attrs.define(eq=False)
class Tap:
    """Wraps the two methods of one exchange object while calls are under way."""

    lock: Any = attrs.field(factory=threading.Lock)
    count: int = 0
    replaced: dict[str, Any] = attrs.field(factory=dict)
    """The wrappers, by name, and what the object itself had before: `_NOTHING` if nothing."""
    wrappers: dict[str, Any] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> Tap:
        """No call is under way on the copy."""
        return Tap()

    @contextmanager
    def capture(self, exchange: Any) -> Iterator[Capture]:
        """The requests that are made within."""
        self._open(exchange)
        capture = Capture(exchange)
        token = _captures.set(capture)
        try:
            yield capture
        finally:
            _captures.reset(token)
            self._close(exchange)

    def _open(self, exchange: Any) -> None:
        with self.lock:
            self.count += 1
            if self.count > 1:
                return
            fetch = _async_fetch if not exchange.synchronous else _sync_fetch
            for name, wrap in ((FETCH, fetch), (ON_RESPONSE, _on_response)):
                self.replaced[name] = vars(exchange).get(name, _NOTHING)
                original = getattr(exchange, name)
                self.wrappers[name] = Wrapper(original, wrap(exchange, original))
                setattr(exchange, name, self.wrappers[name])

    def _close(self, exchange: Any) -> None:
        """What was there before, unless somebody has replaced it meanwhile."""
        with self.lock:
            self.count -= 1
            if self.count:
                return
            for name, before in self.replaced.items():
                if vars(exchange).get(name) is not self.wrappers[name]:
                    continue
                if before is _NOTHING:
                    delattr(exchange, name)
                else:
                    setattr(exchange, name, before)


_NOTHING = object()


def is_within(exchange: Any) -> bool:
    """Whether the caller is one of ccxt's methods, called for a capture.

    Some of ccxt's ``cancel_order`` call ``cancel_orders`` of the same object.
    """
    capture = _captures.get()
    return capture is not None and capture.exchange is exchange


def _begin(method: str, url: str, headers: Any) -> Sent | None:
    capture = _captures.get()
    if capture is None:
        return None
    sent = Sent(method, url.partition("?")[0], secrets=secrets_in(headers))
    capture.requests.append(sent)
    return sent


@attrs.define(eq=False)
class Wrapper:
    """What stands for a method while calls are under way."""

    __wrapped__: Any
    call: Callable[..., Any]

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """As the method."""
        return self.call(*arguments, **named)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """No call is under way on the copy of an exchange object: it has its own method."""
        return copy.deepcopy(self.__wrapped__, memo)


def _sync_fetch(exchange: Any, original: Callable[..., Any]) -> Any:
    @functools.wraps(original)
    def fetch(url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        sent = _begin(method, url, headers)
        token = _sent.set(sent)
        try:
            returned = original(url, method, headers, body)
        except BaseException as e:
            _end(exchange, sent, error=e)
            raise
        finally:
            _sent.reset(token)
        _end(exchange, sent, returned)
        return returned

    return fetch


def _async_fetch(exchange: Any, original: Callable[..., Any]) -> Any:
    @functools.wraps(original)
    async def fetch(url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        if _captures.get() is not None:
            _trace(exchange)
        sent = _begin(method, url, headers)
        token = _sent.set(sent)
        try:
            returned = await original(url, method, headers, body)
        except BaseException as e:
            _end(exchange, sent, error=e)
            raise
        finally:
            _sent.reset(token)
        _end(exchange, sent, returned)
        return returned

    return fetch


def _end(
    exchange: Any, sent: Sent | None, returned: Any = None, error: BaseException | None = None
) -> None:
    """A ``fetch`` of the user's own may answer without a response."""
    if sent is None:
        return
    sent.error = error
    if error is None and sent.response is None:
        data = returned if isinstance(returned, dict | list) else None
        body = returned if isinstance(returned, str) else exchange.json(returned)
        sent.response = _response(exchange, sent, 200, body, data, {})


def _on_response(exchange: Any, original: Callable[..., Any]) -> Any:
    @functools.wraps(original)
    def on_rest_response(code: Any, reason: Any, url: Any, method: Any, *others: Any) -> Any:
        text, sent = original(code, reason, url, method, *others), _sent.get()
        if sent is not None:
            data = exchange.parse_json(text)
            sent.response = _response(exchange, sent, code, text, data, others[0])
        return text

    return on_rest_response


def _response(
    exchange: Any, sent: Sent, status: int, body: str, data: Any, headers: Mapping[str, str]
) -> Response:
    return Response(
        status=status,
        body=redact(body, (*secrets_of(exchange), *sent.secrets)),
        data=data,
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        time=exchange.milliseconds(),
    )


def _trace(exchange: Any) -> None:
    """Count the connections that aiohttp takes: after a disconnect it sends some requests again."""
    exchange.open(True)
    configs = exchange.session.trace_configs if exchange.session is not None else []
    if not any(isinstance(config, _trace_class()) for config in configs):
        config = _trace_class()()
        config.on_connection_create_end.append(_count)
        config.on_connection_reuseconn.append(_count)
        config.freeze()
        configs.append(config)


@functools.cache
def _trace_class() -> Any:
    aiohttp = sys.modules["aiohttp"]  # an async exchange has imported it
    return type("CountingTraceConfig", (aiohttp.TraceConfig,), {})


async def _count(_session: Any, _context: Any, _params: Any) -> None:
    sent = _sent.get()
    if sent is not None:
        sent.connections += 1
