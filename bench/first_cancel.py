"""A process that starts, cancels once, and prints when it had the answer and its peak memory.

``python -m bench.first_cancel`` reads ``{"attach": true, "target": {…}, …}``. ccxt loads its
markets first, as it does by itself; the adapter needs none.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from bench.target import FIRST_ORDER, SYMBOL, Target, check, connect, pin, trust


def peak_memory() -> int:
    """Bytes; ``ru_maxrss`` begins with what the parent had, so Linux's own count comes first."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [text for text in status.read_text().splitlines() if text.startswith("VmHWM")]
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Cancel, and print the result."""
    request = json.load(sys.stdin)
    pin(request["core"])
    target = Target(**request["target"])
    trust(target.ca)
    import ccxt

    exchange = connect(ccxt.binance, target)
    if request["attach"]:
        import adapter

        adapter.attach(exchange)
    answer = exchange.cancel_order(str(FIRST_ORDER), SYMBOL)
    took = time.monotonic_ns() - request["started"]
    check(answer, FIRST_ORDER)
    print(json.dumps({"times": [took / 1000], "memory": peak_memory()}))


if __name__ == "__main__":
    main()
