"""The used weight per minute, of each family of hosts."""

from collections.abc import Callable

import attrs


@attrs.define
class Weights:
    """Counts by the minutes of ``clock``, which gives ms since 1970."""

    clock: Callable[[], int]
    used: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    """By family, the minute and its used weight."""

    def add(self, host: str, weight: int) -> int:
        """Add ``weight`` to this minute; return its used weight."""
        minute = self.clock() // 60_000
        last, used = self.used.get(host, (minute, 0))
        used = weight + (used if last == minute else 0)
        self.used[host] = (minute, used)
        return used
