"""A schedule played over real sockets, by the real adapter, against a simulator of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Any, Self

import attrs
import ccxt

import adapter
from adapter.call import Signed
from adapter.simulator import Order, Simulator

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
    meant: Order
    asked: list[Asked]
    began: float = attrs.field(factory=time.monotonic)

    def sync(self) -> Ended:
        """Make it."""
        try:
            order = self.place.exchange.cancel_order(*self.schedule.arguments(self.meant))
        except ccxt.BaseError as e:
            return self._ended(error=e)
        return self._ended(order=order)

    async def asynchronous(self) -> Ended:
        """Make it in the other colour."""
        try:
            order = await self.place.exchange.cancel_order(*self.schedule.arguments(self.meant))
        except ccxt.BaseError as e:
            return self._ended(error=e)
        return self._ended(order=order)

    def _ended(self, **said: Any) -> Ended:
        present = self.place.sim.book.now(self.meant)
        by_others = BY_OTHERS in self.schedule.names
        for asked in self.asked:
            asked.at -= self.began
        return Ended(
            schedule=self.schedule,
            present=present,
            asked=self.asked,
            took=present.status == "CANCELED" and not by_others,
            seconds=time.monotonic() - self.began,
            **said,
        )


@attrs.define
class Place:
    """A simulator, and an exchange object at it, where one schedule after the other is played."""

    exchange: Any
    clock: Ago = attrs.field(factory=Ago)
    sim: Simulator = attrs.field(init=False)
    send: Callable[..., Any] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sim = Simulator(clock=self.clock)
        self.exchange.enableRateLimit = False
        self.send = vars(adapter.attach(self.exchange))["_adapter"].send

    def __enter__(self) -> Self:
        self.sim.__enter__()
        self.sim.connect(self.exchange)
        return self

    def __exit__(self, *error: Any) -> None:
        self.sim.__exit__(*error)

    def prepared(self, schedule: Schedule) -> Try:
        """An order in the book, the faults planned, and the exchange object as if new."""
        self.sim.faults.finish()
        self.sim.faults.clear()
        order = self._placed(schedule)
        for name, told in map(named, schedule.moves):
            if name != NOT_SENT.name:  # nothing on that side of the line can do it
                self.sim.faults.play(name, **told)
        self.exchange.timeout = schedule.timeout * 1000
        self.exchange.options["timeDifference"] = -schedule.skew
        asked: list[Asked] = []
        hear = _heard if self.exchange.synchronous else _heard_async
        state = attrs.evolve(patient(self.exchange, schedule), send=hear(self.send, asked))
        vars(self.exchange)["_adapter"] = state
        return Try(self, schedule, order, asked)

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


def _heard(send: Callable[..., Any], asked: list[Asked]) -> Callable[..., Any]:
    """The transport, with what it is given and gives put on record."""

    def heard(exchange: Any, signed: Signed, timeout: float, **how: Any) -> Any:
        back = send(exchange, signed, timeout, **how)
        _note(asked, signed, back)
        return back

    return heard


def _heard_async(send: Callable[..., Any], asked: list[Asked]) -> Callable[..., Any]:
    async def heard(exchange: Any, signed: Signed, timeout: float, **how: Any) -> Any:
        back = await send(exchange, signed, timeout, **how)
        _note(asked, signed, back)
        return back

    return heard


def _note(asked: list[Asked], signed: Signed, back: Any) -> None:
    if "/time" not in signed.url:
        asked.append(Asked(signed.method, time.monotonic(), back=back))
