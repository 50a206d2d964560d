"""One order is cancelled once at a time: later calls share the outcome of the one under way."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future
from typing import Any

import attrs

from adapter.contract.messages import Order

_lock = threading.Lock()


@attrs.frozen
class AwaitInFlight:
    """An effect: wait for a call under way. Gives its outcome, or None when the time is over."""

    outcome: Future[Any]
    timeout: float
    """Seconds."""


@attrs.frozen
class CallerGone:
    """The outcome of a call whose caller gave it up."""


@attrs.define(eq=False)
class Flight:
    """One call under way, as a context manager: what it ends with is its outcome.

    Its future is made for the first who waits for it: few calls have one.
    """

    key: Hashable
    flights: dict[Hashable, Flight] = attrs.field(repr=False)
    outcome: Any = attrs.field(factory=CallerGone)
    is_finished: bool = False
    _future: Future[Any] | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Give the outcome to all who wait for it."""
        if isinstance(error, Exception):
            self.outcome = error
        self.end()

    def end(self) -> None:
        """The same with the outcome as it is. Without effect where it has ended."""
        with _lock:
            if self.is_finished:
                return
            if self.flights.get(self.key) is self:
                del self.flights[self.key]
            self.is_finished, awaited = True, self._future
        if awaited is not None:
            awaited.set_result(self.outcome)

    def future(self) -> Future[Any]:
        """What the outcome will be found in."""
        with _lock:
            if self._future is None:
                self._future = Future()
                if self.is_finished:
                    self._future.set_result(self.outcome)
            return self._future


@attrs.define
class SingleFlight:
    """The calls under way on one exchange object."""

    flights: dict[Hashable, Flight] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> SingleFlight:
        """None of them is a call on the copy."""
        return SingleFlight()

    def make(self, key: Hashable) -> Flight:
        """A `Flight` that nobody knows of before `begin`."""
        return Flight(key, self.flights)

    def begin(self, mine: Flight) -> Flight:
        """Do the work in this one, and return it; or return that of whoever does the same.

        The caller ends ``mine`` in any case: Ctrl-C may come before this returns.
        """
        return self.flights.setdefault(mine.key, mine)

    def join(
        self, key: Hashable, left: Callable[[], float], other: Flight | None = None
    ) -> Generator[Any, Any, Flight | Order | None]:
        """A new `Flight` to do the work in, or the order of whoever does the same.

        ``other`` is the flight of somebody who did the same when the call began. None when the time
        is over before its outcome is known; ``left`` gives the seconds that are left. Raises the
        error of the other. ``dict.setdefault`` is atomic, so threads agree on who does the work.
        """
        mine = Flight(key, self.flights)
        flight = other or self.flights.setdefault(key, mine)
        while flight is not mine:
            outcome = yield AwaitInFlight(flight.future(), max(0.0, left()))
            if isinstance(outcome, Exception):
                raise copy_error(outcome)
            if not isinstance(outcome, CallerGone):
                return copy.deepcopy(outcome) if outcome is not None else None
            flight = self.flights.setdefault(key, mine)
        return mine


def copy_error(error: Exception) -> Exception:
    """The same error for another caller, with a copy of its order and notes.

    It is shared where it cannot be copied, such as one of the user's with its own constructor.
    """
    try:
        copied = copy.copy(error)
        copied.__dict__.update(copy.deepcopy(error.__dict__))
    except Exception:
        return error
    copied.__cause__ = error.__cause__
    return copied
