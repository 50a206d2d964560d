"""One cancel by the kind of the key that signs it."""

from bench.clients import CCXT_SYNC, REQUESTS, Client
from bench.rows.row import Entry, Ratio, Row

GOALS = {"rsa-2048": 50.0, "rsa-4096": 90.0, "ed25519": 2.5}
WORDS = {"rsa-2048": "RSA-2048", "rsa-4096": "RSA-4096", "ed25519": "Ed25519"}
COUNTS = {"rsa-2048": 20, "rsa-4096": 8, "ed25519": 100}


def _name(client: Client, key: str) -> str:
    return f"{client.name}, {key}"


ROW = Row(
    name="keys",
    title="One cancel by kind of key, sync, limiter off",
    about="After three that are not measured.",
    entries=tuple(
        Entry(
            name=_name(client, key),
            client=client,
            deed="series",
            words={"count": COUNTS[key]},
            key=key,
        )
        for key in GOALS
        for client in (CCXT_SYNC, REQUESTS)
    ),
    measures=("p50", "cpu"),
    ratios=tuple(
        Ratio(
            _name(CCXT_SYNC, key),
            _name(REQUESTS, key),
            at_least=goal,
            says=f"one cancel, signed with a key of {WORDS[key]}, sync",
        )
        for key, goal in GOALS.items()
    ),
    rounds=5,
)
