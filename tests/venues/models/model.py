"""What the models of all venues share: routes, faults, orders, and the connection of ccxt."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import attrs
from aiohttp import web

from venues.models.book import Book, ModelOrder
from venues.models.faults import PENDING, Fault, Faults
from venues.models.server import Answer, Call, Refused, ServerThread, read

HTML = "<!DOCTYPE html><html><head><title>Please wait</title></head><body>Checking</body></html>"

_HOST = re.compile(r"^https?://[^/]+")
_SECRET = re.compile("key|sign|pass|auth", re.IGNORECASE)
"""In the name of a header that carries a key or a signature."""
_SHORTEST = 8
"""Characters of the shortest of them."""

E = TypeVar("E")
H = TypeVar("H", bound=Callable[..., Any])


def route(kind: str, *patterns: str) -> Callable[[H], H]:
    """Mark a handler: ``patterns`` are as "GET /api/orders/{id}", of what `Model.target` says.

    ``kind`` is "create", "cancel", "query", "cancel_all", "private" for any other request with a
    key, or "public". A handler returns what is sent as JSON, or raises `Refused`.
    """

    def mark(handler: H) -> H:
        handler.__dict__["routes"] = [(kind, pattern) for pattern in patterns]
        return handler

    return mark


@attrs.frozen
class Request:
    """A request that a model received; ``params`` hold no key and no signature."""

    kind: str
    method: str
    path: str
    when: int
    params: Any


class Model:
    """A small exchange over a real socket. A venue's model is a subclass with its routes.

    It is a context manager. What fails in a handler is raised at the end of the context.
    """

    IDS: ClassVar[tuple[str, ...]]
    """The ccxt exchanges that speak this protocol."""
    KEY_HEADER: ClassVar[str]
    CREDENTIALS: ClassVar[Mapping[str, str]] = {
        "apiKey": "model-key",
        "secret": "model-secret",
        "password": "model-password",
    }
    """Attributes of a ccxt exchange; ``connect`` sets those that it lacks."""
    OPTIONS: ClassVar[Mapping[str, Any]] = {}
    """ccxt options that keep ``load_markets`` short."""
    SECRET_PARAMS: ClassVar[frozenset[str]] = frozenset()
    """Parameters that carry a key or a signature."""
    FINAL: ClassVar[bool] = False
    """Whether the answer to a cancel is final, not an acknowledgement."""
    MARKETS: ClassVar[Mapping[str, str]]
    """The venue's market id of each ccxt symbol: BTC/USDT, BTC/USDT:USDT or both."""
    CLIENT_ID: ClassVar[str] = "model1"
    """A client order id in the form that the venue takes."""
    CREATE_BY: ClassVar[str] = "clientOrderId"
    """The param by which ccxt's create_order takes it."""
    CANCEL_BY: ClassVar[str | None] = "clientOrderId"
    """The same of cancel_order; "id" is its first argument, None no way."""
    FETCH_BY: ClassVar[str | None] = "clientOrderId"
    """The same of fetch_order."""
    FETCH_PARAMS: ClassVar[Mapping[str, Any]] = {}
    """What ccxt's fetch_order must be given."""
    TRIGGERS: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """By ccxt symbol, the params that make a trigger order of ccxt's create_order."""
    TRIGGER_BOOKS: ClassVar[frozenset[str]] = frozenset()
    """The symbols whose trigger orders are a book of their own: ccxt's param ``trigger`` selects
    it."""
    TRADES_AS_ITSELF: ClassVar[bool] = False
    """Whether a trigger order that is triggered trades under its own id, and not as another."""
    KEEPS_TRIGGERS: ClassVar[bool] = True
    """Whether a query still shows a trigger order that was canceled."""
    TELLS_TRIGGERED: ClassVar[bool] = True
    """Whether it still shows one that was triggered."""
    TELLS_SUCCESSORS: ClassVar[bool] = True
    """Whether it shows which order a trigger order has become."""
    UNPARSED: ClassVar[tuple[str, ...]] = ()
    """Keys that ccxt's fetch_order leaves empty although the venue says them."""
    ERRORS: ClassVar[Mapping[str, str]]
    """The ccxt class of each documented error, by the name of the fault ("busy", "rate_limit",
    "clock" and, where there is one, "timed_out") and for "cancel_unknown", "cancel_filled",
    "cancel_canceled", "fetch_unknown" and "bad_key". One that ccxt raises nothing for is left out.
    """

    def __init__(self) -> None:
        self.book = Book(self.now, self.new_id)
        self.requests: list[Request] = []
        self.cancel_lag = 0.0
        """How long (s) an acknowledged cancel is pending where no fault says otherwise."""
        self._advanced = 0
        self._faults = Faults(self.now)
        self._failed: list[Exception] = []
        self.secrets: set[str] = {v for k, v in self.CREDENTIALS.items() if k != "walletAddress"}
        """The keys, and each signature and the like that a request had."""
        self._answering = 0
        self._idle = threading.Condition()
        handlers = [getattr(self, name) for name in dir(type(self)) if not name.startswith("__")]
        routes = [
            (pattern, kind, handler)
            for handler in handlers
            for kind, pattern in getattr(handler, "routes", ())
        ]
        # a path that is spelled out goes before one with a placeholder
        self._routes = [
            (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)), kind, handler)
            for pattern, kind, handler in sorted(routes, key=lambda route: route[0].count("{"))
        ]

    def __enter__(self) -> Self:
        self._server = ServerThread(self._respond)
        self.url = f"http://127.0.0.1:{self._server.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        if self._failed:
            raise self._failed[0]

    def wait_until_idle(self) -> None:
        """Wait until every request that has come is answered, whoever still waits for it."""
        with self._idle:
            self._idle.wait_for(lambda: not self._answering)

    def now(self) -> int:
        """Return the venue's time in ms."""
        return time.time_ns() // 10**6 + self._advanced

    def advance(self, seconds: float) -> None:
        """Let the venue's time be later by ``seconds``."""
        self._advanced += round(seconds * 1000)

    def fault(self, kind: str, on: str = "cancel", **settings: Any) -> None:
        """Add a fault, as `Faults.add`. Raises ValueError for one that the venue cannot have."""
        if self.FINAL and kind in PENDING:
            raise ValueError(f"{self.IDS[0]} answers a cancel when it is executed: no {kind}")
        if kind == "timed_out" and kind not in self.ERRORS:
            raise ValueError(f"{self.IDS[0]} documents no error for {kind}")
        self._faults.add(kind, on, **settings)

    def clear_faults(self) -> None:
        self._faults.clear()

    def connect(self, exchange: E) -> E:
        """Point a ccxt exchange, sync or async, at this model, with keys that it knows."""
        ccxt: Any = exchange
        ccxt.urls = {**ccxt.urls, "api": self._moved(ccxt.urls["api"])}
        for name, value in self.CREDENTIALS.items():
            if not getattr(ccxt, name, None):
                setattr(ccxt, name, value)
        ccxt.options = {**ccxt.options, **self.OPTIONS}
        return exchange

    def _moved(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._moved(part) for name, part in value.items()}
        return _HOST.sub(self.url, value) if isinstance(value, str) else value

    # What a venue's model says.

    def cancel_by(self, symbol: str) -> str | None:  # noqa: ARG002 - for subclasses
        """Return `CANCEL_BY`, which may differ between markets."""
        return self.CANCEL_BY

    def new_id(self, number: int) -> str:
        """Return the id of the order of this number, in the venue's form."""
        return str(10**18 + number)

    def is_visible(self, order: ModelOrder) -> bool:  # noqa: ARG002 - for subclasses
        """Whether requests still find an order; some venues forget."""
        return True

    def target(self, call: Call) -> str:
        """Return what tells the routes apart."""
        return f"{call.method} {call.path}"

    def check_key(self, call: Call) -> None:
        """Raise `Refused` for a request without the key."""
        if call.headers.get(self.KEY_HEADER) != self.CREDENTIALS["apiKey"]:
            raise self.unauthorized()

    def refusal(self, call: Call, fault: str) -> Refused:  # noqa: ARG002 - for subclasses
        """Return the refusal of a fault; it may depend on the path of the request."""
        refusals = {
            "busy": self.busy,
            "rate_limit": self.rate_limited,
            "clock": self.clock_refused,
            "timed_out": self.timed_out,
        }
        return refusals[fault]()

    def unauthorized(self) -> Refused:
        raise NotImplementedError

    def busy(self) -> Refused:
        raise NotImplementedError

    def rate_limited(self) -> Refused:
        raise NotImplementedError

    def clock_refused(self) -> Refused:
        raise NotImplementedError

    def timed_out(self) -> Refused:
        """Return the venue's own timeout, if it documents one."""
        raise NotImplementedError

    def trigger(self, id: str) -> ModelOrder:
        """Trigger a live trigger order, and return the order that trades then."""
        return self.book.activate(id) if self.TRADES_AS_ITSELF else self.book.trigger(id)

    # What its handlers use.

    def orders(self, call: Call) -> list[ModelOrder]:
        """Return every order that the request can see, the oldest first."""
        return [order for order in self.book.orders(call.at) if self.is_visible(order)]

    def find(self, call: Call, id: str = "", client_id: str = "") -> ModelOrder | None:
        """Return the order with the id or, without one, the latest with the client id."""
        for order in reversed(self.orders(call)):
            if order.id == id if id else client_id and order.client_id == client_id:
                return order
        return None

    def cancel(self, call: Call, order: ModelOrder) -> tuple[str, ModelOrder]:
        """Cancel the order if it is open; return its state just before, and the order after."""
        with self.book.still():
            return self._cancel_now(call.faults, self.book[order.id])

    def _cancel_now(self, faults: Mapping[str, Fault], order: ModelOrder) -> tuple[str, ModelOrder]:
        lag = faults["ack_lag"].lag if "ack_lag" in faults else self.cancel_lag
        if order.state == "open" and "fill_before" in faults:
            order = self.book.fill(order.id)
        if order.state == "open" and (fault := faults.get("partly_fill_before")):
            order = self.book.fill(order.id, fault.amount or order.remaining / 2)
        if order.state == "open" and "cancel_before" in faults:
            order = self.book.cancel(order.id)
        if order.state != "open":
            return order.state, order
        if fault := faults.get("fill_while_canceling"):
            lag = fault.lag
            self.book.fill_later(order.id, lag / 2, fault.amount)
        return "open", self.book.cancel(order.id, lag)

    # One request.

    async def _respond(self, request: web.BaseRequest) -> web.Response:
        with self._idle:
            self._answering += 1
        try:
            return await self._response(request)
        finally:
            with self._idle:
                self._answering -= 1
                self._idle.notify_all()

    async def _response(self, request: web.BaseRequest) -> web.Response:
        call = await read(request)
        carried: list[Any] = [v for name, v in call.headers.items() if _SECRET.search(name)]
        carried += [call.params.get(name) for name in self.SECRET_PARAMS]
        self.secrets |= {v for v in carried if isinstance(v, str) and len(v) >= _SHORTEST}
        kind, handler = "unknown", None
        for pattern, of_kind, of_handler in self._routes:
            if match := pattern.fullmatch(self.target(call)):
                kind, handler = of_kind, of_handler
                call.params.update(match.groupdict())
                break
        kept = {
            name: value for name, value in call.params.items() if name not in self.SECRET_PARAMS
        }
        entry = Request(kind, call.method, call.path, self.now(), call.body or kept)
        self.requests.append(entry)
        if handler is None:
            return Answer(HTML, 404).response()
        answer = await self._answer(call, kind, handler)
        if answer is not None:
            return answer.response()
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    async def _answer(self, call: Call, kind: str, handler: Callable[[Call], Any]) -> Answer | None:
        """Return the answer, or None for a connection that is to be closed without one."""
        faults = self._faults.take(kind)
        if "delay" in faults:
            await asyncio.sleep(faults["delay"].lag)
        if "lost_before" in faults:
            return None
        if "http_502_html" in faults:
            return Answer(HTML, 502)
        at = self.now() - round(faults["query_lag"].lag * 1000) if "query_lag" in faults else None
        answer = self._execute(attrs.evolve(call, faults=faults, at=at), kind, handler)
        if "answer_delay" in faults:
            await asyncio.sleep(faults["answer_delay"].lag)
        if "html" in faults:
            return Answer(HTML)
        return None if "lost_after" in faults else answer

    def _execute(self, call: Call, kind: str, handler: Callable[[Call], Any]) -> Answer:
        try:
            if kind != "public":
                self.check_key(call)
            for fault in ("busy", "rate_limit", "clock"):
                if fault in call.faults:
                    raise self.refusal(call, fault)
            replaced = call.faults.get("timed_out") or call.faults.get("html")
            answer = Answer(handler(call)) if replaced is None or replaced.executed else Answer({})
            if "timed_out" in call.faults:
                raise self.refusal(call, "timed_out")
        except Refused as refused:
            return refused.answer
        except Exception as error:  # __exit__ raises it in the test's own thread
            self._failed.append(error)
            return Answer(HTML, 500)
        return answer
