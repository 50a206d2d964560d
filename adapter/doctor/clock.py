"""By how much this machine's clock and the exchange's differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from adapter.call import Reply
from adapter.doctor.asking import Asked
from adapter.doctor.findings import WARNING, WRONG, Finding
from adapter.product import Venue

TAKEN_AHEAD = 1000
"""ms; a timestamp that is further ahead is refused."""
PAGE_TELLS, DATE_TELLS = 1, 1000
"""ms; a time page has whole milliseconds, the ``Date`` of an answer whole seconds, cut off."""
REMEDY = (
    "Set this machine's clock by a time server (Linux: timedatectl set-ntp true; Windows: w32tm"
    " /resync; in a virtual machine or WSL, the clock of the machine that it runs on)."
)
UNTIL_THEN = (
    " Until then an exchange object's first cancel is refused once and sent again with the"
    " exchange's time; before that, ccxt's own calls fail, unless its options say"
    " adjustForTimeDifference."
)


@attrs.frozen(kw_only=True)
class Clock:
    """One comparison of the two clocks."""

    ahead_ms: float
    """By how much this machine's is ahead; below zero it is behind."""
    uncertain_ms: float
    """By how much that may be wrong, either way."""
    round_trip_ms: float
    source: str
    """``"time page"`` or ``"Date header"``."""
    corrected_ms: int = 0
    """What the exchange object adds to the time when it signs."""

    @property
    def stamped_ahead(self) -> float:
        """By how many ms what is signed is ahead."""
        return self.ahead_ms + self.corrected_ms


def compared(asked: Iterable[Asked], venue: Venue, corrected: int) -> Clock | None:
    """The comparison by the quickest answer that tells the time; None where none does."""
    found = [clock for one in asked if (clock := _compared(one, venue, corrected)) is not None]
    return min(found, key=lambda clock: clock.uncertain_ms, default=None)


def _compared(asked: Asked, venue: Venue, corrected: int) -> Clock | None:
    reply, half = asked.reply, asked.ms / 2
    if not isinstance(reply, Reply):
        return None
    tells, source = PAGE_TELLS, "time page"
    server = venue.server_time(attrs.evolve(reply, headers={}))
    if server is None:
        tells, source = DATE_TELLS, "Date header"
        server = venue.server_time(reply)
    if server is None:
        return None
    return Clock(
        ahead_ms=round(reply.time - half - server - tells / 2, 1),
        uncertain_ms=round(half + tells / 2, 1),
        round_trip_ms=asked.ms,
        source=source,
        corrected_ms=corrected,
    )


def correction(exchange: Any) -> int:
    """What the exchange object adds to its clock when it signs, in ms."""
    before, stamp, after = exchange.milliseconds(), exchange.nonce(), exchange.milliseconds()
    return 0 if before <= stamp <= after else int(stamp - before)


def judged(clock: Clock, host: str, window: int | None) -> Finding | None:
    """What there is to mend; ``window`` is the ``recvWindow`` of requests, in ms."""
    off = clock.stamped_ahead
    surely = max(0.0, abs(off) - clock.uncertain_ms)
    if surely < TAKEN_AHEAD:
        return None
    side = "ahead of" if off > 0 else "behind"
    what = f"the time in requests is {span(off)} {side} the exchange's"
    if off > 0 or (window is not None and surely > window):
        return Finding(level=WRONG, where=host, what=what, remedy=REMEDY + UNTIL_THEN)
    return Finding(level=WARNING, where=host, what=what, remedy=REMEDY)


def span(ms: float) -> str:
    """A length of time, for people."""
    ms = abs(ms)
    for unit, size in (("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000)):
        if ms >= 2 * size:
            return f"{ms / size:.1f} {unit}"
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"
