"""What the adapter costs where nothing is cancelled: one cost, in a process that begins for it.

``python -m bench.footprint`` reads ``{"what": "import adapter"}``; the costs are in `COSTS`, and
those of ccxt itself are among them, to set ours against.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from bench.pinning import stay_on

MANY = 50
"""Exchange objects over which memory and a later ``attach`` are averaged."""


def main() -> None:
    """Measure one cost, and print it."""
    line = json.load(sys.stdin)
    stay_on(line["core"])
    print(json.dumps(COSTS[line["what"]]()))


def _clocked(deed: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter_ns()
    result = deed()
    return (time.perf_counter_ns() - start) / 1000, result


def _import(name: str) -> dict[str, Any]:
    took, _ = _clocked(lambda: __import__(name))
    return {"times": [took]}


def import_adapter() -> dict[str, Any]:
    """After ccxt, which a bot has imported anyway."""
    import ccxt  # noqa: F401  # loaded is all it has to be

    return _import("adapter")


def construct() -> dict[str, Any]:
    """One ``ccxt.binance()``, not the first."""
    import ccxt

    ccxt.binance()
    took, _ = _clocked(lambda: [ccxt.binance() for _ in range(MANY)])
    return {"times": [took / MANY]}


def first_attach() -> dict[str, Any]:
    """With the imports that ``import adapter`` puts off."""
    import ccxt

    import adapter

    exchange = ccxt.binance()
    took, _ = _clocked(lambda: adapter.attach(exchange))
    return {"times": [took]}


def attach() -> dict[str, Any]:
    """To another exchange object."""
    import ccxt

    import adapter

    adapter.attach(ccxt.binance())
    exchanges = [ccxt.binance() for _ in range(MANY)]
    took, _ = _clocked(lambda: [adapter.attach(exchange) for exchange in exchanges])
    return {"times": [took / MANY]}


def exchange_memory() -> dict[str, Any]:
    """Of one more ``ccxt.binance()``, as Python counts it."""
    import ccxt

    ccxt.binance()
    tracemalloc.start()
    kept = [ccxt.binance() for _ in range(MANY)]
    return {"memory": tracemalloc.get_traced_memory()[0] / len(kept)}


def attach_memory() -> dict[str, Any]:
    """That ``attach`` adds to one more exchange object."""
    import ccxt

    import adapter

    adapter.attach(ccxt.binance())
    exchanges = [ccxt.binance() for _ in range(MANY)]
    tracemalloc.start()
    for exchange in exchanges:
        adapter.attach(exchange)
    return {"memory": tracemalloc.get_traced_memory()[0] / MANY}


COSTS: dict[str, Callable[[], dict[str, Any]]] = {
    "import ccxt": lambda: _import("ccxt"),
    "import adapter": import_adapter,
    "ccxt.binance()": construct,
    "first attach": first_attach,
    "attach": attach,
    "memory of ccxt.binance()": exchange_memory,
    "memory of attach": attach_memory,
}

if __name__ == "__main__":
    main()
