"""A flood: 10,000 cancels offered within a minute to a host that takes 2,400 of them in one.

``python -m bench.flood`` runs it in virtual time: the adapter and ccxt's throttle are the real
ones, the host, the network and the clocks are not. Market data is asked for all the time, through
ccxt's own queue. It is run under both of ccxt's algorithms; with callers whose deadline lasts, and
with such as have the default and come again when `adapter.RateLimited` tells them. Writes
flood.json beside this file. Exit 1 where the host refused a request, the last cancel came later
than it had to, market data did not get through, or a caller was told a wrong time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapter.core.rate_limit import MINUTE_SLACK_MS, RESERVE_SHARE
from adapter.core.wait_queue import SPACING_MS
from bench.flood_model import DURATION, LATENCY, LIMIT, MINUTE, PHASE, Flood, simulate
from bench.machine import measured_with

CANCELS = 10_000
LONG_DEADLINE = 600.0
"""Seconds; it ends nothing here."""
KINDS = tuple(itertools.product(("leakyBucket", "rollingWindow"), (LONG_DEADLINE, None)))
"""Algorithms and deadlines."""
FILE = Path(__file__).parent / "flood.json"


def earliest(cancels: int) -> float:
    """When the last one could go, were each of the host's minutes used from its first ms on."""
    sent = 0
    for begin in itertools.count(-PHASE, MINUTE):
        offered = int((begin + MINUTE) * cancels / DURATION) + 1
        sent += min(int(LIMIT * (1 - RESERVE_SHARE)), min(cancels, offered) - sent)
        if sent == cancels:
            break
    return max(begin, DURATION * (cancels - 1) / cancels)


def tolerance(last: int) -> float:
    """Seconds by which the last answer may come later, with ``last`` cancels in its minute.

    Nobody but the host knows to the ms when its minute begins; those that have waited go one after
    the other; and there is a way there and back.
    """
    return (MINUTE_SLACK_MS + last * SPACING_MS) / 1000 + 3 * LATENCY[1]


def least_market_data(rate_limit: float) -> int:
    """For how many market-data calls each minute has room: ccxt lets one go in so many ms.

    They have what is kept free of the limit, less what the edge of a minute and the way take.
    """
    return int(LIMIT * RESERVE_SHARE - (MINUTE_SLACK_MS + 3000 * LATENCY[1]) / rate_limit)


def result(flood: Flood) -> dict[str, Any]:
    """What came of a flood. All times are in s since the first cancel was offered."""
    minutes = flood.minutes()
    late = [after - (MINUTE - (now + PHASE) % MINUTE) for now, after in flood.limited]
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
        "market data at least": least_market_data(flood.rate_limit),
        "minutes": minutes,
    }


def violations(result: dict[str, Any]) -> Iterator[str]:
    """Violations, as text."""
    if result["refused"]:
        yield f"the host refused {result['refused']} requests"
    if not result["earliest"] <= result["finish"] <= result["latest"]:
        yield f"the last answer came after {result['finish']} s, not by {result['latest']} s"
    market = min(minute["market data"] for minute in result["minutes"][:-1])
    if market < result["market data at least"]:
        yield f"in a minute, {market} market-data calls got through"
    first, last = result["told too late by"] or (0, 0)
    if first < 0 or last > tolerance(0):
        yield f"the next minute comes {first} to {last} s before the callers were told it would"


def main() -> int:
    """Simulate, write, print; returns 1 where something is not as it should be."""
    argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__).parse_args()
    results = [result(simulate(algorithm, CANCELS, deadline)) for algorithm, deadline in KINDS]
    report = {
        **measured_with("ccxt", "ccxt-adapter"),
        "limit": LIMIT,
        "cancels": CANCELS,
        "floods": results,
    }
    text = json.dumps(report, indent=2) + "\n"
    FILE.write_text(text)
    wrong = [f"{found['algorithm']}: {text}" for found in results for text in violations(found)]
    print(text, *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
