"""A flood: 10,000 cancels offered within a minute to a host that takes 2,400 of them in one.

``python -m bench.flood`` plays it in time that nobody has to wait for: the adapter and ccxt's
throttle are the real ones, the host, the line and the clocks are not. Market data is asked for all
the time, through ccxt's own queue. It is played under both of ccxt's algorithms; with callers whose
deadline lasts, and with such as have the default and come again when `adapter.RateLimited` tells
them. Writes flood.json beside this file. Exit 1 where the host refused a request, the last cancel
came later than it had to, market data did not get through, or a caller was told a wrong time.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import itertools
import json
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from adapter.budget import EDGE, KEPT_FREE
from adapter.turns import APART
from bench.offering import LIMIT, PHASE, WITHIN, Flood, Told, flooded
from bench.weighing import MINUTE, TRIP

CANCELS = 10_000
LASTS = 600.0
"""Seconds; a deadline that ends nothing here."""
KINDS = tuple(itertools.product(("leakyBucket", "rollingWindow"), (LASTS, None)))
"""Algorithms and deadlines."""
FILE = Path(__file__).parent / "flood.json"


def earliest(cancels: int) -> float:
    """When the last one could go, were each of the host's minutes used from its first ms on."""
    sent = 0
    for begins in itertools.count(-PHASE, MINUTE):
        offered = int((begins + MINUTE) * cancels / WITHIN) + 1
        sent += min(int(LIMIT * (1 - KEPT_FREE)), min(cancels, offered) - sent)
        if sent == cancels:
            break
    return max(begins, WITHIN * (cancels - 1) / cancels)


def tolerance(last: int) -> float:
    """Seconds by which the last answer may come later, with ``last`` cancels in its minute.

    Nobody but the host knows to the ms when its minute begins; those that have waited go one after
    the other; and there is a way there and back.
    """
    return (EDGE + last * APART) / 1000 + 3 * TRIP[1]


def least(rate_limit: float) -> int:
    """For how many market-data calls each minute has room: ccxt lets one go in so many ms.

    They have what is kept free of the limit, less what the edge of a minute and the way take.
    """
    return int(LIMIT * KEPT_FREE - (EDGE + 3000 * TRIP[1]) / rate_limit)


def found(flood: Flood) -> dict[str, Any]:
    """What came of a flood. All times are in s since the first cancel was offered."""
    minutes, late = flood.minutes(), [_late(told) for told in flood.told]
    return {
        "algorithm": flood.algorithm,
        "deadline": flood.deadline,
        "refused": flood.host.refused,
        "finish": round(flood.finish, 2),
        "earliest": round(earliest(flood.cancels), 2),
        "latest": round(earliest(flood.cancels) + tolerance(minutes[-1]["cancels"]), 2),
        "held": flood.held,
        "limited": len(late),
        "told too late by": [round(min(late), 2), round(max(late), 2)] if late else None,
        "market data at least": least(flood.rate_limit),
        "minutes": minutes,
    }


def _late(told: Told) -> float:
    """By how many s a caller was told a later time than that of the host's next minute."""
    return told.retry_after - (MINUTE - (told.now + PHASE) % MINUTE)


def wrong(found: dict[str, Any]) -> Iterator[str]:
    """What should not be, in words."""
    if found["refused"]:
        yield f"the host refused {found['refused']} requests"
    if not found["earliest"] <= found["finish"] <= found["latest"]:
        yield f"the last answer came after {found['finish']} s, not by {found['latest']} s"
    market = min(minute["market data"] for minute in found["minutes"][:-1])
    if market < found["market data at least"]:
        yield f"in a minute, {market} market-data calls got through"
    first, last = found["told too late by"] or (0, 0)
    if first < 0 or last > tolerance(0):
        yield f"the next minute comes {first} to {last} s before the callers were told it would"


def report(floods: Iterable[Flood]) -> dict[str, Any]:
    """All that was found, and with what."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("ccxt", "ccxt-adapter")},
        },
        "limit": LIMIT,
        "cancels": CANCELS,
        "floods": [found(flood) for flood in floods],
    }


def main() -> int:
    """Play, write, print; returns 1 where something is not as it should be."""
    argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__).parse_args()
    all_found = report(flooded(algorithm, CANCELS, deadline) for algorithm, deadline in KINDS)
    text = json.dumps(all_found, indent=2) + "\n"
    FILE.write_text(text)
    complaints = [f"{f['algorithm']}: {text}" for f in all_found["floods"] for text in wrong(f)]
    print(text, *complaints, sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
