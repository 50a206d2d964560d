"""The products: how a call is led to each, and its recorded answer to a cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .wire import Answers, Form, Outcome, always, run

PORTFOLIO: dict[str, Any] = {"portfolioMargin": True}

FUTURES_ANSWER = {
    "clientOrderId": "myOrder1",
    "cumQty": "0",
    "executedQty": "0",
    "orderId": 283194212,
    "origQty": "11",
    "origType": "LIMIT",
    "price": "9300",
    "reduceOnly": False,
    "side": "BUY",
    "positionSide": "BOTH",
    "status": "CANCELED",
    "stopPrice": "0",
    "closePosition": False,
    "symbol": "BTCUSDT",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "updateTime": 1571110484038,
    "workingType": "CONTRACT_PRICE",
    "priceProtect": False,
    "priceMatch": "NONE",
    "selfTradePreventionMode": "NONE",
    "goodTillDate": 0,
}
OPTIONS_ANSWER = {
    "orderId": 4611875134427365377,
    "symbol": "BTC-200730-9000-C",
    "price": "100",
    "quantity": "1",
    "executedQty": "0",
    "fee": "0",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "reduceOnly": False,
    "postOnly": False,
    "createDate": 1592465880683,
    "updateTime": 1566818724722,
    "status": "CANCELLED",
    "avgPrice": "0",
    "source": "API",
    "clientOrderId": "myOrder1",
    "priceScale": 2,
    "quantityScale": 2,
    "optionSide": "CALL",
    "quoteAsset": "USDT",
    "mmp": False,
}
MARGIN_ANSWER = {
    "symbol": "LTCBTC",
    "orderId": 28,
    "origClientOrderId": "myOrder1",
    "clientOrderId": "cancelMyOrder1",
    "price": "1.00000000",
    "origQty": "10.00000000",
    "executedQty": "8.00000000",
    "cummulativeQuoteQty": "8.00000000",
    "status": "CANCELED",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "SELL",
}


@attrs.frozen(kw_only=True)
class Case:
    """One of the products, with what is needed to call it."""

    name: str
    symbol: str
    market_id: str
    answer: Mapping[str, Any]
    place: str
    client_id: str = "origClientOrderId"
    portfolio: bool = False
    margin_mode: str | None = None
    own_client_id: str = "clientOrderId"

    @property
    def order_id(self) -> str:
        """The id in the answer."""
        return str(self.answer["orderId"])

    @property
    def options(self) -> dict[str, Any]:
        """What leads ccxt to the product without an answer in params."""
        if self.margin_mode is not None:
            return {"marginMode": self.margin_mode}
        return dict(PORTFOLIO) if self.portfolio else {}

    def run(self, form: Form, answers: Answers | None = None, **options: Any) -> Outcome:
        """Call ``form`` with the product's recorded answer, led to it by ``options``."""
        config = {**options.pop("config", {})}
        config["options"] = {**self.options, **config.get("options", {})}
        return run(form, answers or always(dict(self.answer)), config=config, **options)


CM_ANSWER = {
    **{k: v for k, v in FUTURES_ANSWER.items() if not k.startswith(("price", "self", "good"))},
    "price": "9300",
    "symbol": "BTCUSD_200925",
    "pair": "BTCUSD",
}

SPOT_ANSWER = {
    **MARGIN_ANSWER,
    "orderListId": -1,
    "transactTime": 1684804350068,
    "origQuoteOrderQty": "0.000000",
    "selfTradePreventionMode": "NONE",
}

SPOT = Case(
    name="spot",
    symbol="LTC/BTC",
    market_id="LTCBTC",
    answer=SPOT_ANSWER,
    place="DELETE https://api.binance.com/api/v3/order",
    own_client_id="origClientOrderId",
)
MARGIN = Case(
    name="margin",
    symbol="LTC/BTC",
    market_id="LTCBTC",
    answer={**MARGIN_ANSWER, "isIsolated": False},
    place="DELETE https://api.binance.com/sapi/v1/margin/order",
    margin_mode="cross",
    own_client_id="origClientOrderId",
)
USDM = Case(
    name="usdm",
    symbol="BTC/USDT:USDT",
    market_id="BTCUSDT",
    answer=FUTURES_ANSWER,
    place="DELETE https://fapi.binance.com/fapi/v1/order",
)
COINM = Case(
    name="coinm",
    symbol="BTC/USD:BTC-200925",
    market_id="BTCUSD_200925",
    answer={**CM_ANSWER, "priceMatch": "NONE", "selfTradePreventionMode": "NONE"},
    place="DELETE https://dapi.binance.com/dapi/v1/order",
)
OPTIONS = Case(
    name="options",
    symbol="BTC/USDT:USDT-200730-9000-C",
    market_id="BTC-200730-9000-C",
    answer=OPTIONS_ANSWER,
    place="DELETE https://eapi.binance.com/eapi/v1/order",
    client_id="clientOrderId",
)
PM_UM = Case(
    name="pm_um",
    symbol="BTC/USDT:USDT",
    market_id="BTCUSDT",
    answer=FUTURES_ANSWER,
    place="DELETE https://papi.binance.com/papi/v1/um/order",
    portfolio=True,
)
PM_CM = Case(
    name="pm_cm",
    symbol="BTC/USD:BTC-200925",
    market_id="BTCUSD_200925",
    answer=CM_ANSWER,
    place="DELETE https://papi.binance.com/papi/v1/cm/order",
    portfolio=True,
)
PM_MARGIN = Case(
    name="pm_margin",
    symbol="LTC/BTC",
    market_id="LTCBTC",
    answer=MARGIN_ANSWER,
    place="DELETE https://papi.binance.com/papi/v1/margin/order",
    portfolio=True,
    own_client_id="origClientOrderId",
)
CASES = (SPOT, MARGIN, USDM, COINM, OPTIONS, PM_UM, PM_CM, PM_MARGIN)
SPOTLIKE = (SPOT, MARGIN, PM_MARGIN)
"""Those that have the fields of spot."""
