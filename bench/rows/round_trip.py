"""One cancel by the length of the line."""

from bench.clients import (
    ADAPTER_ASYNC,
    CCXT_ASYNC,
    CCXT_SYNC,
    FAST,
    FLOOR,
    NAUTILUS,
    REQUESTS,
    Client,
)
from bench.ground import ROUND_TRIPS
from bench.rows.row import Entry, Ratio, Row

CLIENTS = (CCXT_SYNC, REQUESTS, FAST, CCXT_ASYNC, ADAPTER_ASYNC, NAUTILUS, FLOOR)
LINES = (0, *ROUND_TRIPS)
COUNT = 6


def name(client: Client, round_trip: int) -> str:
    """Of an entry."""
    return f"{client.name}, {round_trip} ms"


ROW = Row(
    name="round-trip",
    title="One cancel after 50 ms of silence, by round trip",
    about="Over TLS, on a warm connection; 0 ms is loopback alone.",
    entries=tuple(
        Entry(
            name=name(client, line),
            client=client,
            deed="series",
            words={"count": COUNT, "silence": 0.05, "warm": 1},
            round_trip=line,
        )
        for line in LINES
        for client in CLIENTS
    ),
    measures=("p50", "p99"),
    ratios=tuple(
        Ratio(name(CCXT_SYNC, line), name(ours, line))
        for line in LINES
        for ours in (REQUESTS, FAST)
    ),
    rounds=5,
    by_round_trip=True,
)
