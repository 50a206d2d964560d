"""The settings of a client before it cancels, and the interface of every client.

Only the standard library, here and in `bench.worker`: they run in environments
where nothing but one client is installed.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

SYMBOL, MARKET = "BTC/USDT:USDT", "BTCUSDT"
"""The one contract that is traded, as ccxt and as Binance call it."""
FIRST_ORDER = 283_194_212
SESSION = Path(__file__).with_name("session.toml")

Answer = Mapping[str, Any]


class Target(NamedTuple):
    url: str
    ca: str
    """A file with the certificate that signs the server's, and the usual ones."""
    key: str
    secret: str
    """Of an HMAC key, or a private key as PEM."""
    proxy: str = ""
    """The URL of an HTTP proxy before the server."""
    limiter: bool = False
    """Whether ccxt's rate limiter is on, as it is by default."""
    setting: str = ""
    """What the exchange object is set to: ``proxy``, ``verify``, ``hook`` or nothing."""


class Client(NamedTuple):
    """A library that is connected, as each function of `bench.peers` returns it.

    The functions of an async client are coroutine functions, and so is the one that returned it.
    """

    cancel: Callable[[int], Any]
    """Cancels the order with this id on `MARKET`; returns the answer, parsed."""
    close: Callable[[], Any]
    market_data: Callable[[], Any] = lambda: None
    """Makes a request that weighs as much as a cancel, where the client is on ccxt."""
    prewarm: Callable[[int], Any] = lambda _: None
    """Opens so many connections, where the client is the adapter."""


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
    if target.setting == "proxy":
        exchange.httpsProxy = target.proxy
    elif target.setting == "verify":
        exchange.verify = target.ca
    elif target.setting == "hook":
        exchange.session.hooks["response"].append(lambda response, **_: response)
    return exchange


def attach(exchange: Any, transport: str) -> Any:
    """Attach the adapter: ``auto`` for the transport of its extra ``fast``, or ``session``."""
    import adapter

    if transport == "auto" and importlib.util.find_spec("pycurl") is None:
        raise UnavailableError("the extra fast is missing: pip install -e '.[bench]'")
    return adapter.attach(exchange, plugins=None if transport == "auto" else SESSION)


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
