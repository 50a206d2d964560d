"""One order is cancelled once at a time: later calls share the outcome of the one under way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future
from typing import Any

import attrs

from adapter.product import Order

Work = Generator[Any, Any, Order]


@attrs.frozen
class Join:
    """A step: wait for a call under way. Gives its outcome, or None when the time is over."""

    outcome: Future[Any]
    timeout: float
    """Seconds."""


@attrs.frozen
class Abandoned:
    """The outcome of a call whose caller gave it up."""


@attrs.define
class UnderWay:
    """The calls under way on one exchange object."""

    calls: dict[Hashable, Future[Any]] = attrs.field(factory=dict)

    def shared(
        self, key: Hashable, left: Callable[[], float], work: Callable[[], Work]
    ) -> Generator[Any, Any, Order | None]:
        """Do the work, or wait for whoever does the same; None when no time is left for that.

        ``left`` gives the seconds that are left. ``dict.setdefault`` is atomic, so threads agree on
        who does the work.
        """
        mine: Future[Any] = Future()
        while (other := self.calls.setdefault(key, mine)) is not mine:
            outcome = yield Join(other, max(0.0, left()))
            if isinstance(outcome, Exception):
                raise _own(outcome)
            if not isinstance(outcome, Abandoned):
                return copy.deepcopy(outcome) if outcome is not None else None
        return (yield from self._led(key, mine, work))

    def _led(self, key: Hashable, mine: Future[Any], work: Callable[[], Work]) -> Work:
        outcome: Any = Abandoned()
        try:
            outcome = yield from work()
        except Exception as e:
            outcome = e
            raise
        finally:
            del self.calls[key]
            mine.set_result(outcome)
        order: Order = outcome
        return order


def _own(error: Exception) -> Exception:
    """The same error for another caller, with an order and notes of its own."""
    own = copy.copy(error)
    own.__dict__.update(copy.deepcopy(error.__dict__))
    own.__cause__ = error.__cause__
    return own
