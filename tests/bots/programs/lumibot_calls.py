"""What lumibot's broker makes of each kind of cancel; run by test_lumibot."""

import datetime
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
from lumibot.brokers import Ccxt
from lumibot.entities import Asset, Order

CONFIG = {
    "exchange_id": "binance",
    "sandbox": False,
    "options": {"fetchMarkets": {"types": ["spot", "linear", "option"]}},
    **json.loads(os.environ["CONFIG"]),
}
DOLLAR = Asset("USDT", asset_type="crypto")

broker = Ccxt(CONFIG, connect_stream=False)


def submitted(asset: Any, price: str, **more: Any) -> Any:
    """A new order of lumibot's, at the exchange."""
    order = Order(
        "strategy", asset, Decimal("0.01"), "sell", limit_price=Decimal(price), quote=DOLLAR, **more
    )
    return broker._submit_order(order)


def canceled(order: Any) -> dict[str, Any]:
    """What came back or was raised, and what lumibot believes afterwards."""
    answer, error = {}, None
    try:
        answer = broker.cancel_order(order)
    except ccxt.BaseError as e:
        error = [cls.__name__ for cls in type(e).__mro__]
    return {
        "id": str(order.identifier),
        "answer": answer.get("status"),
        "outcome": answer.get("outcome"),
        "error": error,
        "believes": order.status,
    }


FUTURE = Asset("BTC/USDT:USDT", asset_type="crypto_future")
OPTION = Asset(
    "ETH", asset_type="option", expiration=datetime.date(2027, 3, 26), strike=3000, right="PUT"
)
SPOT = Asset("BTC", asset_type="crypto")
STOP = {"order_type": "stop_limit", "stop_price": Decimal(60_000)}
results = {
    "future": canceled(submitted(FUTURE, "120000")),
    "lost": canceled(submitted(FUTURE, "120000")),
    "option": canceled(submitted(OPTION, "100")),
    "spot": canceled(submitted(SPOT, "120000")),
    "spot_stop": canceled(submitted(SPOT, "59000", **STOP)),
    "future_stop": canceled(submitted(FUTURE, "59000", **STOP)),
}
Path(os.environ["RESULTS"]).write_text(json.dumps(results), encoding="utf-8")
os._exit(0)  # the broker's threads have no end
