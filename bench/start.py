"""A process that begins, cancels once, and says when it had the answer, and how large it became.

``python -m bench.start`` reads ``{"who": "ccxt", "target": {…}}``. ccxt loads its markets first, as
it does by itself; the adapter needs none.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from bench import trust
from bench.pinning import stay_on
from bench.target import FIRST_ORDER, SYMBOL, Target, check


def connected(who: str, target: Target) -> Any:
    """A sync exchange object with ccxt's defaults and no markets."""
    import ccxt

    from bench.peers.ccxt_sync import config, connected

    exchange = connected(ccxt.binance(config(target)), target)
    if who == "adapter":
        import adapter

        adapter.attach(exchange)
    return exchange


def largest() -> int:
    """Bytes of memory that this process had at most.

    ``ru_maxrss`` begins with what the parent had, so that is asked last.
    """
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [text for text in status.read_text().splitlines() if text.startswith("VmHWM")]
        return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Cancel, and print what came of it."""
    line = json.load(sys.stdin)
    stay_on(line["core"])
    target = Target(**line["target"])
    trust.by_default(target.ca)
    exchange = connected(line["who"], target)
    answer = exchange.cancel_order(str(FIRST_ORDER), SYMBOL)
    took = time.monotonic_ns() - line["began"]
    check(answer, FIRST_ORDER)
    print(json.dumps({"times": [took / 1000], "memory": largest()}))


if __name__ == "__main__":
    main()
