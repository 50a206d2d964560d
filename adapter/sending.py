"""One request of a call on its way to the exchange: when it may go, and what came back."""

from __future__ import annotations

import functools
import re
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import attrs

from adapter.attachment import Attachment
from adapter.budget import Budget
from adapter.call import NoReply, Reply, Request, Signed
from adapter.lane import at_once, charge
from adapter.product import Keys
from adapter.routing import Choice
from adapter.trail import Trail
from adapter.turns import Turn

DIGITS = re.compile(r"[0-9]{1,9}")


@attrs.frozen
class Throttle:
    """Wait in ccxt's request queue."""

    weight: int


@attrs.frozen
class Send:
    """Send a request, once."""

    signed: Signed
    timeout: float
    """Seconds."""
    short: bool
    """Whether the transport may take its short way."""


Sending = Generator[Throttle | Send, Any, Reply | NoReply]


@attrs.frozen
class Line:
    """The way from one call to its product's host."""

    exchange: Any
    state: Attachment
    choice: Choice
    trail: Trail
    turn: Turn = attrs.field(factory=Turn)

    def host(self) -> str:
        """What a ban holds for; of a URL that cannot be read, the whole."""
        product = self.choice.product
        url = product.venue.url(self.exchange, product.api, product.path)
        try:
            return urlsplit(url).netloc
        except ValueError:
            return url

    def asked(self, request: Request) -> Sending:
        """One request and what came back. It is signed last, so that nothing waits with it."""
        exchange, venue = self.exchange, self.choice.product.venue
        keys = self.state.keys(exchange, self.choice.product)
        ends = self.state.clock() + request.timeout
        yield from self._queued(request)
        left = ends - self.state.clock()
        if left <= 0:
            return NoReply(sent=False, reason="its time was over before it could be sent")
        host = self.host()
        held = self.state.held.get(host, 0.0) - self.state.clock()
        if held > 0:
            reason = f"the exchange takes no requests for another {held:.1f} s"
            return NoReply(sent=False, reason=reason, retry_after=held)
        if self.choice.policy.lane == "ccxt":
            signed = venue.signed(exchange, request, keys)
            return (yield from self.sent(signed, request.path, left))
        return (yield from self._within(host, request, keys, left))

    def leave(self) -> None:
        """Keep no place among those that wait for the host: the call is over."""
        if self.turn.number is not None:
            budget = self.state.budget(self.host(), self.choice.product.weight_limit)
            with budget.lock:
                budget.turns.leave(self.turn)

    def _within(self, host: str, request: Request, keys: Keys, left: float) -> Sending:
        """Send past ccxt's queue, unless that could take the host over its limit."""
        exchange, product, weight = self.exchange, self.choice.product, request.weight
        budget = self.state.budget(host, product.weight_limit)
        began = self.state.clock() * 1000
        pause = self._pause(budget, weight, began, left)
        if pause > 0:
            reason = f"held back for {pause:.1f} s: more could pass the host's weight limit"
            self.trail.tell("held", host=host, seconds=pause)
            return NoReply(sent=False, reason=reason, retry_after=pause)
        reply: Reply | NoReply | None = NoReply(sent=False, reason="it could not be signed")
        try:
            signed = product.venue.signed(exchange, request, keys)
            if exchange.enableRateLimit:
                charge(exchange, weight, budget.left(began), budget.kept)
            reply = None
            reply = yield from self.sent(signed, request.path, left)
            return reply
        finally:
            self._count(budget, weight, began, reply)

    def _pause(self, budget: Budget, weight: int, now: float, left: float) -> float:
        """Seconds for which the budget holds a request; ``now`` is in ms."""
        others = functools.partial(at_once, self.exchange)
        return budget.take(weight, now, self.turn, patience=left * 1000, others=others) / 1000

    def _count(
        self, budget: Budget, weight: int, began: float, reply: Reply | NoReply | None
    ) -> None:
        """Let the budget know what became of a request; None is one that was given up."""
        if isinstance(reply, NoReply) and not reply.sent:
            budget.give_back(weight)
            return
        used = time = None
        if isinstance(reply, Reply):
            used = self._used(reply)
            time = self.choice.product.venue.server_time(reply)
        budget.told(weight, used, time, began, self.state.clock() * 1000)

    def _queued(self, request: Request) -> Generator[Throttle, Any, None]:
        """Wait in ccxt's queue, where the settings say so."""
        if self.exchange.enableRateLimit and self.choice.policy.lane == "ccxt":
            yield Throttle(request.weight)
            self.exchange.set_last_rest_request_timestamp()

    def sent(self, signed: Signed, path: str, left: float) -> Sending:
        """Send, and tell of it. ``left`` is in seconds."""
        began = self.state.clock()
        self.trail.tell("sent", method=signed.method, path=path)
        reply: Reply | NoReply = yield Send(
            signed,
            min(left, self.exchange.timeout / 1000),
            short=self.choice.policy.transport == "auto",
        )
        ms = round((self.state.clock() - began) * 1000, 1)
        if isinstance(reply, NoReply):
            self.trail.tell("replied", sent=reply.sent, reason=reply.reason, ms=ms)
        else:
            self.trail.tell("replied", status=reply.status, used_weight=self._used(reply), ms=ms)
        return reply

    def _used(self, reply: Reply) -> int | None:
        """The weight that is used of the host's minute, where it says so."""
        said = reply.headers.get(self.choice.product.venue.used_weight, "")
        return int(said) if DIGITS.fullmatch(said) else None
