"""One market of each product that the simulator has, for `demo` and `simulate`."""

from __future__ import annotations

from typing import Any

import attrs

from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN
from adapter.simulator import Order, Simulator


@attrs.frozen
class Sample:
    """A product and a market of it."""

    plugin: str
    symbol: str
    market_id: str
    account: str
    margin_mode: str | None = None
    is_stop: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """The params by which ccxt selects the account, and the conditional orders."""
        params: dict[str, Any] = {"trigger": True} if self.is_stop else {}
        if self.margin_mode is not None:
            params["marginMode"] = self.margin_mode
        if self.account == PORTFOLIO_MARGIN:
            params["portfolioMargin"] = True
        return params

    @property
    def options(self) -> list[str]:
        """The options of the command line that do."""
        trigger = ["--trigger"] if self.is_stop else []
        if self.margin_mode is not None:
            return ["--margin-mode", self.margin_mode, *trigger]
        account = ["--account", self.account] if self.account == PORTFOLIO_MARGIN else []
        return [*account, *trigger]

    def place(self, sim: Simulator, client_order_id: str, *, age: float = 0.0) -> Order:
        """Put an open order in the simulator's book, placed ``age`` s ago."""
        product = self.plugin.partition(".")[2]
        return sim.place(product, self.market_id, client_order_id=client_order_id, age=age)


SAMPLES = (
    Sample("binance.spot", "LTC/BTC", "LTCBTC", CLASSIC),
    Sample("binance.margin", "LTC/BTC", "LTCBTC", CLASSIC, "cross"),
    Sample("binance.usdm", "BTC/USDT:USDT", "BTCUSDT", CLASSIC),
    Sample("binance.coinm", "BTC/USD:BTC", "BTCUSD_PERP", CLASSIC),
    Sample("binance.options", "ETH/USDT:USDT-270326-3000-P", "ETH-270326-3000-P", CLASSIC),
    Sample("binance.pm_um", "BTC/USDT:USDT", "BTCUSDT", PORTFOLIO_MARGIN),
    Sample("binance.pm_cm", "BTC/USD:BTC", "BTCUSD_PERP", PORTFOLIO_MARGIN),
    Sample("binance.pm_margin", "LTC/BTC", "LTCBTC", PORTFOLIO_MARGIN),
)
STOPS = (
    Sample("binance.usdm_algo", "BTC/USDT:USDT", "BTCUSDT", CLASSIC, is_stop=True),
    Sample("binance.coinm_algo", "BTC/USD:BTC", "BTCUSD_PERP", CLASSIC, is_stop=True),
    Sample("binance.pm_um_algo", "BTC/USDT:USDT", "BTCUSDT", PORTFOLIO_MARGIN, is_stop=True),
    Sample(
        "binance.pm_cm_conditional", "BTC/USD:BTC", "BTCUSD_PERP", PORTFOLIO_MARGIN, is_stop=True
    ),
)
"""The same of conditional orders."""
