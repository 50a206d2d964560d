"""100 cancels at once over a line of 20 ms, of all that are async."""

from typing import Any

from bench.clients import ADAPTER_ASYNC, ASYNC, CCXT_ASYNC, Client
from bench.rows.row import Entry, Ratio, Row

ROUND_TRIP = 20
FIRST, WARMED, PREWARMED, LIMITED = "first burst", "warmed", "first burst, prewarmed", "limiter on"
WAYS: dict[str, dict[str, Any]] = {FIRST: {}, WARMED: {"bursts": 2}, PREWARMED: {"prewarm": True}}


def name(client: Client, way: str) -> str:
    """Of an entry."""
    return f"{client.name}, {way}"


def _entry(client: Client, way: str) -> Entry:
    return Entry(
        name=name(client, way),
        client=client,
        deed="burst",
        words={"count": 100, **WAYS.get(way, {})},
        round_trip=ROUND_TRIP,
        limiter=way == LIMITED,
    )


ROW = Row(
    name="burst",
    title="100 cancels at once, async, over TLS, 20 ms round trip",
    about="From the first call to the last answer. The first burst finds one connection open and"
    " opens the others; warmed is the third burst; prewarmed is a first burst after prewarm().",
    entries=(
        _entry(CCXT_ASYNC, LIMITED),
        *(_entry(client, way) for way in (FIRST, WARMED) for client in ASYNC),
        _entry(ADAPTER_ASYNC, PREWARMED),
    ),
    measures=("total", "cpu"),
    ratios=(
        Ratio(
            name(CCXT_ASYNC, FIRST),
            name(ADAPTER_ASYNC, FIRST),
            "total",
            at_least=1,
            says="100 cancels at once, limiter off, first burst, async",
        ),
        Ratio(
            name(CCXT_ASYNC, WARMED),
            name(ADAPTER_ASYNC, WARMED),
            "total",
            at_least=1,
            says="100 cancels at once, limiter off, connections warm, async",
        ),
        Ratio(
            name(CCXT_ASYNC, FIRST),
            name(ADAPTER_ASYNC, PREWARMED),
            "total",
            says="100 cancels at once, limiter off, first burst, the adapter prewarmed, async",
        ),
        Ratio(name(ADAPTER_ASYNC, PREWARMED), name(ADAPTER_ASYNC, WARMED), "total", at_most=1.15),
        Ratio(name(CCXT_ASYNC, LIMITED), name(ADAPTER_ASYNC, WARMED), "total"),
    ),
    rounds=6,
)
