"""A process that starts for one measurement: a first cancel, or what an import or an object costs.

``python -m bench.fresh`` reads ``{"task": "first_cancel", "target": {…}, …}``, and prints the
result. Nothing but the standard library is imported before the task begins.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from bench import target as bench

Json = dict[str, Any]

MANY = 50
"""Exchange objects of which the memory is averaged."""


def first_cancel(target: bench.Target, *, started: int, transport: str | None) -> Json:
    """From the start of the process to the answer; plain ccxt loads its markets by itself."""
    [exchange] = _exchanges(target)
    if transport is not None:
        bench.attach(exchange, transport)
    answer = exchange.cancel_order(str(bench.FIRST_ORDER), bench.SYMBOL)
    took = time.monotonic_ns() - started
    bench.check(answer, bench.FIRST_ORDER)
    return {"p50": took / 1000}


def cost(target: bench.Target, *, of: str, memory: bool, **_: object) -> Json:
    """The µs, or the bytes that Python allocates, of one of `COSTS`, beyond what comes before."""
    prepare, action, count = COSTS[of]
    prepared = prepare(target)
    if memory:
        tracemalloc.start()
    start = time.perf_counter_ns()
    result = action(target, prepared)
    took = (time.perf_counter_ns() - start) / 1000
    traced = tracemalloc.get_traced_memory()[0]
    del result  # kept until it was counted
    return {"memory": traced / count} if memory else {"p50": took / count}


def _exchanges(target: bench.Target, count: int = 1) -> list[Any]:
    ccxt = importlib.import_module("ccxt")
    return [bench.connect(ccxt.binance, target) for _ in range(count)]


def _attach(exchange: Any) -> Any:
    return importlib.import_module("adapter").attach(exchange)


def _use(exchanges: list[Any]) -> list[Any]:
    for exchange in exchanges:
        bench.check(_attach(exchange).cancel_order("1", bench.SYMBOL), 1)
    return exchanges


Cost = tuple[Callable[[bench.Target], Any], Callable[[bench.Target, Any], Any], int]
COSTS: dict[str, Cost] = {
    "ccxt": (lambda _: None, lambda *_: importlib.import_module("ccxt"), 1),
    # after ccxt, which a bot has imported anyway, and with what `import adapter` puts off
    "adapter": (_exchanges, lambda _, exchanges: _attach(exchanges[0]), 1),
    "exchange": (_exchanges, lambda target, _: _exchanges(target, MANY), MANY),
    # none of them is the first
    "attached": (
        lambda target: _use(_exchanges(target)) and _exchanges(target, MANY),
        lambda _, exchanges: _use(exchanges),
        MANY,
    ),
}
"""What is done before, what is measured, and for how many objects that is."""


if __name__ == "__main__":
    request = json.load(sys.stdin)
    bench.pin(request.pop("core"))
    target = bench.Target(**request.pop("target"))
    bench.trust(target.ca)
    tasks: dict[str, Callable[..., Json]] = {"first_cancel": first_cancel, "cost": cost}
    try:
        result = tasks[request.pop("task")](target, **request)
    except bench.UnavailableError as e:
        result = {"unavailable": str(e)}
    print(json.dumps(result))
