"""What one call has sent and seen, and the errors that report it."""

from __future__ import annotations

import attrs
import ccxt

from adapter.contract.messages import Classification, ResponseKind
from adapter.contract.venue import Order
from adapter.errors import CancelUnknown, OrderGone, RateLimited

CANCELED = "canceled"
ENDED = {"closed": "filled", "expired": "expired", "rejected": "rejected"}
"""The final statuses but canceled, and the word for each in messages."""
FINAL = (CANCELED, *ENDED)
LIVE = ("open", "canceling")

FETCH = "fetch the order before you act on it"
NOT_FOUND = (
    "no query finds it either: it never existed, is forgotten, belongs to another symbol or"
    " account, or its create is still under way, and then it may trade"
)
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
        elif found.kind is not ResponseKind.ORDER:
            return
        self.has_left = True

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
        how = f"the order was {ENDED.get(status, status)} before the cancel"
        if status not in FINAL:
            how = f"the order was not open any more, in the state {status!r}"
        if sent.kind is ResponseKind.NOT_OPEN:
            text = f"{self.name} {sent.text}: {how}"
        else:
            answers = sent.text if found is None else f"{found.text}, after {sent.text}"
            text = f"{self.name} {how}: {answers}"
        return OrderGone(text, order=self.order, state=status if status in FINAL else None)

    def not_found(self, not_open: Classification, *, by_query: bool) -> OrderGone:
        """The error for an order that nothing shows; ``by_query``: nor do queries."""
        how = NOT_FOUND if by_query else "no query could say how it ended"
        hint = f"; {self.not_found_hint}" if self.not_found_hint else ""
        return OrderGone(f"{self.name} {not_open.text}: {how}{hint}")

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

    def newer_order(self, seconds: float) -> CancelUnknown:
        """The error where the client id has come to mean an order that is newer than the call."""
        return CancelUnknown(
            f"{self._sends(seconds)}; the order that bears this client id now was made after that,"
            " so the cancel is not sent again, and nobody can say what became of the order that"
            f" had it before; {FETCH}",
            order=self.order,
        )

    def unreadable(self, cause: BaseException | None) -> CancelUnknown:
        """The error where a plugin or ccxt's parser fails at a response."""
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
