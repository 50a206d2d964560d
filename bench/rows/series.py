"""What one cancel after another costs, of everybody."""

from bench.clients import (
    ADAPTER_ASYNC,
    CCXT_ASYNC,
    CCXT_SYNC,
    EVERYBODY,
    FAST,
    FLOOR,
    REQUESTS,
)
from bench.rows.row import Ratio, Row, entries

CPU = "processor time of one cancel, limiter off"
ONE = "one cancel after another, limiter off"

ROW = Row(
    name="series",
    title="One cancel after another, limiter off, over TLS",
    about="100 in a round, on one warm connection; the time of each, and its share of processor.",
    entries=entries(EVERYBODY, "series", count=100),
    measures=("p50", "p99", "cpu"),
    ratios=(
        Ratio(CCXT_SYNC.name, REQUESTS.name, "cpu", at_least=2.5, says=f"{CPU}, sync (requests)"),
        Ratio(CCXT_SYNC.name, FAST.name, "cpu", at_least=5, says=f"{CPU}, sync (fast)"),
        Ratio(CCXT_ASYNC.name, ADAPTER_ASYNC.name, at_least=1.5, says=f"{ONE}, async"),
        Ratio(CCXT_SYNC.name, FLOOR.name, "cpu"),
    ),
    rounds=20,
)
