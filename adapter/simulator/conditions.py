"""State of the exchange that lasts longer than one request: clocks, bans, lags, pending cancels."""

import threading
from collections.abc import Callable
from contextlib import suppress

import attrs

from adapter.simulator.book import NotOpenError, Order

Ending = Callable[[Order], Order]
_Key = tuple[str, str, int]


@attrs.frozen
class Limit:
    """A host refuses everything with ``status`` until ``until``, in ms of its own clock.

    ``has_retry_after`` is whether the answer has a ``Retry-After``.
    """

    status: int
    until: int
    has_retry_after: bool = True


@attrs.define
class Span:
    """A duration of ``ms``, counted from `begin`."""

    ms: int
    _end: int | None = attrs.field(default=None, init=False)

    def begin(self, now: int) -> None:
        """Begin at ``now``, unless it has begun."""
        if self._end is None:
            self._end = now + self.ms

    def is_over(self, now: int) -> bool:
        """Return whether it has begun and ended."""
        return self._end is not None and now >= self._end


@attrs.frozen
class Lag:
    """Queries are answered from the book as it was ``ms`` ago, for ``span``; None never ends."""

    ms: int
    span: Span | None = None


@attrs.frozen
class _Pending:
    order: Order
    requests: int
    ending: Ending


_CLOCKS = {"sapi": "api"}
"""The family whose clock another one has: they are one host, with two limits."""


class Conditions:
    """The lasting conditions of one exchange; safe to use from several threads.

    ``clock`` gives the exchange's time in ms. Hosts are families that share a limit: ``fapi``
    (with dapi), ``eapi``, ``papi``, ``api``, ``sapi``.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self._lock = threading.RLock()
        self._skews: dict[str, int] = {}
        self._limits: dict[str, Limit] = {}
        self._hidden: dict[_Key, int] = {}
        self._lag: Lag | None = None
        self._pending: dict[_Key, _Pending] = {}

    def skew(self, host: str, ms: int) -> None:
        """Let the clock of ``host`` run ``ms`` ahead, or behind if negative; 0 is right again."""
        self._skews[_CLOCKS.get(host, host)] = ms

    def skew_of(self, host: str) -> int:
        """Return by how many ms the clock of ``host`` is ahead."""
        return self._skews.get(_CLOCKS.get(host, host), 0)

    def limit(self, host: str, limit: Limit) -> None:
        """Let ``host`` refuse everything for a while."""
        self._limits[host] = limit

    def limit_of(self, host: str, now: int) -> Limit | None:
        """Return the limit in force at ``host`` when its clock shows ``now`` ms, or None."""
        limit = self._limits.get(host)
        return limit if limit and now < limit.until else None

    def lag(self, lag: Lag) -> None:
        """Let queries lag behind the book, from now on and instead of any lag before."""
        with self._lock:
            self._lag = lag

    def lag_of_query(self) -> int:
        """Return by how many ms a query that is answered now lags behind the book."""
        with self._lock:
            lag = self._lag
            if lag is None:
                return 0
            if lag.span is not None:
                now = self.clock()
                lag.span.begin(now)
                if lag.span.is_over(now):
                    return 0
            return lag.ms

    def hide(self, order: Order, requests: int) -> None:
        """Let the next ``requests`` queries of ``order`` not find it."""
        with self._lock:
            self._hidden[_key(order)] = requests

    def hides(self, order: Order) -> bool:
        """Return whether one query of ``order``, made now, does not find it."""
        with self._lock:
            left = self._hidden.get(_key(order), 0)
            self._hidden[_key(order)] = max(left - 1, 0)
            return left > 0

    def accept(self, order: Order, requests: int, ending: Ending) -> None:
        """Let ``ending`` happen to ``order`` after ``requests`` requests for it."""
        with self._lock:
            self._pending[_key(order)] = _Pending(order, requests, ending)

    def count(self, order: Order) -> None:
        """Count one request for ``order`` that has been served."""
        with self._lock:
            pending = self._pending.get(_key(order))
            if pending is None:
                return
            counted = attrs.evolve(pending, requests=pending.requests - 1)
            self._pending[_key(order)] = counted
            if counted.requests <= 0:
                self._end(counted)

    def finish(self) -> None:
        """Let every pending ending happen now."""
        with self._lock:
            for pending in list(self._pending.values()):
                self._end(pending)

    def lift(self) -> None:
        """Set every clock right, end every limit and every lag; pending endings stay pending."""
        with self._lock:
            self._skews.clear()
            self._limits.clear()
            self._hidden.clear()
            self._lag = None

    def _end(self, pending: _Pending) -> None:
        del self._pending[_key(pending.order)]
        with suppress(NotOpenError):
            pending.ending(pending.order)


def _key(order: Order) -> _Key:
    return order.product, order.symbol, order.order_id
