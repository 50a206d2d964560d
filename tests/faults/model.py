"""A schedule played without sockets: the adapter's steps against the pure exchange, in model time.

What is left out is `adapter.transports`; what is in is everything else, signatures included.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

import adapter
from adapter.attachment import Attachment
from adapter.call import NoReply, Reply, Signed, Wait
from adapter.cli.samples import Sample
from adapter.sending import Send
from adapter.simulator.book import Order
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.faults import NONE, Fault, Hit, hit
from adapter.simulator.faults import Schedule as Faults
from adapter.simulator.products import table
from adapter.simulator.security import verifier
from adapter.steps import steps
from adapter.under_way import UnderWay

from .ended import Asked, Ended
from .schedules import CLIENT_ID, MOVES, NOT_SENT, Schedule, named

NOW = 1_800_000_000_000
LATENCY = 0.001
"""Seconds that a request takes to the exchange, and an answer back."""
BY_OTHERS = "cancel_before"


@attrs.define
class World:
    """The exchange, the line to it and the time, for one call."""

    schedule: Schedule
    now: float = 0.0
    """Seconds since the call began."""
    asked: list[Asked] = attrs.field(factory=list)
    late: list[tuple[float, Callable[[], None]]] = attrs.field(factory=list)
    reborn: Order | None = None
    """The new order under the same client id."""
    exchange: Exchange = attrs.field(init=False)
    faults: Faults = attrs.field(init=False)
    order: Order = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.exchange = Exchange(table("ACCEPTED"), self.ms)
        self.exchange.verifiers["key"] = verifier("secret")
        self.faults = Faults(MOVES, self.exchange.conditions, lambda: None)
        for move in self.schedule.moves:
            name, told = named(move)
            self.faults.play(name, **told)
        self.now = -self.schedule.age
        self.order = self._placed()
        if Decimal(self.schedule.filled):
            self.order = self.exchange.book.fill(self.order, self.schedule.filled)
        self.now = 0.0

    def ms(self) -> int:
        """The exchange's time."""
        return NOW + round(self.now * 1000)

    @property
    def sample(self) -> Sample:
        """The market of the product."""
        return self.schedule.sample

    @property
    def present(self) -> Order:
        """The order as it is in the book."""
        return self.exchange.book.now(self.order)

    def until(self, when: float) -> None:
        """Let time pass, and with it what is to happen late."""
        for event in sorted((e for e in self.late if e[0] <= when), key=lambda e: e[0]):
            self.late.remove(event)
            self.now = max(self.now, event[0])
            event[1]()
        self.now = max(self.now, when)

    def answered(self, signed: Signed, timeout: float) -> Reply | NoReply:
        """What comes back to a request, and when that is."""
        url = urlsplit(signed.url)
        request = Request(signed.method, url.path, url.query, "", signed.headers)
        if (request.method, request.path) not in self.exchange.order_routes:
            self.until(self.now + LATENCY)
            return self._reply(self.exchange.answer(request))
        asked = Asked(request.method, self.now, "none")
        self.asked.append(asked)
        asked.back = self._served(request, asked, timeout)
        self._reuse()
        return asked.back

    def _served(self, request: Request, asked: Asked, timeout: float) -> Reply | NoReply:
        fault = self.faults.take(request) or NONE
        asked.fault = fault.name
        if fault.name == NOT_SENT.name:
            self.until(self.now + min(LATENCY, timeout))
            return NoReply(sent=False, reason="refused")
        ends, handled = self.now + timeout, self.now + LATENCY + fault.wait_before
        hits: list[Hit] = []
        arrived = self.ms()
        self.late.append((handled, lambda: hits.append(self._hit(request, fault, arrived, asked))))
        self.until(min(handled, ends))
        back = handled + LATENCY + sum(h.wait_after + h.stall for h in hits)
        if not hits or back >= ends:
            self.until(ends)
            return NoReply(sent=True, reason="timed out")
        self.until(back)
        return self._reply(hits[0].reply) if hits[0].whole else NoReply(sent=True, reason="cut off")

    def _hit(self, request: Request, fault: Fault, arrived: int, asked: Asked) -> Hit:
        was_open = self.present.is_open
        became = hit(self.exchange, request, fault, arrived)
        canceled = was_open and self.present.status == "CANCELED"
        asked.took = canceled and request.method == "DELETE" and fault.name != BY_OTHERS
        return became

    def _reply(self, reply: Any) -> Reply:
        body = reply.body.decode()
        return Reply(
            status=reply.status,
            body=body,
            data=ccxts().parse_json(body),
            headers={name.lower(): value for name, value in reply.headers.items()},
            time=self.ms() + self.schedule.skew,
        )

    def _reuse(self) -> None:
        """The order trades, unless it has ended already, and somebody uses its client id again."""
        if self.schedule.reused is None or len(self.asked) != self.schedule.reused:
            return
        if self.present.is_open:
            self.exchange.book.fill(self.order)
        self.reborn = self._placed()

    def _placed(self) -> Order:
        draft = Order(
            product=self.schedule.product,
            symbol=self.sample.market_id,
            client_order_id=CLIENT_ID,
            quantity=Decimal(2),
            price=Decimal(100),
        )
        return self.exchange.book.place(draft)


@cache
def ccxts() -> Any:
    """A ccxt exchange with the adapter attached; there is no socket in it."""
    exchange = ccxt.binance({"apiKey": "key", "secret": "secret", "enableRateLimit": False})
    return adapter.attach(exchange)


def played(schedule: Schedule) -> Ended:
    """Play a schedule to its end."""
    world, exchange = World(schedule), ccxts()
    exchange.milliseconds = lambda: world.ms() + schedule.skew
    exchange.timeout = schedule.timeout * 1000
    exchange.options["timeDifference"] = 0
    arguments = schedule.arguments(world.order)
    state = patient(exchange, schedule)
    state.clock = lambda: world.now
    order, error = _driven(world, steps(exchange, state, *arguments))
    return Ended(
        schedule=schedule,
        present=world.present,
        asked=world.asked,
        took=any(asked.took for asked in world.asked),
        seconds=world.now,
        order=order,
        error=error,
        reborn=world.reborn and world.exchange.book.now(world.reborn),
    )


def patient(exchange: Any, schedule: Schedule) -> Attachment:
    """What the adapter keeps with an exchange object, fresh and with the schedule's policy."""
    state: Attachment = vars(exchange)["_adapter"]
    choices = [
        attrs.evolve(c, policy=attrs.evolve(c.policy, attempts=schedule.attempts))
        for c in state.choices
    ]
    return attrs.evolve(state, choices=tuple(choices), held={}, budgets={}, under_way=UnderWay())


def _driven(world: World, walk: Any) -> tuple[dict[str, Any] | None, ccxt.BaseError | None]:
    done: Any = None
    try:
        while True:
            done = _done(world, walk.send(done))
    except StopIteration as end:
        return end.value, None
    except ccxt.BaseError as e:
        return None, e


def _done(world: World, step: Any) -> Reply | NoReply | None:
    match step:
        case Send(signed, timeout):
            assert timeout > 0, "a request without time"
            return world.answered(signed, timeout)
        case Wait(seconds):
            world.until(world.now + seconds)
            return None
    raise AssertionError(f"unexpected: {step}")
