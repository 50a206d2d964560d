"""A schedule played without sockets: the adapter's steps against the pure exchange, in model time.

What is left out are the sockets; what is in is everything else, signatures and hooks included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt
import pytest

import adapter
from adapter.cli.demo.samples import Sample
from adapter.contract.messages import NoResponse, Response, SignedRequest, Sleep
from adapter.core.single_flight import SingleFlight
from adapter.engine.direct import Send
from adapter.engine.flow import cancel_flow
from adapter.engine.state import ExchangeState
from adapter.simulator.algo import fill
from adapter.simulator.book import Order
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.exchange import Reply as Answered
from adapter.simulator.faults import NONE, Fault, Hit, apply_fault
from adapter.simulator.faults import Schedule as Faults
from adapter.simulator.products import table
from adapter.simulator.security import verifier
from adapter.transports.exchange_io import PreparedRequest, RawResponse, accept, prepare

from .changes import Caller
from .ended import Asked, Ended
from .schedules import CLIENT_ID, MOVES, NOT_SENT, Schedule, named

NOW = 1_800_000_000_000
LATENCY = 0.001
"""Seconds that a request takes to the exchange, and an answer back."""
BY_OTHERS = "cancel_before"
ENDLESS = 1000
"""Steps after which a call is taken for one that never ends."""


@attrs.define
class World:
    """The exchange, the connection to it and the time, for one call."""

    schedule: Schedule
    caller: Caller
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
            name, arguments = named(move)
            self.faults.play(name, **arguments)
        self.now = -self.schedule.age
        self.order = self._placed()
        if Decimal(self.schedule.filled):
            self.order = self.exchange.book.fill(self.order, self.schedule.filled)
        self.now = 0.0
        for name, arguments in self.schedule.changes:
            if "at" in arguments:
                self.late.append((arguments["at"], partial(self._change, name, arguments)))

    def ms(self) -> int:
        """The exchange's time."""
        return NOW + self.schedule.phase + math.floor(self.now * 1000 + 1e-6)

    def callers_ms(self) -> int:
        """The caller's time."""
        return self.ms() + self.schedule.skew

    def _change(self, name: str, arguments: Mapping[str, Any]) -> None:
        self.caller.change(name, arguments.get("ms", 0))

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

    def answered(self, signed: SignedRequest, timeout: float) -> Response | NoResponse:
        """What comes back to a request, and when that is."""
        self.caller.check()
        sent = prepare(self.caller.exchange, signed)
        url = urlsplit(signed.url)
        request = Request(signed.method, url.path, url.query, "", signed.headers)
        if (request.method, request.path) not in self.exchange.order_routes:
            self.until(self.now + LATENCY)
            return self._received(sent, self.exchange.answer(request))
        asked = Asked(request.method, self.now, "none", doubts_5xx=self.schedule.doubts_5xx)
        self.asked.append(asked)
        for name, arguments in self.schedule.changes:
            if arguments.get("request") == len(self.asked):
                self._change(name, arguments)
        asked.back = self._received(sent, self._served(request, asked, timeout))
        self._reuse()
        return asked.back

    def _served(self, request: Request, asked: Asked, timeout: float) -> Answered | NoResponse:
        fault = self.faults.take(request) or NONE
        asked.fault = fault.name
        if fault.name == NOT_SENT.name:
            self.until(self.now + min(LATENCY, timeout))
            return NoResponse(may_have_been_sent=False, reason="refused")
        ends, handled = self.now + timeout, self.now + LATENCY + fault.wait_before
        hits: list[Hit] = []
        arrived = self.ms()
        self.late.append((handled, lambda: hits.append(self._hit(request, fault, arrived, asked))))
        self.until(min(handled, ends))
        back = handled + LATENCY + sum(h.wait_after + h.stall for h in hits)
        if not hits or back >= ends:
            self.until(ends)
            return NoResponse(may_have_been_sent=True, reason="timed out")
        self.until(back)
        reply = hits[0].reply
        return (
            reply
            if reply and hits[0].whole
            else NoResponse(may_have_been_sent=True, reason="cut off")
        )

    def _hit(self, request: Request, fault: Fault, arrived: int, asked: Asked) -> Hit:
        aimed = self.exchange.named_order(request)
        became = apply_fault(self.exchange, request, fault, arrived)
        if aimed is not None:
            asked.aimed = aimed.order_id
            canceled = self.exchange.book.now(aimed).status == "CANCELED" and aimed.is_open
            if canceled and request.method == "DELETE" and fault.name != BY_OTHERS:
                asked.took = aimed.order_id
        return became

    def _received(
        self, sent: PreparedRequest, reply: Answered | NoResponse
    ) -> Response | NoResponse:
        if isinstance(reply, NoResponse):
            return reply
        answer = RawResponse(
            status=reply.status,
            reason="",
            headers=reply.headers.items(),
            text=reply.body.decode(),
        )
        return self.caller.received(accept(self.caller.exchange, sent, answer))

    def _reuse(self) -> None:
        """The order trades, unless it has ended already, and somebody uses its client id again."""
        if self.schedule.reused is None or len(self.asked) != self.schedule.reused:
            return
        if self.present.is_open:
            fill(self.exchange.book, self.order)
        self.reborn = self._placed()

    def _placed(self) -> Order:
        draft = Order(
            product=self.schedule.product,
            symbol=self.sample.market_id,
            client_order_id=CLIENT_ID,
            quantity=Decimal(2),
            price=Decimal(100),
            stop_price=Decimal(100 if self.sample.is_stop else 0),
        )
        return self.exchange.book.place(draft)


@cache
def ccxts() -> Any:
    """A ccxt exchange with the adapter attached; there is no socket in it."""
    exchange = ccxt.binance({"apiKey": "key", "secret": "secret", "enableRateLimit": False})
    return adapter.attach(exchange)


def played(schedule: Schedule) -> Ended:
    """Play a schedule to its end."""
    exchange = ccxts()
    world = World(schedule, Caller(exchange, ("key", "secret")))
    exchange.milliseconds = world.callers_ms
    exchange.timeout = schedule.timeout * 1000
    exchange.options["timeDifference"] = 0
    arguments = schedule.arguments(world.order)
    state = patient(exchange, schedule)
    state.io.clock = lambda: world.now
    try:
        order, error = _driven(world, cancel_flow(exchange, state, *arguments))
    finally:
        world.caller.mend()
    return Ended(
        schedule=schedule,
        present=world.present,
        asked=world.asked,
        took=frozenset(asked.took for asked in world.asked if asked.took is not None),
        seconds=world.now,
        order=order,
        error=error,
        reborn=world.reborn and world.exchange.book.now(world.reborn),
    )


def patient(exchange: Any, schedule: Schedule) -> ExchangeState:
    """What the adapter keeps with an exchange object, fresh and with the schedule's policy."""
    state: ExchangeState = vars(exchange)["_adapter"]
    choices = [
        attrs.evolve(c, policy=attrs.evolve(c.policy, attempts=schedule.attempts))
        for c in state.config.endpoints
    ]
    return attrs.evolve(
        state,
        config=attrs.evolve(state.config, endpoints=tuple(choices)),
        io=attrs.evolve(state.io),
        limiters={},
        single_flight=SingleFlight(),
    )


def _driven(world: World, walk: Any) -> tuple[dict[str, Any] | None, Exception | None]:
    done: Any = None
    resume = walk.send
    try:
        for _ in range(ENDLESS):
            step = resume(done)
            try:
                resume, done = walk.send, _done(world, step)
            except Exception as e:
                resume, done = walk.throw, e
    except StopIteration as end:
        return end.value, None
    except Exception as e:
        return None, e
    pytest.fail(f"it does not end: {world.schedule}")


def _done(world: World, step: Any) -> Response | NoResponse | None:
    match step:
        case Send(signed, timeout) if timeout > 0:
            return world.answered(signed, timeout)
        case Sleep(seconds) if seconds >= 0:
            world.until(world.now + seconds)
            return None
    pytest.fail(f"unexpected: {step}, in {world.schedule}")
