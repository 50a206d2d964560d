"""The settings of a client before it cancels, and the interface of every client.

Only the standard library, here, in `bench.worker` and in `bench.timing`: they run in environments
where nothing but one client is installed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

SYMBOL, MARKET = "BTC/USDT:USDT", "BTCUSDT"
"""The one contract that is traded, as ccxt and as Binance call it."""
FIRST_ORDER = 283_194_212

Answer = Mapping[str, Any]


class Target(NamedTuple):
    """Where to cancel, and with which key."""

    url: str
    """Scheme, host and port."""
    ca: str
    """A file with the certificate that signs the server's, and the usual ones."""
    key: str
    secret: str
    """Of an HMAC key, or a private key as PEM."""
    limiter: bool = False
    """Whether ccxt's rate limiter is on, as it is by default."""


class Client(NamedTuple):
    """A library that is connected, as each function of `bench.peers` returns it.

    The functions of an async client are coroutine functions, and so is the one that returned it.
    """

    cancel: Callable[[int], Any]
    """Cancels the order with this id on `MARKET`; returns the answer, parsed."""
    close: Callable[[], Any]
    market_data: Callable[[], Any] | None = None
    """Makes a request that weighs as much as a cancel."""
    prewarm: Callable[[int], Any] | None = None
    """Opens so many connections."""


def connect(exchange_class: Any, target: Target) -> Any:
    """A ccxt exchange with its defaults and all its addresses at the target."""
    keys = {"apiKey": target.key, "secret": target.secret}
    exchange = exchange_class(keys if target.limiter else {**keys, "enableRateLimit": False})
    api = exchange.urls["api"]
    moved = {
        name: re.sub(r"^https?://[^/]+", target.url, v) if isinstance(v, str) else v
        for name, v in api.items()
    }
    exchange.urls = {**exchange.urls, "api": moved}
    return exchange


class UnavailableError(Exception):
    """A client cannot do here what it is asked for; the text has the reason."""


class WrongAnswerError(Exception):
    """An answer is not that of a canceled order, or is another order's."""


def check(answer: Answer, order: int) -> None:
    """Raise `WrongAnswerError` unless by the answer just this order is canceled."""
    status = str(answer.get("status")).lower()
    named = answer.get("orderId") or answer.get("id")
    if status != "canceled" or str(named) != str(order):
        raise WrongAnswerError(f"order {order} is to be canceled; order {named} is {status}")


def pin(core: int) -> None:
    """Keep this process on one core, where the system can; -1 is any."""
    if core >= 0 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def trust(ca: str) -> None:
    """Have certifi name this file, before anything imports requests, which asks only once."""
    try:
        import certifi
    except ModuleNotFoundError:  # a client that does without
        return
    certifi.where = lambda: ca
