"""A server that answers only when it may."""

from __future__ import annotations

import threading

from integration.server import PATIENCE

from .raw_server import CANCELED, Peer, kept


class Held:
    """Answers only when it may; ``came`` is set by the first request."""

    def __init__(self, delete: bytes | None = None, get: bytes | None = None) -> None:
        self.came, self.may = threading.Event(), threading.Event()
        self._delete, self._get = delete, get

    def __call__(self, peer: Peer) -> None:
        while True:
            line = peer.listen()
            self.came.set()
            if not self.may.wait(PATIENCE):
                raise ConnectionError
            asked = line.partition("orderId=")[2].partition("&")[0]
            fixed = self._delete if line.startswith("DELETE") else self._get
            peer.say(fixed or kept({**CANCELED, "orderId": int(asked)}))
