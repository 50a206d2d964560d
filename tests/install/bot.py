"""A program that makes its exchange objects itself and knows of no adapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ccxt
import ccxt.async_support
import ccxt.pro
from integration.host import API_KEY, SECRET, SYMBOL, Host

import adapter
from adapter.simulator import Simulator

__all__ = ["OPTION", "SYMBOL", "Bot"]

MODULES: Mapping[str, Any] = {"sync": ccxt, "async": ccxt.async_support, "pro": ccxt.pro}
OPTION = "BTC/USDT:USDT-260327-90000-C"


class Bot(Host):
    """Of one of ccxt's three modules."""

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.ccxt = MODULES[mode]

    def new(self, cls: Any = None, options: Mapping[str, Any] | None = None) -> Any:
        """An exchange object of this class of ccxt's, or of the bot's own."""
        config = {"apiKey": API_KEY, "secret": SECRET, "enableRateLimit": False}
        exchange = (cls or self.ccxt.binance)({**config, "options": dict(options or {})})
        exchange.timeout_on_exit = 0
        return self.keep(exchange)

    def served(self, exchange: Any, symbol: str = SYMBOL) -> str | None:
        """The plugin that would take a cancel."""
        return adapter.explain(exchange, symbol).plugin

    def cancels(self, sim: Simulator, exchange: Any, spelling: str = "cancel_order") -> Any:
        """Cancel a new order on the simulator by this method; returns what that gave."""
        placed = sim.place("usdm", "BTCUSDT")
        sim.connect(exchange)
        return self.done(lambda: getattr(exchange, spelling)(str(placed.order_id), SYMBOL))

    def overriding(self, log: list[Any], base: Any = None) -> Any:
        """A class of the bot's own that does something at each cancel and hands it on."""
        parent: Any = base or self.ccxt.binance

        class Logged(parent):  # type: ignore[misc]  # sync or async is chosen at run time
            def cancel_order(self, id: Any, symbol: Any = None, params: Any = {}) -> Any:  # noqa: B006  # as in ccxt
                log.append(id)
                return super().cancel_order(id, symbol, params)

        class Awaited(parent):  # type: ignore[misc]  # likewise
            async def cancel_order(self, id: Any, symbol: Any = None, params: Any = {}) -> Any:  # noqa: B006  # as in ccxt
                log.append(id)
                return await super().cancel_order(id, symbol, params)

        return Logged if self.is_sync else Awaited
