"""The state machine of one cancel, from its first request to an order or an error.

It asks a channel to cancel, to query the order and to set the clock, and is given what each
response means. It does no I/O, and its clock is an argument.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterable
from typing import Any, NoReturn, cast

import attrs
import ccxt

from adapter.contract.messages import Classification, Order, ResponseKind
from adapter.core.channel import Asking
from adapter.core.evidence import CANCELED, LIVE, NOT_EXECUTED, UNSENT
from adapter.core.machine import Ask, Machine, Received
from adapter.core.pacing import FIRST_PAUSE, LONGEST_PAUSE, MAX_REQUESTS
from adapter.core.start_time import resolution

Step = Generator[Any, Any, Order | None]

NOT_FOUND_PAUSE = 0.2
"""Seconds after which an order that was just placed is found, if there is one."""
LOOK_PAUSES = (0.05, 0.2, 0.8)
"""Seconds after each look at an order that no cancel was sent for."""
NOT_NOW = (ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY, ResponseKind.CLOCK_SKEW)
"""After these something must be done before the next request: see `Machine`'s `_may_continue`."""


@attrs.define(kw_only=True)
class CancelMachine(Machine):
    """One cancel, and what is known of it so far."""

    is_nowhere: bool = attrs.field(default=False, init=False)
    """Whether neither the cancel nor two queries have found the order."""

    def run(self, first: Received | None = None) -> Generator[Any, Any, Order]:
        """Cancel the order, and find out what became of it.

        ``first`` is what was answered, if a request for several orders has cancelled it already.

        Returns the unified order with ``outcome``: ``"canceled"``, or ``"accepted"`` if the
        exchange accepted the cancel and did not finish in time. Raises `OrderGone`,
        `CancelUnknown`, `RateLimited`, or the ccxt exception for the exchange's answer; all by the
        end of the call.
        """
        if first is None:
            self._check_time()
        try:
            while True:
                if first is None:
                    sent = yield from self._request(query=False)
                else:
                    sent, first = self._receive(first, query=False), None
                self.evidence.add_send(sent)
                order = yield from self._handle(sent)
                if order is not None:
                    return order
        except Exception as e:
            if e is self.final or not self.evidence.has_left:
                raise
            raise self.evidence.interrupted(e, self._seconds()) from e

    def send(self, ask: Ask, *, once: bool = False) -> Asking:
        """Send one request until it is executed or refused, or nobody can say; gives which.

        It may be for several orders, of which each goes on by a machine of its own. ``ask`` sends
        it by the channel. ``once``: it must not be sent again, whatever came back.

        Raises `RateLimited`, or the ccxt exception, for one that was not executed in time.
        """
        self._check_time()
        while True:
            sent = yield from self._request(query=False, ask=ask)
            self.evidence.sends += sent.kind not in UNSENT
            if once or sent.kind not in NOT_EXECUTED or sent.kind is ResponseKind.REFUSED:
                return sent
            yield from self._on_not_executed(sent)

    def _check_time(self) -> None:
        if self.pacing.left() <= 0:
            name = self.evidence.name
            raise ccxt.RequestTimeout(f"{name} cancelOrder() was not sent: its time was over")

    def find(
        self, pauses: Iterable[float] = LOOK_PAUSES
    ) -> Generator[Any, Any, tuple[Order, Classification] | None]:
        """Query the order before any cancel. None where it is not there.

        Raises the ccxt exception for what kept it from being known.
        """
        for pause in pauses:
            found = yield from self._request(query=True)
            while found.kind is ResponseKind.HELD_LOCALLY and (
                yield from self._may_continue(found, pause)
            ):
                found = yield from self._request(query=True)
            if found.kind is ResponseKind.ORDER:
                order = self._parse_order(found)
                self._record(order, found, query=True)
                return order, found
            if found.kind is ResponseKind.NOT_OPEN:
                return None
            if not (yield from self._may_continue(found, pause)):
                break
        raise self.evidence.not_executed(found)

    def _handle(self, sent: Classification) -> Step:
        """Gives the order when the call is over, None when the cancel is to be sent again."""
        match sent.kind:
            case ResponseKind.ORDER | ResponseKind.ACKNOWLEDGED:
                return self._on_accepted(sent)
            case ResponseKind.REFUSED if not self.evidence.in_doubt:
                return self._on_not_executed(sent)
            case ResponseKind.DISPUTED if not self.evidence.in_doubt:
                return self._on_disputed(sent)
            case _ if not self.evidence.has_left:
                return self._on_not_executed(sent)
        return self._poll_until_final(sent)

    def _on_not_executed(self, sent: Classification) -> Step:
        """By the exchange's word, or because it never left: the order is as it was.

        A client id may have come to mean a newer order since, so the order is queried first.
        """
        yield from self._wait_to_resend(sent, sent)
        while not self.target.is_by_order_id:
            found = yield from self._request(query=True)
            is_nothing = found.kind is ResponseKind.NOT_OPEN
            if is_nothing or (yield from self._may_send_to_found(found, sent)):
                break
            if issubclass(found.error, ccxt.ExchangeNotAvailable):
                found = attrs.evolve(found, kind=ResponseKind.NOT_EXECUTED)
            yield from self._wait_to_resend(found, found if found.kind in NOT_EXECUTED else sent)
        if self.pacing.left() > 0:
            return None
        self._fail(self.evidence.not_executed(sent), sent.cause)

    def _wait_to_resend(
        self, found: Classification, reason: Classification
    ) -> Generator[Any, Any, None]:
        """Do what must come before the next request. Raises ``reason`` if there may be none."""
        match found.kind:
            case ResponseKind.RATE_LIMITED:
                ends_call = found.retry_after is None
            case ResponseKind.CLOCK_SKEW:
                ends_call = self.is_clock_synced
            case kind:
                ends_call = kind is ResponseKind.REFUSED
        if not ends_call:
            pause = self.pacing.before_resend()
            if (yield from self._may_continue(found, pause)) and self.pacing.left() > 0:
                yield from self._await_others()
                return
        self._fail(self.evidence.not_executed(reason), reason.cause)

    def _may_send_to_found(
        self, found: Classification, sent: Classification
    ) -> Generator[Any, Any, bool]:
        """Whether a query shows the order that was meant. Raises `OrderGone` if it has ended."""
        if found.kind is not ResponseKind.ORDER:
            return False
        order = self._parse_order(found)
        if self.target.is_another(order):
            return False
        self._record(order, found, query=True)
        if self.evidence.is_final(order["status"]):
            self._fail(self.evidence.gone(sent, found, order["status"]))
        return (yield from self._may_send_to_it())

    def _on_disputed(self, sent: Classification) -> Step:
        """Refused for a reason that may be that the order has ended: a query shows it."""
        seen, has_looked, pauses = None, False, iter(LOOK_PAUSES)
        if is_unexplained := sent.error is ccxt.ExchangeError:
            pauses = itertools.chain(pauses, itertools.repeat(LONGEST_PAUSE))
        with contextlib.suppress(ccxt.BaseError):
            seen = yield from self.find(pauses)
            has_looked = True
        if not has_looked and is_unexplained:
            self._fail(self.evidence.unexplained(sent), sent.cause)
        if seen is not None and self.evidence.is_final(seen[0]["status"]):
            self._fail(self.evidence.gone(sent, seen[1], seen[0]["status"]))
        if issubclass(sent.error, ccxt.OrderNotFound):
            if seen is None:
                self._fail(self.evidence.unproven(sent))
            sent = attrs.evolve(sent, error=ccxt.ExchangeError)  # it is there, and open
        self._fail(self.evidence.not_executed(sent), sent.cause)

    def _on_accepted(self, sent: Classification) -> Step:
        """The exchange answered with the order, or accepted the cancel: done, or to be followed."""
        order = self._parse_order(sent)
        self._record(order, sent, query=False)
        if sent.kind is ResponseKind.ACKNOWLEDGED and self.evidence.order is not None:
            order = self.evidence.order
        found = None
        if not self.evidence.is_final(order["status"]) and self.call.confirm:
            order, found = yield from self._follow(order)
        return self._finish(order, sent, found)

    def _follow(self, order: Order) -> Generator[Any, Any, tuple[Order, Classification | None]]:
        """Query an accepted cancel until the order's status is final, for as long as allowed."""
        clock, pause, last = self.pacing.clock, FIRST_PAUSE, None
        until = min(self.pacing.ends_at, clock() + self.policy.confirm_timeout)
        while not self.evidence.is_final(order["status"]) and clock() + pause < until:
            if self.pacing.is_over:
                break
            yield from self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            found = yield from self._request(query=True, until=until)
            if found.kind is ResponseKind.ORDER:
                shown = self._parse_order(found)
                if self._is_followed(shown, found):
                    order, last = shown, found
                    self._record(order, found, query=True)
            elif found.kind in NOT_NOW and not (yield from self._may_continue(found, pause)):
                break
        return order, last

    def _is_followed(self, shown: Order, found: Classification) -> bool:
        """Whether a query shows the order whose cancel was accepted.

        One with another client id is not queried again. A live one that is newer than the call
        bears the client id of the one that was cancelled.
        """
        if self.target.is_another(shown):
            return False
        return shown["status"] not in LIVE or not self.target.is_newer(found)

    def _poll_until_final(self, sent: Classification) -> Step:
        """Query the order until it has ended, or until the cancel is due again."""
        due, not_found, may_ask = self.pacing.next_send_at(), 0, True
        if sent.kind in NOT_NOW or self.pacing.requests_left() == 1:
            may_ask = yield from self._may_continue(sent, self.pacing.before_first_query())
        while may_ask and self.pacing.left() > 0:
            found = yield from self._request(query=True)
            self.evidence.queries += found.kind not in UNSENT
            order = self._on_query(found, sent)
            if order is not None:
                return order
            not_found += found.kind is ResponseKind.NOT_OPEN
            is_unseen = self.evidence.is_not_open_and_unseen
            if is_unseen and (not_found > 1 or found.kind is ResponseKind.REFUSED):
                break
            if may_send := self._may_send_again():
                yield from self._await_others()
            if may_send and self.pacing.may_send_at(due):
                if (yield from self._may_send_to_it()):
                    return None
                due, may_send = self.pacing.next_send_at(), False
            if is_unseen and found.kind is ResponseKind.NOT_OPEN:
                pause = NOT_FOUND_PAUSE
            elif found.kind is ResponseKind.HELD_LOCALLY:
                pause = FIRST_PAUSE  # it waits as told; the pauses grow by what was asked alone
            else:
                pause = self.pacing.before_query(due if may_send else None)
            may_ask = yield from self._may_continue(found, pause)
        self._give_up(sent, not_found=not_found > 1)

    def _on_query(self, found: Classification, sent: Classification) -> Order | None:
        """The order if a query shows that the call is over. Raises `OrderGone` likewise."""
        if found.kind is not ResponseKind.ORDER:
            return None
        order = self._parse_order(found)
        if self.target.is_another(order):
            return None
        self._record(order, found, query=True)
        if found.is_out_of_reach:
            self._fail(self.evidence.out_of_reach(sent, order))
        status, is_live = order["status"], order["status"] in LIVE
        is_ours = status == CANCELED and self.evidence.in_doubt
        if is_ours or self.evidence.has_ended(status):
            return self._finish(order, sent, found)
        if is_live and self.target.is_newer(found):
            self._fail_newer_order()
        if status == CANCELED or (not is_live and sent.kind is ResponseKind.NOT_OPEN):
            self._fail(self.evidence.gone(sent, found, status))
        return None

    def _may_send_again(self) -> bool:
        """Whether a query has shown the order open, and sends are left."""
        may_request = self.pacing.requests < MAX_REQUESTS - 1
        are_left = self.evidence.ambiguous < self.policy.attempts and may_request
        return self.evidence.is_open and are_left

    def _may_send_to_it(self) -> Generator[Any, Any, bool]:
        """Whether the order that bears the client id was there before the call began.

        The exchange's clock is read to decide it.
        Raises `CancelUnknown` if the order is a newer one.
        """
        start_time = self.target.start_time
        if self.target.is_by_order_id:
            return True
        created, sent_at = self.evidence.created, self.pacing.clock()
        time = yield from self.channel.read_clock(self.pacing.left())
        if time is not None:
            self._learn_time(time, sent_at, resolution(time))
        if start_time.is_after(created):
            self.target.take_order_id(cast(Order, self.evidence.order))
            return True
        if start_time.is_before(created):
            self._fail_newer_order()
        return False

    def _finish(self, order: Order, sent: Classification, found: Classification | None) -> Order:
        """The order with its outcome. Raises `OrderGone` if it had ended otherwise.

        ``found`` is what a query was answered, if one was needed after the cancel.
        """
        status = order["status"]
        if status == CANCELED:
            return {**order, "outcome": "canceled"}
        if self.evidence.has_ended(status):
            self._fail(self.evidence.gone(sent, found, status))
        is_live = status is None or status in LIVE
        return {**order, "status": "canceling" if is_live else status, "outcome": "accepted"}

    def _give_up(self, sent: Classification, *, not_found: bool) -> NoReturn:
        """End without knowing how the order ended, or whether it did."""
        not_open = self.evidence.not_open
        if not_open is not None and not_open.status is not None and self.evidence.order is None:
            self._fail(self.evidence.gone(not_open, None, not_open.status))
        if not_open is None or self.evidence.order is not None:
            self._fail(self.evidence.unknown(sent, self._seconds()), self.evidence.cause)
        self.is_nowhere = not_found
        error = self.evidence.not_found(not_open, by_query=not_found)
        self._fail(error, self.evidence.cause)

    def _fail_newer_order(self) -> NoReturn:
        self._fail(self.evidence.newer_order(self._seconds()), self.evidence.cause)
