"""100 cancels at once, as ccxt comes: with its limiter."""

from bench.clients import ADAPTER_ASYNC, CCXT_ASYNC
from bench.rows.row import Entry, Ratio, Row

ROW = Row(
    name="limited-burst",
    title="100 cancels at once, limiter on, async",
    about="From the first call to the last answer. The adapter's connections are warm.",
    entries=(
        Entry(
            name=CCXT_ASYNC.name,
            client=CCXT_ASYNC,
            deed="burst",
            words={"count": 100},
            limiter=True,
        ),
        Entry(
            name=ADAPTER_ASYNC.name,
            client=ADAPTER_ASYNC,
            deed="burst",
            words={"count": 100, "bursts": 1},
            limiter=True,
        ),
    ),
    measures=("total",),
    ratios=(
        Ratio(
            CCXT_ASYNC.name,
            ADAPTER_ASYNC.name,
            "total",
            at_least=150,
            says="100 cancels at once, ccxt's limiter on, async",
        ),
    ),
    rounds=5,
)
