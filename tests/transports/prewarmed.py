"""Exchanges with open connections, and a server that counts them."""

from __future__ import annotations

import threading
from typing import Any

from integration.host import SYMBOL, Host
from integration.server import PATIENCE
from outcomes.raw_server import CANCELED, Peer, RawServer, kept

import adapter


class Counted:
    """Cancels whatever it is asked to; each answer waits until ``n`` cancels are there."""

    def __init__(self, n: int = 1) -> None:
        self._barrier = threading.Barrier(n)

    def __call__(self, peer: Peer) -> None:
        while True:
            line = peer.listen()
            if line.startswith("GET"):
                peer.say(kept({}))
                continue
            asked = line.partition("orderId=")[2].partition("&")[0]
            self._barrier.wait(PATIENCE)
            peer.say(kept({**CANCELED, "orderId": int(asked)}))


def counting(n: int = 1) -> RawServer:
    """Takes connections as they come, answers pings, and cancels once ``n`` of them are there."""
    return RawServer(Counted(n), in_turn=False)


def asked(server: RawServer) -> str:
    """``p`` for each ping that was received, ``D`` for each cancel."""
    return "".join("p" if "/ping " in line else line[0] for line in server.received)


def prewarmed(host: Host, exchange: Any, *arguments: Any, **named: Any) -> Any:
    return host.done(lambda: adapter.prewarm(exchange, *arguments, **named))


def cancels(host: Host, exchange: Any, n: int) -> list[str]:
    """So many at once."""

    def call(number: int) -> Any:
        return lambda: exchange.cancel_order(str(number), SYMBOL)

    orders = host.together([call(number) for number in range(1, n + 1)])
    return [order["outcome"] for order in orders]
