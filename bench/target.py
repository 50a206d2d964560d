"""What a client is told before it cancels, and what every client can do.

Only the standard library, here and in all else that runs in a client's own environment:
`bench.worker`, `bench.timing` and `bench.proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

SYMBOL, MARKET = "BTC/USDT:USDT", "BTCUSDT"
"""The one contract that is traded, as ccxt and as Binance call it."""
FIRST_ORDER = 283_194_212
"""The server's answer has this id where the request's query has none."""

Answer = Mapping[str, Any]


class Target(NamedTuple):
    """Where to cancel, and as whom."""

    url: str
    """Scheme, host and port."""
    ca: str
    """A file of certificates that vouch for the server: ours, and those that everybody trusts."""
    key: str
    secret: str
    """Of an HMAC key, or a private key as PEM."""
    limiter: bool = False
    """Whether ccxt's limiter is on, which is its default."""


class Client(NamedTuple):
    """One library, connected: what ``prepare(target)`` of each file in ``bench/peers`` returns.

    The functions of an async client are coroutine functions, and so is its ``prepare``, which is
    called while the loop runs.
    """

    cancel: Callable[[int], Any]
    """Cancels the order with this id on `MARKET`; returns the answer, parsed."""
    close: Callable[[], Any]
    """Lets go of the connections."""
    hides_id: bool = False
    """Whether the order id is not in the query, where the server could read it."""
    market_data: Callable[[], Any] | None = None
    """Asks for something that weighs as much as a cancel."""
    prewarm: Callable[[int], Any] | None = None
    """Opens so many connections."""


class UnavailableError(Exception):
    """What a client is asked for, it cannot do here; says why."""


class WrongAnswerError(Exception):
    """An answer is not that of a cancelled order, or is another order's."""


def check(answer: Answer, order: int) -> None:
    """Raise `WrongAnswerError` unless the answer says that just this order is canceled."""
    status = str(answer.get("status")).lower()
    named = answer.get("orderId") or answer.get("id")
    if status != "canceled" or str(named) != str(order):
        raise WrongAnswerError(f"order {order} is to be canceled; order {named} is {status}")
