"""A strategy that buys and sells at once, and gives no order time; run by freqtrade itself."""

from typing import Any

from freqtrade.strategy import IStrategy


class MyStrategy(IStrategy):  # type: ignore[misc]  # freqtrade is not there where types are checked
    """It enters once, and never again after it was in the market."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 100}  # noqa: RUF012  # as freqtrade's strategies have it
    stoploss = -0.1
    order_types = {  # noqa: RUF012  # likewise
        "entry": "limit",
        "exit": "limit",
        "stoploss": "limit",
        "stoploss_on_exchange": True,
    }
    bought = False

    def populate_indicators(self, dataframe: Any, _metadata: Any) -> Any:
        return dataframe

    def populate_entry_trend(self, dataframe: Any, _metadata: Any) -> Any:
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: Any, _metadata: Any) -> Any:
        return dataframe

    def confirm_trade_entry(self, *_: Any, **__: Any) -> bool:
        return not self.bought

    def order_filled(self, *_: Any, **__: Any) -> None:
        self.bought = True

    def check_entry_timeout(self, *_: Any, **__: Any) -> bool:
        return True

    def check_exit_timeout(self, *_: Any, **__: Any) -> bool:
        return True

    def custom_exit(self, *_: Any, **__: Any) -> str:
        return "enough"
