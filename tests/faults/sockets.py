"""A schedule played over real sockets, by the real adapter, against a simulator of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Self

import attrs

import adapter
from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.simulator import Order, Simulator

from .changes import CLOSED, Caller
from .ended import Asked, Ended
from .model import BY_OTHERS, patient
from .schedules import CLIENT_ID, NOT_SENT, Schedule, named

_numbers = count()


@attrs.define
class Ago:
    """The wall clock in ms, which can be put back."""

    seconds: float = 0.0

    def __call__(self) -> int:
        """The time."""
        return time.time_ns() // 1_000_000 - round(self.seconds * 1000)


@attrs.define
class Try:
    """One call that is about to be made."""

    place: Place
    schedule: Schedule
    caller: Caller
    meant: Order
    asked: list[Asked] = attrs.field(factory=list)
    closing: list[asyncio.Future[None]] = attrs.field(factory=list)
    began: float = attrs.field(factory=time.monotonic)

    def sync(self) -> Ended:
        """Make it."""
        exchange, said = self.place.exchange, {}
        timers = [
            threading.Timer(at, self.change, (name, arguments))
            for at, name, arguments in self._at()
        ]
        for timer in timers:
            timer.start()
        try:
            said["order"] = exchange.cancel_order(*self.schedule.arguments(self.meant))
        except Exception as e:
            said["error"] = e
        ended = self._ended(**said)
        for timer in timers:
            timer.cancel()
            timer.join()
        self.caller.mend()
        return ended

    async def asynchronous(self) -> Ended:
        """Make it on an async exchange object."""
        exchange, said = self.place.exchange, {}
        loop = asyncio.get_running_loop()
        timers = [
            loop.call_later(at, self.change, name, arguments) for at, name, arguments in self._at()
        ]
        try:
            said["order"] = await exchange.cancel_order(*self.schedule.arguments(self.meant))
        except Exception as e:
            said["error"] = e
        ended = self._ended(**said)
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*self.closing)
        self.caller.mend()
        return ended

    def _at(self) -> list[tuple[float, str, Mapping[str, Any]]]:
        return [
            (arguments["at"], name, arguments)
            for name, arguments in self.schedule.changes
            if "at" in arguments
        ]

    def change(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Let a change of the caller's world happen; an async session is really closed."""
        if name == CLOSED and not self.place.exchange.synchronous:
            self.closing.append(asyncio.ensure_future(self.place.exchange.close()))
        else:
            self.caller.change(name, arguments.get("ms", 0))

    def sending(self, signed: SignedRequest) -> Asked | None:
        """What the transport does first, and the request on record; None for the time page."""
        self.caller.check()
        if "/time" in signed.url:
            return None
        asked = Asked(signed.method, time.monotonic(), doubts_5xx=self.schedule.doubts_5xx)
        self.asked.append(asked)
        for name, arguments in self.schedule.changes:
            if arguments.get("request") == len(self.asked):
                self.change(name, arguments)
        return asked

    def received(self, asked: Asked | None, back: Response | NoResponse) -> Response | NoResponse:
        """What the transport does last, on record."""
        back = self.caller.received(back)
        if asked is not None:
            asked.back = back
        return back

    def _ended(self, **said: Any) -> Ended:
        present = self.place.sim.book.now(self.meant)
        took = present.status == "CANCELED" and BY_OTHERS not in self.schedule.names
        seconds = time.monotonic() - self.began
        for asked in self.asked:
            asked.at -= self.began
        return Ended(
            schedule=self.schedule,
            present=present,
            asked=[asked for asked in self.asked if asked.back is not None],
            took=frozenset({present.order_id} if took else ()),
            seconds=seconds,
            **said,
        )


@attrs.define
class Place:
    """A simulator, and an exchange object at it, where one schedule after the other is played."""

    exchange: Any
    clock: Ago = attrs.field(factory=Ago)
    sim: Simulator = attrs.field(init=False)
    send: Callable[..., Any] = attrs.field(init=False)
    keys: tuple[str, str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sim = Simulator(clock=self.clock)
        self.exchange.enableRateLimit = False
        self.send = vars(adapter.attach(self.exchange))["_adapter"].io.send

    def __enter__(self) -> Self:
        self.sim.__enter__()
        self.sim.connect(self.exchange)
        self.keys = self.exchange.apiKey, self.exchange.secret
        return self

    def __exit__(self, *error: Any) -> None:
        self.sim.__exit__(*error)

    def prepared(self, schedule: Schedule) -> Try:
        """An order in the book, the faults planned, and the exchange object as if new."""
        self.sim.faults.finish()
        self.sim.faults.clear()
        order = self._placed(schedule)
        for name, arguments in map(named, schedule.moves):
            if name != NOT_SENT.name:  # nothing on that side of the line can do it
                self.sim.faults.play(name, **arguments)
        self.exchange.timeout = schedule.timeout * 1000
        self.exchange.options["timeDifference"] = -schedule.skew
        one = Try(self, schedule, Caller(self.exchange, self.keys), order)
        hear = _heard if self.exchange.synchronous else _heard_async
        state = patient(self.exchange, schedule)
        state.io.send = hear(self.send, one)
        vars(self.exchange)["_adapter"] = state
        return one

    def _placed(self, schedule: Schedule) -> Order:
        self.clock.seconds = schedule.age
        try:
            return self.sim.place(
                schedule.product,
                schedule.sample.market_id,
                client_order_id=f"{CLIENT_ID}{next(_numbers)}",
                quantity=2,
                filled=schedule.filled,
            )
        finally:
            self.clock.seconds = 0.0


def _heard(send: Callable[..., Any], one: Try) -> Callable[..., Any]:
    """The transport, with what it is given and gives put on record."""

    def heard(exchange: Any, signed: SignedRequest, timeout: float, **how: Any) -> Any:
        asked = one.sending(signed)
        return one.received(asked, send(exchange, signed, timeout, **how))

    return heard


def _heard_async(send: Callable[..., Any], one: Try) -> Callable[..., Any]:
    async def heard(exchange: Any, signed: SignedRequest, timeout: float, **how: Any) -> Any:
        asked = one.sending(signed)
        return one.received(asked, await send(exchange, signed, timeout, **how))

    return heard
