"""The adapter on a sync exchange of ccxt, over the exchange's own requests session."""

from __future__ import annotations

from adapter import attach
from bench.peers import extra
from bench.peers.ccxt_sync import client, exchange_at
from bench.target import Client, Target


def prepare(target: Target) -> Client:
    """ccxt's client, and one line more; without the extra ``fast``, installed or not."""
    extra.hide()
    return client(attach(exchange_at(target)))
