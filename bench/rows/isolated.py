"""One cancel out of silence, as in most emergencies, of everybody."""

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

ONE = "one cancel out of silence, limiter off"
OTHERS = [client for client in EVERYBODY if client.needs]

ROW = Row(
    name="isolated",
    title="One cancel after 50 ms of silence, limiter off, over TLS",
    about="On a warm connection. After a silence caches are cold and the processor has slept.",
    entries=entries(EVERYBODY, "series", count=12, silence=0.05),
    measures=("p50", "p99", "cpu"),
    ratios=(
        Ratio(CCXT_SYNC.name, REQUESTS.name, at_least=1.7, says=f"{ONE}, sync (requests)"),
        Ratio(CCXT_SYNC.name, FAST.name, at_least=2.8, says=f"{ONE}, sync (fast)"),
        Ratio(CCXT_ASYNC.name, ADAPTER_ASYNC.name, at_least=1.4, says=f"{ONE}, async"),
        Ratio(FAST.name, FLOOR.name, at_most=1.3),
        *(Ratio(other.name, FAST.name, at_least=1) for other in OTHERS),
    ),
    rounds=14,
)
