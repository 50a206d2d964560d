"""100 cancels one after the other, as ccxt comes: with its limiter."""

from bench.clients import CCXT_SYNC, FAST, REQUESTS, Client
from bench.rows.row import Entry, Ratio, Row

CLIENTS = (CCXT_SYNC, REQUESTS, FAST)


def _name(client: Client, round_trip: int) -> str:
    return f"{client.name}, {round_trip} ms" if round_trip else client.name


def _ratio(ours: Client, goal: float | None = None) -> Ratio:
    return Ratio(
        CCXT_SYNC.name,
        ours.name,
        "total",
        at_least=goal,
        says=f"100 cancels one after the other, ccxt's limiter on, sync ({ours.name})",
        at_20=(_name(CCXT_SYNC, 20), _name(ours, 20)),
    )


ROW = Row(
    name="limited-series",
    title="100 cancels one after the other, limiter on, sync",
    about="From the first call to the last answer, on loopback and over a line of 20 ms.",
    entries=tuple(
        Entry(
            name=_name(client, round_trip),
            client=client,
            deed="series",
            words={"count": 100},
            round_trip=round_trip,
            limiter=True,
        )
        for round_trip in (0, 20)
        for client in CLIENTS
    ),
    measures=("total",),
    ratios=(_ratio(REQUESTS, 100), _ratio(FAST)),
    rounds=3,
)
