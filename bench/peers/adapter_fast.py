"""The adapter on a sync exchange of ccxt, with its extra ``fast``."""

from __future__ import annotations

from adapter import attach
from bench.peers import extra
from bench.peers.ccxt_sync import client, exchange_at
from bench.target import Client, Target, UnavailableError


def prepare(target: Target) -> Client:
    """ccxt's client, and one line more."""
    if not extra.modules():
        raise UnavailableError("this adapter has no extra fast")
    if missing := extra.missing():
        raise UnavailableError(f"{', '.join(missing)} is missing: pip install -e '.[bench]'")
    made = client(attach(exchange_at(target)))

    def close() -> None:
        made.close()
        if not extra.loaded():
            raise UnavailableError("the adapter did not use its extra fast")

    return made._replace(close=close)
