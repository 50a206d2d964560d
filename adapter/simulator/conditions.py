"""What holds at the exchange for longer than one request: clocks, bans, lags, cancels under way."""

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

    ``tells`` is whether the answer says so in ``Retry-After``.
    """

    status: int
    until: int
    tells: bool = True


@attrs.frozen
class _Pending:
    order: Order
    requests: int
    ending: Ending


class Conditions:
    """The standing conditions of one exchange; safe to use from several threads.

    Hosts are families that share a limit: ``fapi`` (with dapi), ``eapi``, ``papi``, ``api``,
    ``sapi``.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._skews: dict[str, int] = {}
        self._limits: dict[str, Limit] = {}
        self._lags: dict[_Key, int] = {}
        self._pending: dict[_Key, _Pending] = {}

    def skew(self, host: str, ms: int) -> None:
        """Let the clock of ``host`` run ``ms`` ahead, or behind if negative; 0 is right again."""
        self._skews[host] = ms

    def skew_of(self, host: str) -> int:
        """Return by how many ms the clock of ``host`` is ahead."""
        return self._skews.get(host, 0)

    def limit(self, host: str, limit: Limit) -> None:
        """Let ``host`` refuse everything for a while."""
        self._limits[host] = limit

    def limit_of(self, host: str, now: int) -> Limit | None:
        """Return the limit in force at ``host`` when its clock says ``now`` ms, or None."""
        limit = self._limits.get(host)
        return limit if limit and now < limit.until else None

    def hide(self, order: Order, requests: int) -> None:
        """Let the next ``requests`` queries of ``order`` not find it."""
        with self._lock:
            self._lags[_key(order)] = requests

    def hides(self, order: Order) -> bool:
        """Return whether one query of ``order``, made now, does not find it."""
        with self._lock:
            left = self._lags.get(_key(order), 0)
            self._lags[_key(order)] = max(left - 1, 0)
            return left > 0

    def accept(self, order: Order, requests: int, ending: Ending) -> None:
        """Let ``ending`` happen to ``order`` after ``requests`` requests that mean it."""
        with self._lock:
            self._pending[_key(order)] = _Pending(order, requests, ending)

    def count(self, order: Order) -> None:
        """Count one request that meant ``order`` and has been served."""
        with self._lock:
            pending = self._pending.get(_key(order))
            if pending is None:
                return
            counted = attrs.evolve(pending, requests=pending.requests - 1)
            self._pending[_key(order)] = counted
            if counted.requests <= 0:
                self._end(counted)

    def finish(self) -> None:
        """Let every ending under way happen now."""
        with self._lock:
            for pending in list(self._pending.values()):
                self._end(pending)

    def lift(self) -> None:
        """Set every clock right, end every limit and every lag; endings under way stay so."""
        with self._lock:
            self._skews.clear()
            self._limits.clear()
            self._lags.clear()

    def _end(self, pending: _Pending) -> None:
        del self._pending[_key(pending.order)]
        with suppress(NotOpenError):
            pending.ending(pending.order)


def _key(order: Order) -> _Key:
    return order.product, order.symbol, order.order_id
