"""One cancel while market-data calls wait in ccxt's queue."""

import attrs

from bench.clients import ADAPTER_ASYNC, CCXT_ASYNC
from bench.rows.row import Limit, Ratio, Row, entries

ROW = Row(
    name="behind-queue",
    title="One async cancel behind 50 queued market-data calls",
    about="From the call to the answer; and by how much the last of the 50 calls is later than"
    " without the cancel, which is how the queue is charged for it.",
    entries=tuple(
        attrs.evolve(entry, limiter=True)
        for entry in entries((CCXT_ASYNC, ADAPTER_ASYNC), "behind_queue", calls=50)
    ),
    measures=("p50", "later"),
    ratios=(
        Ratio(
            CCXT_ASYNC.name,
            ADAPTER_ASYNC.name,
            says="one cancel behind 50 queued market-data calls, async",
        ),
    ),
    limits=(Limit(ADAPTER_ASYNC.name, "p50", below=5000),),
    rounds=4,
)
