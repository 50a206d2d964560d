"""One interface to sync and async exchanges, which are ready to be called."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import ccxt
import ccxt.async_support
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import adapter

from .instant import PatientLoop, in_no_time

ELSEWHERE = "http://exchange.invalid"
NOW = 1_700_000_000_000
API_KEY = "a-key-that-nobody-may-see"
SECRET = "a-secret-that-nobody-may-see"
SYMBOL = "BTC/USDT:USDT"


class Host:
    """Makes exchanges of one mode and calls them; an async call is awaited in one loop."""

    def __init__(
        self, mode: str, loop_factory: Callable[[], asyncio.AbstractEventLoop] = PatientLoop
    ) -> None:
        self.mode = mode
        self._runner = asyncio.Runner(loop_factory=loop_factory)
        self._made: list[Any] = []

    @property
    def is_sync(self) -> bool:
        return self.mode == "sync"

    def exchange(self, config: Mapping[str, Any] | None = None, id: str = "binance") -> Any:
        """A new ccxt exchange with keys, without the adapter."""
        module: Any = ccxt if self.is_sync else ccxt.async_support
        defaults = {"apiKey": API_KEY, "secret": SECRET, "enableRateLimit": False}
        exchange = getattr(module, id)({**defaults, **(config or {})})
        exchange.timeout_on_exit = 0
        self._made.append(exchange)
        return exchange

    def attached(self, config: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """The same, with the adapter attached, whose pauses take no time."""
        return in_no_time(adapter.attach(self.exchange(config), **options))

    def keep(self, exchange: Any) -> Any:
        """Close this one too when the test ends; returns it."""
        self._made.append(exchange)
        return exchange

    def cancel(self, exchange: Any, *arguments: Any, **named: Any) -> Any:
        """``exchange.cancel_order``, done."""
        return self.done(lambda: exchange.cancel_order(*arguments, **named))

    def done(self, call: Callable[[], Any]) -> Any:
        """What ``call`` returns, awaited where it must be."""
        if self.is_sync:
            return call()

        async def awaited() -> Any:
            return await call()

        return self._runner.run(awaited())

    def together(self, calls: list[Callable[[], Any]]) -> list[Any]:
        """All at once: in a thread each, or in one loop."""
        if self.is_sync:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(len(calls)) as pool:
                return [future.result() for future in [pool.submit(call) for call in calls]]

        async def gathered() -> list[Any]:
            return list(await asyncio.gather(*(call() for call in calls)))

        return self._runner.run(gathered())

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """Run something of the test's own in the loop."""

        async def awaited() -> Any:
            return await awaitable

        return self._runner.run(awaited())

    def close_exchanges(self) -> None:
        """Close what was made, as a user does at the end."""
        for exchange in self._made:
            if not exchange.synchronous:
                self._runner.run(exchange.close())
            elif exchange.session is not None:
                exchange.session.close()
        self._made.clear()

    def close(self) -> None:
        """Close what was made, and the loop."""
        self.close_exchanges()
        self._runner.close()


def moved(exchange: Any, url: str) -> Any:
    """Every address of the exchange on another scheme and host, its path kept; returns it."""
    api = exchange.urls["api"]
    exchange.urls = {
        **exchange.urls,
        "api": {k: url + "/" + v.split("/", 3)[3] for k, v in api.items() if isinstance(v, str)},
    }
    return exchange


def still(exchange: Any) -> Any:
    """The same exchange with its clock stopped and one market loaded; returns it."""
    exchange.milliseconds = lambda: NOW
    market = exchange.safe_market_structure(
        {
            "id": "BTCUSDT",
            "symbol": SYMBOL,
            "base": "BTC",
            "quote": "USDT",
            "settle": "USDT",
            "type": "swap",
            "spot": False,
            "swap": True,
            "future": False,
            "option": False,
            "contract": True,
            "linear": True,
            "inverse": False,
            "contractSize": 1.0,
        }
    )
    exchange.set_markets([market])
    return exchange


@functools.cache
def pem(kind: str) -> str:
    """A fresh private key in PKCS#8: ``"rsa"``, ``"ed25519"``, or ``"ec"``, which Binance lacks."""
    makers: dict[str, Callable[[], Any]] = {
        "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    }
    key = makers[kind.partition(" ")[0]]()
    text: str = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return text


def outcome(host: Host, exchange: Any) -> Any:
    """The order, or the error's class."""
    try:
        return host.cancel(in_no_time(exchange), "7", SYMBOL)
    except ccxt.BaseError as e:
        return type(e)
