"""One order is cancelled once at a time: later calls share the outcome of the one under way."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future
from typing import Any

import attrs

from adapter.contract.venue import Order

Work = Generator[Any, Any, Order]

_lock = threading.Lock()


@attrs.frozen
class AwaitInFlight:
    """A step: wait for a call under way. Gives its outcome, or None when the time is over."""

    outcome: Future[Any]
    timeout: float
    """Seconds."""


@attrs.frozen
class CallerGone:
    """The outcome of a call whose caller gave it up."""


@attrs.define(eq=False)
class Flight:
    """One call under way. Its future is made for the first who waits for it: few calls have one."""

    outcome: Any = None
    is_finished: bool = False
    _future: Future[Any] | None = None

    def future(self) -> Future[Any]:
        """What the outcome will be found in."""
        with _lock:
            if self._future is None:
                self._future = Future()
                if self.is_finished:
                    self._future.set_result(self.outcome)
            return self._future

    def finish(self, outcome: Any) -> None:
        """Tell the outcome to all who wait for it."""
        with _lock:
            self.outcome, self.is_finished, awaited = outcome, True, self._future
        if awaited is not None:
            awaited.set_result(outcome)


@attrs.define
class SingleFlight:
    """The calls under way on one exchange object."""

    flights: dict[Hashable, Flight] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> SingleFlight:
        """None of them is a call on the copy."""
        return SingleFlight()

    def run(
        self, key: Hashable, left: Callable[[], float], work: Callable[[], Work]
    ) -> Generator[Any, Any, Order | None]:
        """Do the work, or wait for whoever does the same; None when no time is left for that.

        ``left`` gives the seconds that are left. ``dict.setdefault`` is atomic, so threads agree on
        who does the work.
        """
        mine = Flight()
        while (other := self.flights.setdefault(key, mine)) is not mine:
            outcome = yield AwaitInFlight(other.future(), max(0.0, left()))
            if isinstance(outcome, Exception):
                raise _copy_error(outcome)
            if not isinstance(outcome, CallerGone):
                return copy.deepcopy(outcome) if outcome is not None else None
        outcome = CallerGone()
        try:
            outcome = order = yield from work()
        except Exception as e:
            outcome = e
            raise
        finally:
            del self.flights[key]
            mine.finish(outcome)
        return order


def _copy_error(error: Exception) -> Exception:
    """The same error for another caller, with an order and notes of its own."""
    own = copy.copy(error)
    own.__dict__.update(copy.deepcopy(error.__dict__))
    own.__cause__ = error.__cause__
    return own
