"""What one call has sent and seen, and the errors that report it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import ccxt

from adapter.contract.messages import ENDED, Classification, Order, ResponseKind
from adapter.errors import CancelUnknown, OrderGone, RateLimited

CANCELED = "canceled"
ENDS = {
    "closed": "filled",
    "expired": "expired",
    "rejected": "rejected",
    ENDED: "closed, filled or not,",
}
"""The final statuses but canceled, and the word for each in messages."""
LIVE = ("open", "canceling")

FETCH = "fetch the order before you act on it"
NOT_FOUND = (
    "no query finds it either: it never existed, is forgotten, belongs to another symbol or"
    " account, or its create is still under way, and then it may trade"
)
ACCEPTED = (ResponseKind.ORDER, ResponseKind.ACKNOWLEDGED)
"""Answers to a cancel that was executed, or will be."""
UNSENT = (ResponseKind.HELD_LOCALLY, ResponseKind.NOT_SENT)
NOT_EXECUTED = (
    *UNSENT,
    ResponseKind.REFUSED,
    ResponseKind.RATE_LIMITED,
    ResponseKind.CLOCK_SKEW,
    ResponseKind.NOT_EXECUTED,
)


@attrs.define
class Evidence:
    """What is known of one cancel so far."""

    name: str
    """The exchange's, for messages."""
    not_found_hint: str = ""
    """What to add if neither cancel nor query finds the order."""
    more_ends: Mapping[str, str] = attrs.field(factory=dict)
    """The final statuses that only some endpoints have, and the word for each."""
    has_left: bool = False
    """Whether a cancel may have been executed, or its order was not open any more."""
    in_doubt: bool = False
    """Whether a send may have been executed without a usable response."""
    sends: int = 0
    ambiguous: int = 0
    """The sends that may have been executed."""
    not_open: Classification | None = None
    """The last response to a send that reported no such open order."""
    not_open_count: int = 0
    queries: int = 0
    order: Order | None = None
    """As the exchange showed it last."""
    created: int | None = None
    """When that order was created, in ms, if the exchange reports it."""
    successor: str | None = None
    """The id of the order that it has become, if it has."""
    conditional_hint: str = ""
    """What to add likewise until it is known whether it is a conditional order."""
    cause: BaseException | None = None
    """The last error of the operating system, or of the user's code."""

    def add_send(self, found: Classification) -> None:
        """Record what the response to a cancel means."""
        self.sends += found.kind not in UNSENT
        if found.kind is ResponseKind.NOT_OPEN:
            self.not_open = found
            self.not_open_count += 1
        elif found.kind is ResponseKind.AMBIGUOUS:
            self.in_doubt = True
            self.ambiguous += 1
        elif found.kind not in ACCEPTED:
            return
        self.has_left = True

    def add_order(self, order: Order, found: Classification) -> None:
        """Record an order as an answer shows it."""
        self.order, self.created, self.successor = order, found.created, found.successor

    def has_ended(self, status: str | None) -> bool:
        """Whether an order in that status is not open any more, and was not canceled."""
        return status in ENDS or status in self.more_ends

    def is_final(self, status: str | None) -> bool:
        """Whether an order in that status is not open any more."""
        return status == CANCELED or self.has_ended(status)

    def add_cause(self, found: Classification) -> None:
        """Keep the error behind a response as the cause of a later one."""
        self.cause = found.cause or self.cause
        if self.cause is None and found.kind in NOT_EXECUTED:
            self.cause = self.not_executed(found)

    @property
    def is_not_open_and_unseen(self) -> bool:
        """Whether a cancel found no open order, and no query has shown the order."""
        return self.not_open is not None and self.order is None

    @property
    def is_open(self) -> bool:
        """Whether the order was open when it was last seen."""
        return self.order is not None and self.order["status"] in LIVE

    def not_executed(self, found: Classification) -> ccxt.BaseError:
        """The error of a cancel that was not executed, with ccxt's text for what came back."""
        text = f"{self.name} {found.text}"
        match found.kind:
            case ResponseKind.RATE_LIMITED | ResponseKind.HELD_LOCALLY:
                return RateLimited(text, retry_after=found.retry_after)
            case ResponseKind.NOT_SENT:
                return found.error(f"{self.name} cancelOrder() was not sent: {found.text}")
        return found.error(text)

    def gone(self, sent: Classification, found: Classification | None, status: str) -> OrderGone:
        """The error for an order that had ended otherwise, with state None if that is unsure.

        ``sent`` is what the cancel was answered, ``found`` what a query was, if one was needed.
        """
        if status == ENDED and sent.status is not None:
            status = sent.status  # what refused the cancel knows more than the query
        word = ENDS.get(status) or self.more_ends.get(status, status)
        how, is_final = f"the order was {word} before the cancel", self.is_final(status)
        if self.successor is not None:
            how = f"{how}, and became order {self.successor}, which may be open"
        if not is_final:
            how = f"the order was not open any more, in the state {status!r}"
        if sent.kind is ResponseKind.NOT_OPEN:
            text = f"{self.name} {sent.text}: {how}"
        else:
            answers = sent.text if found is None else f"{found.text}, after {sent.text}"
            text = f"{self.name} {how}: {answers}"
        state, order = status if is_final else None, self.order
        if status == ENDED:
            state, order = None, None if order is None else {**order, "status": None}
        return OrderGone(text, order=order, state=state, successor=self.successor)

    def not_found(
        self, not_open: Classification, *, by_query: bool, told: str | None = None
    ) -> OrderGone:
        """The error for an order that nothing shows; ``by_query``: nor do queries.

        ``told`` is what is known instead of an order that has the same id.
        """
        how = told or (NOT_FOUND if by_query else "no query could say how it ended")
        hints = "; ".join(filter(None, (how, self.conditional_hint, self.not_found_hint)))
        return OrderGone(f"{self.name} {not_open.text}: {hints}")

    def out_of_reach(self, sent: Classification, order: Order) -> OrderGone:
        """The error for an order that is in another book than that of the cancel."""
        told = f"order {order['id']} is in another book, and {order['status']}"
        return self.not_found(sent, by_query=False, told=told)

    def unknown(self, last: Classification, seconds: float) -> CancelUnknown:
        """The error with what was seen, how often, and for how long the call queried."""
        found = "none showed the order"
        if self.order is not None:
            found = f"the last one that showed it says {self.order['status']!r}"
        doubt = "nobody can say whether it took"
        if not self.in_doubt:
            doubt = f"the exchange said {_times(self.not_open_count)} that no such order is open"
        text = f"{self._sends(seconds)}: {doubt}; of {self.queries} queries, {found}; {FETCH}"
        return CancelUnknown(f"{text}: {last.text}", order=self.order)

    def unproven(self, sent: Classification) -> CancelUnknown:
        """The error where the word "not found" of an exchange proves nothing."""
        return CancelUnknown(
            f"{self.name} {sent.text}: no query shows the order, which may be open in another book"
            f" or account; {FETCH}",
        )

    def unexplained(self, sent: Classification) -> CancelUnknown:
        """The error where ccxt does not know what an answer means, and no query was answered."""
        return CancelUnknown(
            f"{self.name} {sent.text}: ccxt does not know this answer, and no query shows whether"
            f" the cancel took; {FETCH}",
        )

    def newer_order(self, seconds: float) -> CancelUnknown:
        """The error where the client id has come to mean an order that is newer than the call."""
        sends = self._sends(seconds)
        if not self.has_left:
            sends = f"{self.name} cancelOrder() was called {seconds:.1f} s ago, and not executed"
        return CancelUnknown(
            f"{sends}; the order that bears this client id now was made after that,"
            " so the cancel is not sent again, and nobody can say what became of the order that"
            f" had it before; {FETCH}",
            order=self.order,
        )

    def unreadable(self, cause: BaseException | None) -> ccxt.BaseError:
        """The error where a plugin or ccxt's parser fails at a response."""
        if not self.has_left:
            return ccxt.BadResponse(
                f"{self.name} cancelOrder() was not executed, and the answer to a query of the"
                f" order could not be read ({type(cause).__name__})"
            )
        return CancelUnknown(
            f"{self.name} cancelOrder(): the answer could not be read ({type(cause).__name__}), so"
            f" nobody can say whether the cancel took; {FETCH}",
            order=self.order,
        )

    def interrupted(self, by: Exception, seconds: float) -> CancelUnknown:
        """The error where another one ends the call after a cancel may have left."""
        return CancelUnknown(
            f"{self._sends(seconds)}, and {type(by).__name__} came up before it was known whether"
            f" it took; {FETCH}",
            order=self.order,
        )

    def _sends(self, seconds: float) -> str:
        return f"{self.name} cancelOrder() was sent {_times(self.sends)} in {seconds:.1f} s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
