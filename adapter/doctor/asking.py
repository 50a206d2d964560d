"""Asks the exchange, over the transport of the exchange object, and times it."""

from __future__ import annotations

import time
from typing import Any

import attrs
import ccxt

from adapter.attachment import Attachment
from adapter.call import Call, NoReply, Reply, Request, Signed, Verdict
from adapter.routing import Choice

PATIENCE = 5.0
"""Seconds for one step or one answer, unless the exchange object's own time-out is shorter."""
NO_SUCH_ORDER = "1"
"""An order id that is long gone, or was never anybody's."""


@attrs.frozen(kw_only=True)
class Asked:
    """What came back, and how long it took."""

    reply: Reply | NoReply
    ms: float


@attrs.frozen(kw_only=True)
class Asker:
    """Asks for one exchange object with the adapter attached."""

    exchange: Any
    state: Attachment

    @property
    def patience(self) -> float:
        """Seconds."""
        return min(PATIENCE, float(self.exchange.timeout) / 1000)

    def asked(self, signed: Signed, choice: Choice) -> Asked:
        """Send one ``GET``, once, past every queue."""
        short, began = choice.policy.transport == "auto", time.perf_counter()
        try:
            reply = self.state.send(self.exchange, signed, self.patience, short=short)
        except ccxt.BaseError as e:  # of settings that conflict
            reply = NoReply(sent=False, reason=str(e))
        return Asked(reply=reply, ms=round((time.perf_counter() - began) * 1000, 1))

    def page(self, url: str, choice: Choice) -> Asked:
        """Ask for a page that needs no key."""
        return self.asked(Signed(method="GET", url=url, headers={}), choice)

    def query(self, choice: Choice, market_id: str) -> Asked:
        """Ask for an order that cannot be there.

        Raises ``ccxt.BaseError`` where nothing can be signed, and ``ccxt.NotSupported`` where the
        product has no query that surely does no harm.
        """
        venue = choice.product.venue
        request: Request = venue.request("GET", self.call(choice, market_id), choice.product)
        if request.method != "GET":
            raise ccxt.NotSupported(f"{choice.plugin} queries by {request.method}, not by GET")
        keys = self.state.keys(self.exchange, choice.product)
        return self.asked(venue.signed(self.exchange, request, keys), choice)

    def verdict(self, reply: Reply | NoReply, choice: Choice, market_id: str = "") -> Verdict:
        """What an answer means, by the venue's own reading."""
        call, errors = self.call(choice, market_id), self.state.errors[choice.plugin]
        return choice.product.venue.verdict(reply, call, choice.product, errors, True)

    def call(self, choice: Choice, market_id: str) -> Call:
        """The order that is asked for."""
        return Call(
            market_id=market_id,
            order_id=NO_SUCH_ORDER,
            client_order_id=None,
            recv_window=choice.policy.recv_window,
            deadline=self.patience,
            confirm=False,
        )


def used_weight(reply: Reply | NoReply, choice: Choice) -> int | None:
    """The weight that is used of the host's minute, where an answer says so."""
    headers = reply.headers if isinstance(reply, Reply) else {}
    said = headers.get(choice.product.venue.used_weight, "")
    return int(said) if said.isascii() and said.isdigit() else None
