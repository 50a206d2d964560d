"""Which fault comes next: the schedule of one simulator."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from adapter.simulator.conditions import Conditions, Span
from adapter.simulator.exchange import Request
from adapter.simulator.faults.model import DELAY, METHODS, Fault


@attrs.frozen
class Played:
    """A fault, and the request that it hit."""

    fault: Fault
    request: Request


@attrs.frozen(eq=False)
class _Planned:
    fault: Fault
    span: Span | None


class Schedule:
    """Faults in the order in which they are to be played; safe to use from several threads.

    ``faults`` are the known ones by name. ``hurry`` ends the delays in progress and
    returns when what they delayed is done. ``delay`` is the default of a delay, in s.
    """

    def __init__(
        self, faults: Mapping[str, Fault], conditions: Conditions, hurry: Callable[[], None]
    ) -> None:
        self.delay = DELAY
        self._faults = faults
        self._conditions = conditions
        self._hurry = hurry
        self._lock = threading.Lock()
        self._left: list[_Planned] = []
        self._played: list[Played] = []

    @property
    def left(self) -> tuple[Fault, ...]:
        """What is still to be played, the next one first; a burst until it is over."""
        with self._lock:
            self._end_bursts()
            return tuple(planned.fault for planned in self._left)

    @property
    def played(self) -> tuple[Played, ...]:
        """What has been played, the first one first, with the request it hit.

        What is in here has been executed, unless it is to be executed late.
        """
        with self._lock:
            return tuple(self._played)

    def play(
        self,
        *faults: Fault | str | None,
        on: str | None = None,
        seconds: float | None = None,
        requests: int | None = None,
        for_seconds: float | None = None,
        lag: float | None = None,
    ) -> None:
        """Let each of the coming order requests be hit by one of ``faults``, in this order.

        A fault is a value or a name; None is no fault. With ``on`` they wait for requests of that
        method and let others pass; ``seconds`` and ``requests`` are how long, and for how many
        further requests, they last. With ``for_seconds`` a fault is a burst: it hits every such
        request for so long, from the first that it hits, and the next faults come afterwards.

        ``query_lag`` takes no request: from now on every query is answered from the book as it was
        ``lag`` s ago (0 to 20, default 1), while cancels work on the book as it is. It lasts
        until `clear` or the next ``query_lag``, or ``for_seconds`` from the first query on.

        Times are by the exchange's clock. Raises ValueError for an unknown name or method, for an
        invalid time, and for what does not apply to the fault; then nothing is planned.
        """
        if on is not None and on not in METHODS:
            raise ValueError(f"on={on!r} is no method of an order request: {sorted(METHODS)}")
        given: dict[str, Any] = {"on": on, "seconds": seconds, "requests": requests}
        given |= {"for_seconds": for_seconds, "lag": lag}
        changes = {name: value for name, value in given.items() if value is not None}
        self._plan([_changed(self._named(fault), changes) for fault in faults])

    def clear(self) -> None:
        """Forget what is left and what was played, and end all lasting conditions.

        Clocks are right again, limits and lags are over. Delays and accepted cancels stay
        pending: ``finish`` ends those.
        """
        with self._lock:
            self._left, self._played = [], []
        self._conditions.lift()

    def finish(self) -> None:
        """Let all that is pending happen now.

        Delayed requests are executed, delayed answers sent, accepted cancels take effect.
        Returns when it has happened.
        """
        self._hurry()
        self._conditions.finish()

    def take(self, request: Request) -> Fault | None:
        """Take the fault that is to hit ``request`` off what is left; None if there is none.

        It is the first one left that does not wait for another method. A burst is left until it
        is over.
        """
        with self._lock:
            self._end_bursts()
            for planned in self._left:
                if planned.fault.on in (None, request.method):
                    if planned.span is None:
                        self._left.remove(planned)
                    else:
                        planned.span.begin(self._conditions.clock())
                    return self._timed(planned.fault)
        return None

    def note(self, fault: Fault, request: Request) -> None:
        """Record that ``fault`` has hit ``request``: it is executed by now, if at once."""
        with self._lock:
            self._played.append(Played(fault, request))

    def _plan(self, faults: list[Fault]) -> None:
        with self._lock:
            for fault in faults:
                if fault.lagging is not None:
                    self._conditions.lag(fault.lagging)
                else:
                    self._left.append(_Planned(fault, fault.span))

    def _end_bursts(self) -> None:
        now = self._conditions.clock()
        self._left = [p for p in self._left if p.span is None or not p.span.is_over(now)]

    def _timed(self, fault: Fault) -> Fault:
        if fault.delay is None or fault.seconds is not None:
            return fault
        return attrs.evolve(fault, seconds=self.delay)

    def _named(self, fault: Fault | str | None) -> Fault:
        if isinstance(fault, Fault):
            return fault
        name = "none" if fault is None else fault
        if name not in self._faults:
            raise ValueError(f"no fault is called {name!r}; there are {', '.join(self._faults)}")
        return self._faults[name]


_OF_LAG = frozenset({"lag", "for_seconds"})


def _changed(fault: Fault, changes: dict[str, Any]) -> Fault:
    """Return ``fault`` with ``changes``; raises ValueError for one that does not apply to it."""
    if fault.lag is None and "lag" in changes:
        raise ValueError(f"{fault.name} has no lag: that is for query_lag")
    unknown = changes.keys() - _OF_LAG - ({"on"} if changes.get("on") == "GET" else set())
    if fault.lag is not None and unknown:
        words = ", ".join(f"{name}={changes[name]!r}" for name in sorted(unknown))
        raise ValueError(f"{fault.name} is for queries, and takes lag and for_seconds, not {words}")
    return attrs.evolve(fault, **changes)
