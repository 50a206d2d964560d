"""Where ccxt sends a call: symbol, options, params and class, and the tail of the URL."""

from __future__ import annotations

from typing import Any

import attrs

from .cases import PORTFOLIO

LINEAR, SPOT, COIN = "BTC/USDT:USDT", "BTC/USDT", "BTC/USD:BTC"
DATED, COIN_DATED = "BTC/USDT:USDT-261225", "BTC/USD:BTC-200925"
OPTION = "BTC/USDT:USDT-261225-100000-C"


@attrs.frozen(kw_only=True)
class Way:
    """A call, and the place that ccxt sends it to: the tail of its URL."""

    to: str
    symbol: str
    options: dict[str, Any] = attrs.field(factory=dict)
    params: dict[str, Any] = attrs.field(factory=dict)
    exchange_id: str = "binance"
    plugin: str | None = None

    @property
    def name(self) -> str:
        said = [self.exchange_id, self.symbol, self.options or "", self.params or ""]
        return " ".join(str(word) for word in said if word != "")


USDM, OPTIONS = "fapi/v1/order", "eapi/v1/order"
UM, CM, MARGIN = "papi/v1/um/order", "papi/v1/cm/order", "papi/v1/margin/order"
SPOTS, SAPI, COINM = "api/v3/order", "sapi/v1/margin/order", "dapi/v1/order"
PLUGINS = {
    USDM: "binance.usdm",
    OPTIONS: "binance.options",
    UM: "binance.pm_um",
    CM: "binance.pm_cm",
    MARGIN: "binance.pm_margin",
}
SWAP, FUTURE = {"defaultType": "swap"}, {"defaultType": "future"}
SUB_LINEAR, SUB_INVERSE = {"defaultSubType": "linear"}, {"defaultSubType": "inverse"}
FOR_CANCEL = {"cancelOrder": PORTFOLIO}

SERVED = [
    Way(to=USDM, symbol=LINEAR),
    Way(to=USDM, symbol=DATED),
    Way(to=OPTIONS, symbol=OPTION),
    Way(to=OPTIONS, symbol=OPTION, params=PORTFOLIO),
    Way(to=OPTIONS, symbol=OPTION, options=PORTFOLIO),
    # the account: params, options of the method, options
    Way(to=UM, symbol=LINEAR, params=PORTFOLIO),
    Way(to=UM, symbol=LINEAR, params={"papi": True}),
    Way(to=UM, symbol=LINEAR, options=PORTFOLIO),
    Way(to=UM, symbol=LINEAR, options={"papi": True}),
    Way(to=UM, symbol=LINEAR, options=FOR_CANCEL),
    Way(to=UM, symbol=DATED, options=PORTFOLIO),
    Way(to=USDM, symbol=LINEAR, options=PORTFOLIO, params={"portfolioMargin": False}),
    Way(to=USDM, symbol=LINEAR, options=PORTFOLIO, params={"papi": False}),
    Way(to=USDM, symbol=LINEAR, options={**PORTFOLIO, "cancelOrder": {"portfolioMargin": False}}),
    Way(to=UM, symbol=LINEAR, options={"portfolioMargin": False, "cancelOrder": PORTFOLIO}),
    Way(to=UM, symbol=LINEAR, options={"portfolioMargin": False}, params=PORTFOLIO),
    Way(to=CM, symbol=COIN, options=PORTFOLIO),
    Way(to=CM, symbol=COIN_DATED, params=PORTFOLIO),
    Way(to=MARGIN, symbol=SPOT, options=PORTFOLIO),
    Way(to=MARGIN, symbol=SPOT, params=PORTFOLIO),
    Way(to=MARGIN, symbol="LTC/BTC", options=FOR_CANCEL),
    Way(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "marginMode": "cross"}),
    Way(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "marginMode": "isolated"}),
    Way(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "type": "margin"}),
    Way(to=MARGIN, symbol=SPOT, options={**PORTFOLIO, "defaultType": "margin"}),
    # ccxt's legacy: a spot symbol that is sent to the futures
    Way(to=USDM, symbol=SPOT, options=SWAP),
    Way(to=UM, symbol=SPOT, options={**SWAP, **PORTFOLIO}),
    Way(to=USDM, symbol=SPOT, options={**SWAP, **SUB_LINEAR}),
    Way(to=USDM, symbol=SPOT, options=SUB_LINEAR),
    Way(to=UM, symbol=SPOT, options={**SUB_LINEAR, **PORTFOLIO}),
    Way(to=USDM, symbol=SPOT, params={"subType": "linear"}),
    Way(to=USDM, symbol=SPOT, params={"type": "swap", "subType": "linear"}),
    Way(to=UM, symbol=SPOT, params={"subType": "linear", **PORTFOLIO}),
    Way(to=OPTIONS, symbol=SPOT, params={"type": "option"}),
    Way(to=USDM, symbol=LINEAR, params={"type": "swap"}),
    Way(to=USDM, symbol=LINEAR, params={"type": "future", "subType": "linear"}),
    Way(to=USDM, symbol=LINEAR, options=SWAP),
    Way(to=USDM, symbol=LINEAR, options=FUTURE),
    Way(to=USDM, symbol=LINEAR, options={"defaultType": "spot"}),
    Way(to=USDM, symbol=LINEAR, options={"defaultType": "delivery"}),
    Way(to=USDM, symbol=LINEAR, options=SUB_INVERSE),
    Way(to=USDM, symbol=LINEAR, params={"marginMode": "cross"}),
    Way(to=USDM, symbol=LINEAR, params={"marginMode": "isolated"}),
    Way(to=UM, symbol=LINEAR, params={**PORTFOLIO, "marginMode": "cross"}),
    Way(to=OPTIONS, symbol=OPTION, options=SWAP),
    Way(to=CM, symbol=COIN, options={**SWAP, **PORTFOLIO}),
    Way(to=USDM, symbol=LINEAR, params={"stop": False, "trigger": False, "conditional": False}),
    Way(to=USDM, symbol=LINEAR, params={"stop": None}),
    # raw market ids
    Way(to=USDM, symbol="BTCUSDT", options=SWAP),
    Way(to=USDM, symbol="BTCUSDT", options=FUTURE),
    Way(to=UM, symbol="BTCUSDT", options={**SWAP, **PORTFOLIO}),
    Way(to=MARGIN, symbol="BTCUSDT", options=PORTFOLIO),
    Way(to=MARGIN, symbol="LTCBTC", options=PORTFOLIO),
    Way(to=USDM, symbol="BTCUSDT_261225"),
    Way(to=UM, symbol="BTCUSDT_261225", options=PORTFOLIO),
    Way(to=CM, symbol="BTCUSD_PERP", options=PORTFOLIO),
    Way(to=CM, symbol="BTCUSD_200925", options=PORTFOLIO),
    Way(to=OPTIONS, symbol="BTC-261225-100000-C"),
    Way(to=OPTIONS, symbol="BTC-261225-100000-C", options=PORTFOLIO),
    # the other two classes
    Way(to=USDM, symbol=LINEAR, exchange_id="binanceusdm"),
    Way(to=USDM, symbol=SPOT, exchange_id="binanceusdm"),
    Way(to=USDM, symbol="BTCUSDT", exchange_id="binanceusdm"),
    Way(to=UM, symbol=LINEAR, options=PORTFOLIO, exchange_id="binanceusdm"),
    Way(to=UM, symbol="BTCUSDT", params=PORTFOLIO, exchange_id="binanceusdm"),
    Way(to=OPTIONS, symbol=OPTION, exchange_id="binanceusdm"),
    Way(to=CM, symbol=COIN, options=PORTFOLIO, exchange_id="binanceusdm"),
    Way(to=CM, symbol=COIN, options=PORTFOLIO, exchange_id="binancecoinm"),
    Way(to=CM, symbol="BTC/USD", options={**SWAP, **PORTFOLIO}),
    Way(to=CM, symbol="BTC/USD", options={**SWAP, **SUB_INVERSE, **PORTFOLIO}),
    Way(to=CM, symbol="BTCUSD_PERP", options={**SWAP, **SUB_INVERSE, **PORTFOLIO}),
    Way(to=CM, symbol="BTCUSDT", options={**FUTURE, **SUB_INVERSE, **PORTFOLIO}),
    Way(to=USDM, symbol="BTCUSDT", options=SUB_LINEAR),
    Way(to=USDM, symbol="BTCUSDT", options={"defaultType": None, **SUB_LINEAR}),
    Way(to=UM, symbol="BTCUSDT", options={"defaultType": "margin", **SUB_LINEAR, **PORTFOLIO}),
    Way(to=MARGIN, symbol="BTCUSDT", options={"defaultType": None, **PORTFOLIO}),
    Way(to=CM, symbol="BTCUSD_PERP", options=PORTFOLIO, exchange_id="binancecoinm"),
    Way(to=USDM, symbol=LINEAR, exchange_id="binancecoinm"),
    Way(to=UM, symbol=LINEAR, params=PORTFOLIO, exchange_id="binancecoinm"),
]
NATIVE = [
    Way(to=SPOTS, symbol=SPOT),
    Way(to=SPOTS, symbol="LTC/BTC", options={"defaultType": "spot"}),
    Way(to=SPOTS, symbol=SPOT, options=FUTURE, params={"type": "spot"}),
    Way(to=SPOTS, symbol="LTCBTC"),
    Way(to=SPOTS, symbol=SPOT, params={"newClientOrderId": "x", "cancelRestrictions": "ONLY_NEW"}),
    Way(to=SAPI, symbol=SPOT, params={"marginMode": "cross"}),
    Way(to=SAPI, symbol=SPOT, params={"marginMode": "isolated"}),
    Way(to=SAPI, symbol=SPOT, params={"type": "margin"}),
    Way(to=SAPI, symbol=SPOT, options={"defaultMarginMode": "cross"}),
    Way(to=COINM, symbol=COIN),
    Way(to=COINM, symbol=COIN_DATED, params={"recvWindow": 3000}),
    Way(to=COINM, symbol="BTCUSD_PERP"),
    Way(to=COINM, symbol=COIN, exchange_id="binancecoinm"),
    Way(to=COINM, symbol="BTCUSD_PERP", exchange_id="binancecoinm"),
    Way(to=COINM, symbol=SPOT, params={"subType": "inverse"}),
    Way(to="fapi/v1/algoOrder", symbol=LINEAR, params={"stop": True}),
    Way(to="fapi/v1/algoOrder", symbol=LINEAR, params={"trigger": True, "clientAlgoId": "a"}),
    Way(to="fapi/v1/algoOrder", symbol=LINEAR, params={"conditional": True}),
    Way(to="dapi/v1/algoOrder", symbol=COIN, params={"trigger": True}),
    Way(to="papi/v1/um/algo/order", symbol=LINEAR, params={"stop": True}, options=PORTFOLIO),
    Way(to="papi/v1/cm/conditional/order", symbol=COIN, params={**PORTFOLIO, "trigger": True}),
    Way(to=OPTIONS, symbol=OPTION, params={"stop": True}),
    Way(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "stop": True}),
    Way(to="equity/order/cancel", symbol="TSLA/USDT"),
]
