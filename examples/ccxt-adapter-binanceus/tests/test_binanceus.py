from pathlib import Path

from adapter.testing import Answer, PluginSuite

ANSWERS = Path(__file__).parent / "answers"


class TestBinanceUS(PluginSuite):
    plugin = "binanceus.spot"
    exchange_id = "binanceus"
    symbol = "LTC/BTC"
    order_id, client_order_id = "4", "myOrder1"
    canceled = Answer.read(ANSWERS / "canceled.json")
    unknown_order = Answer.read(ANSWERS / "unknown-order.json", status=400)
