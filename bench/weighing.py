"""A host that counts the weight of requests by the minutes of its own clock, without sockets."""

from __future__ import annotations

import asyncio
import email.utils
import random
import re
import time
from collections import Counter
from typing import Any

import attrs

from adapter.call import Reply, Signed

AHEAD = 0.37
"""Seconds by which its clock is ahead of ours."""
TRIP = (0.02, 0.08)
"""Seconds that the way there takes, and the way back."""
MINUTE = 60
"""Seconds."""

_ID = re.compile(r"orderId=(\d+)")


@attrs.define
class Host:
    """Refuses what is beyond its limit, and counts how often; by minutes since 1970."""

    limit: int
    rng: random.Random
    cancels: Counter[int] = attrs.field(factory=Counter)
    """Those that were offered to it; their weight is 1."""
    others: Counter[int] = attrs.field(factory=Counter)
    """The same of all other requests."""
    refused: int = 0
    came: list[int] = attrs.field(factory=list)
    """The orders to be canceled, as the cancels came."""

    async def send(self, exchange: Any, signed: Signed, *_: object, **__: object) -> Reply:
        """The transport of an attachment: a cancel, and the answer that it gets."""
        await self._way()
        reply = self.canceled(exchange, signed)
        await self._way()
        return reply

    async def ask(self) -> None:
        """A request for market data, whose weight is 1."""
        await self._way()
        self._counted(self.others)
        await self._way()

    def canceled(self, exchange: Any, signed: Signed) -> Reply:
        """The answer to a cancel that has come."""
        order_id = int(_ID.findall(signed.url)[0])
        self.came.append(order_id)
        status, headers = self._counted(self.cancels)
        order = {"orderId": order_id, "symbol": "BTCUSDT"}
        data = {**order, "status": "CANCELED", "executedQty": "0"} if status == 200 else None
        return Reply(
            status=status, body="", data=data, headers=headers, time=exchange.milliseconds()
        )

    async def _way(self) -> None:
        await asyncio.sleep(self.rng.uniform(*TRIP))

    def _counted(self, kind: Counter[int]) -> tuple[int, dict[str, str]]:
        now = time.time() + AHEAD
        minute = int(now // MINUTE)
        kind[minute] += 1
        used = self.cancels[minute] + self.others[minute]
        self.refused += used > self.limit
        headers = {
            "date": email.utils.formatdate(now, usegmt=True),
            "x-mbx-used-weight-1m": str(used),
        }
        return 200 if used <= self.limit else 429, headers
