"""An exchange over a real socket whose answers depend on the time, and one object at it.

Time is the adapter's own: it passes in its pauses and in requests that are given up, and nowhere
else, so that seconds cost nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from integration.host import API_KEY, SECRET, Host, moved
from integration.instant import in_no_time
from integration.server import ReceivedRequest, Server
from outcomes.simulated import BY_NAME, KINDS, Kind

import adapter
from adapter.core.events import Event
from adapter.simulator import Order, errors
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.products import table
from adapter.simulator.security import verifier

from .answers import Answer, Handler, served

__all__ = ["BY_NAME", "KINDS", "Kind"]

HOSTS = tuple(BY_NAME[name] for name in ("usdm", "options", "spot", "pm_margin"))
"""One product of each host: clocks, limits and doubts are the host's."""

kinds = pytest.mark.parametrize("kind", HOSTS, ids=lambda kind: kind.name)
all_kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
by_ids = pytest.mark.parametrize("by_client_id", [False, True], ids=["by id", "by client id"])

START = 1_800_000_000_000
"""ms since the epoch at which the adapter's clock, and thus the world's, is 0."""
OLD = 60.0
"""Default seconds for which an order has been in the book."""
DEADLINE = 15.0
"""Seconds for a call, by plugins.toml."""
MOST_REQUESTS = 24
MOST_SENDS = 6
STATES = {
    "FILLED": "closed",
    "CANCELED": "canceled",
    "EXPIRED": "expired",
    "REJECTED": "rejected",
}
"""The state that `OrderGone` has, by the book's status."""


@attrs.frozen
class Asked:
    """A request that came to the exchange."""

    method: str
    path: str
    params: Mapping[str, str]
    at: float
    """Seconds, by the world's clock."""

    @property
    def letter(self) -> str:
        """``D`` for a cancel, ``t`` for a look at the clock, ``q`` for a query."""
        return "D" if self.method == "DELETE" else "t" if self.path.endswith("/time") else "q"


@attrs.define
class World:
    """One exchange object of one mode, attached, and the exchange that it is connected to.

    ``deletes`` and ``gets`` are the outcomes of cancels and queries of an order. ``skew`` is by how
    many seconds the caller's clock is ahead of the exchange's. With ``real_time`` the adapter
    really pauses.
    """

    host: Host
    kind: Kind
    deletes: Handler = served
    gets: Handler = served
    lag: float = 0.0
    """Seconds by which queries are behind the book."""
    skew: float = 0.0
    config: Mapping[str, Any] = attrs.field(factory=dict)
    attached: Mapping[str, Any] = attrs.field(factory=dict)
    """What `adapter.attach` is given."""
    real_time: bool = False
    meanwhile: Callable[[], object] = lambda: None
    """Is called while the first cancel waits for its answer, when it has been dealt with."""
    asked: list[Asked] = attrs.field(factory=list)
    events: list[Event] = attrs.field(factory=list)
    history: list[tuple[float, Order]] = attrs.field(factory=list)
    """Every state of every order, with the second since which it has it."""
    exchange: Exchange = attrs.field(init=False)
    caller: Any = attrs.field(init=False)
    """The ccxt exchange object."""
    server: Server = attrs.field(init=False)
    _later: list[tuple[float, Callable[[], object]]] = attrs.field(factory=list)
    _past: float | None = None
    """A second at which something is made to happen, instead of now."""
    _lock: threading.RLock = attrs.field(factory=threading.RLock)
    _started: float = attrs.field(factory=time.monotonic)

    def __attrs_post_init__(self) -> None:
        self.exchange = Exchange(table("ACCEPTED"), self.ms)
        self.exchange.verifiers[API_KEY] = verifier(SECRET)
        exchange = self.host.exchange(self.config)
        self.caller = adapter.attach(exchange, on_event=self.events.append, **self.attached)
        if not self.real_time:
            in_no_time(self.caller)
        self.caller.milliseconds = self.ms
        self.set_skew(self.skew)
        self.server = Server(self._reply)

    def __enter__(self) -> Self:
        self.server.__enter__()
        moved(self.caller, self.server.url)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.server.__exit__(kind, error, traceback)

    @property
    def state(self) -> Any:
        """What the adapter keeps with the exchange object."""
        return vars(self.caller)["_adapter"]

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        if self._past is not None:
            return self._past
        if self.real_time:
            return time.monotonic() - self._started
        seconds: float = self.state.io.clock()
        return seconds

    def ms(self) -> int:
        """The exchange's time in ms, which is the caller's as well but for ``skew``."""
        return START + round(self.now * 1000)

    def set_skew(self, seconds: float) -> None:
        """Let the caller's clock be ahead by so much."""
        self.caller.options["timeDifference"] = -round(seconds * 1000)

    @property
    def since(self) -> float:
        """Seconds since the first cancel came."""
        return self.now - next(asked.at for asked in self.asked if asked.method == "DELETE")

    @property
    def path(self) -> str:
        """``D`` for each cancel, ``t`` for each look at the clock and ``q`` for each query."""
        return "".join(asked.letter for asked in self.asked)

    def forget(self) -> None:
        """Begin a new round: what was asked is forgotten."""
        self.asked.clear()
        self.events.clear()
        self._later.clear()

    def place(self, client_id: str = "mine", *, age: float = OLD, filled: int = 0) -> Order:
        """An order of 2 that has been in the book for so many seconds."""
        draft = Order(
            product=self.kind.name,
            symbol=self.kind.symbol,
            client_order_id=client_id,
            quantity=Decimal(2),
            price=Decimal(100),
        )
        with self._at(self.now - age):
            order = self.exchange.book.place(draft)
            self.note()
            if filled:
                order = self.exchange.book.fill(order, filled)
                self.note()
        return order

    def end(self, order: Order, status: str, *, ago: float = 0.0) -> None:
        """Let an order end, now or so many seconds ago."""
        book = self.exchange.book
        ends = {
            "FILLED": book.fill,
            "CANCELED": book.cancel,
            "EXPIRED": book.expire,
            "REJECTED": book.reject,
        }
        with self._at(self.now - ago):
            ends[status](order)
            self.note()

    def later(self, seconds: float, happens: Callable[[], object]) -> None:
        """Let something happen so many seconds from now, as the first request after it finds."""
        self._later.append((self.now + seconds, happens))

    def note(self) -> None:
        """Put on record what has changed in the book."""
        with self._lock:
            latest = {order.order_id: order for _, order in self.history}
            self.history += [
                (self.now, order)
                for order in self.exchange.book.orders()
                if latest.get(order.order_id) != order
            ]

    def shown_late(self, request: Request) -> object:
        """The order that a query means, as it was ``lag`` seconds ago.

        Raises Binance's error where there was none.
        """
        then: dict[int, Order] = {}
        for at, order in self.history:
            if at <= self.now - self.lag and self._is_meant(order, request):
                then[order.order_id] = order
        if not then:
            raise errors.no_such_order()
        product = self.exchange.product_of(request)
        assert product is not None
        return product.queried(then[max(then)])

    def _is_meant(self, order: Order, request: Request) -> bool:
        if "orderId" in request.params:
            return str(order.order_id) == request.params["orderId"]
        return order.client_order_id == request.params[self.kind.client_id]

    def book(self, order: Order) -> str:
        """The order's status as it is."""
        return self.exchange.book.now(order).status

    def cancel(self, order: Order, *, by_client_id: bool = False, **params: Any) -> Any:
        """What ``cancel_order`` gives for this order, or the error that it raises."""
        return self.call(*self.arguments(order, by_client_id=by_client_id, **params))

    def arguments(
        self, order: Order, *, by_client_id: bool = False, **params: Any
    ) -> tuple[str | None, str, dict[str, Any]]:
        """What ``cancel_order`` is called with."""
        name = {"clientOrderId": order.client_order_id} if by_client_id else {}
        number = None if by_client_id else str(order.order_id)
        return number, self.kind.unified, {**self.kind.params, **name, **params}

    def call(self, *arguments: Any) -> Any:
        """What ``cancel_order`` gives, or the error that it raises."""
        try:
            return self.host.cancel(self.caller, *arguments)
        except Exception as e:
            return e

    def pending(self, *arguments: Any) -> Callable[[], Any]:
        """The same for `Host.together`."""
        if self.host.is_sync:
            return lambda: self.call(*arguments)

        async def awaited() -> Any:
            try:
                return await self.caller.cancel_order(*arguments)
            except Exception as e:
                return e

        return awaited

    @contextmanager
    def _at(self, second: float) -> Iterator[None]:
        """Let things happen at another second than now."""
        before, self._past = self._past, second
        try:
            yield
        finally:
            self._past = before

    def _reply(self, received: ReceivedRequest) -> Answer:
        with self._lock:
            self._let_happen()
            url = urlsplit(received.target)
            method = received.line.partition(" ")[0]
            headers = {"X-MBX-APIKEY": received.header("X-MBX-APIKEY") or ""}
            request = Request(method, url.path, url.query, "", headers)
            self.asked.append(Asked(method, url.path, dict(parse_qsl(url.query)), self.now))
            if (method, url.path) not in self.exchange.order_routes:
                return served(self, request)
            answer = (self.deletes if method == "DELETE" else self.gets)(self, request)
            is_first = self.path.count("D") == 1 and method == "DELETE"
        if is_first:
            self.meanwhile()
        return answer

    def _let_happen(self) -> None:
        for event in sorted(self._later, key=lambda event: event[0]):
            if event[0] <= self.now:
                self._later.remove(event)
                with self._at(event[0]):
                    event[1]()
                    self.note()
