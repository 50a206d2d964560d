"""What freqtrade's exchange class returns for each kind of cancel; run by test_freqtrade_calls."""

import json
import os
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.resolvers import ExchangeResolver

PARTS = json.loads(os.environ["PARTS"])
"""By name: a trading mode, and freqtrade's section for an exchange."""
PAIRS = {"futures": "BTC/USDT:USDT", "spot": "BTC/USDT"}
PRICES = {"price_side": "same", "use_order_book": True, "order_book_top": 1}


class Calls:
    """The calls of one trading mode, and what came of them."""

    def __init__(self, mode: str, exchange: Any) -> None:
        self.pair, self.leverage = PAIRS[mode], 3.0 if mode == "futures" else 1.0
        self.exchange: Any = ExchangeResolver.load_exchange(
            {
                "runmode": RunMode.LIVE,
                "dry_run": False,
                "stake_currency": "USDT",
                "timeframe": "5m",
                "trading_mode": mode,
                "margin_mode": "isolated" if mode == "futures" else "",
                "entry_pricing": PRICES,
                "exit_pricing": PRICES,
                "exchange": {**exchange, "pair_whitelist": [self.pair]},
            }
        )

    def entry(self) -> str:
        """A new order to buy, by its id."""
        order = self.exchange.create_order(
            pair=self.pair,
            ordertype="limit",
            side="buy",
            amount=0.01,
            rate=50_000,
            leverage=self.leverage,
        )
        return str(order["id"])

    def stop(self) -> str:
        """A new stop-loss on the exchange, by its id."""
        kinds = {"stoploss": "limit"}
        order = self.exchange.create_stoploss(self.pair, 0.01, 40_000, kinds, "sell", self.leverage)
        return str(order["id"])

    def tried(self, cancel: Any, order_id: str) -> dict[str, Any]:
        """What freqtrade returns or raises."""
        try:
            return dict(cancel(order_id, self.pair))
        except FreqtradeException as e:
            return {"class": type(e).__name__, "text": str(e)}

    def results(self) -> dict[str, Any]:
        """What freqtrade returns for each call."""
        results = self.orders()
        if self.exchange.get_option("stoploss_on_exchange"):
            results |= self.stops()
        self.exchange.close()
        return results

    def orders(self) -> dict[str, Any]:
        """Of orders."""
        exchange, pair = self.exchange, self.pair
        return {
            "cancel_order": exchange.cancel_order(self.entry(), pair),
            "with_result": exchange.cancel_order_with_result(self.entry(), pair, 0.01),
            "lost": self.tried(exchange.cancel_order, self.entry()),
            "dropped": self.tried(exchange.cancel_order, self.entry()),
            "lost_with_result": exchange.cancel_order_with_result(self.entry(), pair, 0.01),
        }

    def stops(self) -> dict[str, Any]:
        """Of stop-losses, of an exchange where freqtrade puts them there."""
        exchange, pair, stop = self.exchange, self.pair, self.stop()
        return {
            "stop": exchange.fetch_stoploss_order(stop, pair),
            "stop_canceled": exchange.cancel_stoploss_order(stop, pair),
            "stop_with_result": exchange.cancel_stoploss_order_with_result(self.stop(), pair, 0.01),
            "stop_twice": self.tried(exchange.cancel_stoploss_order, stop),
        }


results = {name: Calls(**part).results() for name, part in PARTS.items()}
Path(os.environ["RESULTS"]).write_text(json.dumps(results), encoding="utf-8")
