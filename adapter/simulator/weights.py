"""The weight that is used of a minute, of each family of hosts."""

from collections.abc import Callable

import attrs


@attrs.define
class Weights:
    """Counts by the minutes of ``clock``, which gives ms since 1970."""

    clock: Callable[[], int]
    used: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    """By family, the minute and what is used of it."""

    def add(self, host: str, weight: int) -> int:
        """Use so much of this minute; return what is used of it."""
        minute = self.clock() // 60_000
        last, used = self.used.get(host, (minute, 0))
        used = weight + (used if last == minute else 0)
        self.used[host] = (minute, used)
        return used
