"""What freqtrade's exchange class returns for each kind of cancel; run by test_freqtrade_calls."""

import json
import os
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.resolvers import ExchangeResolver

CONFIG = json.loads(os.environ["CONFIG"])
PAIRS = {"futures": "BTC/USDT:USDT", "spot": "BTC/USDT"}
PRICES = {"price_side": "same", "use_order_book": True, "order_book_top": 1}


class Calls:
    """The calls of one trading mode, and what came of them."""

    def __init__(self, mode: str, options: Any) -> None:
        self.pair = PAIRS[mode]
        ccxt_config = {"urls": CONFIG["urls"], "enableRateLimit": False, "options": options}
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
                "exchange": {
                    "name": "binance",
                    "key": CONFIG["apiKey"],
                    "secret": CONFIG["secret"],
                    "pair_whitelist": [self.pair],
                    "enable_ws": False,
                    "ccxt_config": ccxt_config,
                },
            },
            load_leverage_tiers=True,
        )

    def entry(self) -> str:
        """A new order to buy, by its id."""
        order = self.exchange.create_order(
            pair=self.pair, ordertype="limit", side="buy", amount=0.01, rate=50_000, leverage=3
        )
        return str(order["id"])

    def stop(self) -> str:
        """A new stop-loss on the exchange, by its id."""
        kinds = {"stoploss": "limit"}
        order = self.exchange.create_stoploss(self.pair, 0.01, 40_000, kinds, "sell", 3)
        return str(order["id"])

    def tried(self, cancel: Any, order_id: str) -> dict[str, Any]:
        """What freqtrade returns or raises."""
        try:
            return dict(cancel(order_id, self.pair))
        except FreqtradeException as e:
            return {"class": type(e).__name__, "text": str(e)}

    def results(self) -> dict[str, Any]:
        """What freqtrade returns for each call."""
        exchange, pair, stop = self.exchange, self.pair, self.stop()
        results = {
            "cancel_order": exchange.cancel_order(self.entry(), pair),
            "with_result": exchange.cancel_order_with_result(self.entry(), pair, 0.01),
            "lost": self.tried(exchange.cancel_order, self.entry()),
            "dropped": self.tried(exchange.cancel_order, self.entry()),
            "lost_with_result": exchange.cancel_order_with_result(self.entry(), pair, 0.01),
            "stop": exchange.fetch_stoploss_order(stop, pair),
            "stop_canceled": exchange.cancel_stoploss_order(stop, pair),
            "stop_with_result": exchange.cancel_stoploss_order_with_result(self.stop(), pair, 0.01),
            "stop_twice": self.tried(exchange.cancel_stoploss_order, stop),
        }
        exchange.close()
        return results


results = {mode: Calls(mode, {}).results() for mode in PAIRS}
results["left"] = Calls("futures", {"adapter": False}).results()
Path(os.environ["RESULTS"]).write_text(json.dumps(results), encoding="utf-8")
