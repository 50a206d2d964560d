"""Where ccxt sends a call: symbol, options, params and class, and the tail of the URL."""

from __future__ import annotations

from typing import Any

import attrs

from .cases import PORTFOLIO

LINEAR, SPOT, COIN = "BTC/USDT:USDT", "BTC/USDT", "BTC/USD:BTC"
DATED, COIN_DATED = "BTC/USDT:USDT-261225", "BTC/USD:BTC-200925"
OPTION = "BTC/USDT:USDT-261225-100000-C"


@attrs.frozen(kw_only=True)
class RouteCase:
    """A call, and the tail of the URL that ccxt sends it to."""

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
USDM_ALGO, COINM_ALGO = "fapi/v1/algoOrder", "dapi/v1/algoOrder"
UM_ALGO, CM_CONDITIONAL = "papi/v1/um/algo/order", "papi/v1/cm/conditional/order"
PLUGINS = {
    USDM_ALGO: "binance.usdm_algo",
    COINM_ALGO: "binance.coinm_algo",
    UM_ALGO: "binance.pm_um_algo",
    CM_CONDITIONAL: "binance.pm_cm_conditional",
    SPOTS: "binance.spot",
    SAPI: "binance.margin",
    USDM: "binance.usdm",
    COINM: "binance.coinm",
    OPTIONS: "binance.options",
    UM: "binance.pm_um",
    CM: "binance.pm_cm",
    MARGIN: "binance.pm_margin",
}
SWAP, FUTURE = {"defaultType": "swap"}, {"defaultType": "future"}
SUB_LINEAR, SUB_INVERSE = {"defaultSubType": "linear"}, {"defaultSubType": "inverse"}
FOR_CANCEL = {"cancelOrder": PORTFOLIO}

ISOLATED = {"defaultMarginMode": "isolated"}

SERVED = [
    RouteCase(to=SPOTS, symbol=SPOT),
    RouteCase(to=SPOTS, symbol="LTC/BTC", options={"defaultType": "spot"}),
    RouteCase(to=SPOTS, symbol=SPOT, options=FUTURE, params={"type": "spot"}),
    RouteCase(to=SPOTS, symbol="LTCBTC"),
    RouteCase(
        to=SPOTS, symbol=SPOT, params={"newClientOrderId": "x", "cancelRestrictions": "ONLY_NEW"}
    ),
    RouteCase(to=SAPI, symbol=SPOT, params={"marginMode": "cross"}),
    RouteCase(to=SAPI, symbol=SPOT, params={"marginMode": "isolated"}),
    RouteCase(to=SAPI, symbol=SPOT, params={"type": "margin"}),
    RouteCase(to=SAPI, symbol=SPOT, params={"type": "margin", "isIsolated": "TRUE"}),
    RouteCase(to=SAPI, symbol=SPOT, params={"marginMode": "cross", "isIsolated": False}),
    RouteCase(to=SAPI, symbol="LTCBTC", params={"marginMode": "isolated"}),
    RouteCase(to=SAPI, symbol=SPOT, options={"marginMode": "isolated"}),
    RouteCase(to=SAPI, symbol=SPOT, options={"cancelOrder": {"marginMode": "isolated"}}),
    RouteCase(to=SAPI, symbol=SPOT, options=ISOLATED, params={"marginMode": "cross"}),
    RouteCase(to=SAPI, symbol=SPOT, options={"defaultMarginMode": "cross"}),
    RouteCase(to=COINM, symbol=SPOT, exchange_id="binancecoinm"),
    RouteCase(to=COINM, symbol=COIN),
    RouteCase(to=COINM, symbol=COIN, params={"marginMode": "isolated"}),
    RouteCase(to=COINM, symbol=COIN, options=PORTFOLIO, params={"portfolioMargin": False}),
    RouteCase(to=SPOTS, symbol=SPOT, options=PORTFOLIO, params={"portfolioMargin": False}),
    RouteCase(to=COINM, symbol=COIN_DATED, params={"recvWindow": 3000}),
    RouteCase(to=COINM, symbol="BTCUSD_PERP"),
    RouteCase(to=COINM, symbol=COIN, exchange_id="binancecoinm"),
    RouteCase(to=COINM, symbol="BTCUSD_PERP", exchange_id="binancecoinm"),
    RouteCase(to=COINM, symbol=SPOT, params={"subType": "inverse"}),
    # only futures have a book of conditional orders
    RouteCase(to=SPOTS, symbol=SPOT, params={"stop": True}),
    RouteCase(to=SAPI, symbol=SPOT, params={"trigger": True, "marginMode": "cross"}),
    RouteCase(to=OPTIONS, symbol=OPTION, params={"stop": True}),
    RouteCase(to=USDM, symbol=LINEAR),
    RouteCase(to=USDM, symbol=DATED),
    RouteCase(to=OPTIONS, symbol=OPTION),
    RouteCase(to=OPTIONS, symbol=OPTION, params=PORTFOLIO),
    RouteCase(to=OPTIONS, symbol=OPTION, options=PORTFOLIO),
    # the account: params, options of the method, options
    RouteCase(to=UM, symbol=LINEAR, params=PORTFOLIO),
    RouteCase(to=UM, symbol=LINEAR, params={"papi": True}),
    RouteCase(to=UM, symbol=LINEAR, options=PORTFOLIO),
    RouteCase(to=UM, symbol=LINEAR, options={"papi": True}),
    RouteCase(to=UM, symbol=LINEAR, options=FOR_CANCEL),
    RouteCase(to=UM, symbol=DATED, options=PORTFOLIO),
    RouteCase(to=USDM, symbol=LINEAR, options=PORTFOLIO, params={"portfolioMargin": False}),
    RouteCase(to=USDM, symbol=LINEAR, options=PORTFOLIO, params={"papi": False}),
    RouteCase(
        to=USDM, symbol=LINEAR, options={**PORTFOLIO, "cancelOrder": {"portfolioMargin": False}}
    ),
    RouteCase(to=UM, symbol=LINEAR, options={"portfolioMargin": False, "cancelOrder": PORTFOLIO}),
    RouteCase(to=UM, symbol=LINEAR, options={"portfolioMargin": False}, params=PORTFOLIO),
    RouteCase(to=CM, symbol=COIN, options=PORTFOLIO),
    RouteCase(to=CM, symbol=COIN_DATED, params=PORTFOLIO),
    RouteCase(to=MARGIN, symbol=SPOT, options=PORTFOLIO),
    RouteCase(to=MARGIN, symbol=SPOT, params=PORTFOLIO),
    RouteCase(to=MARGIN, symbol="LTC/BTC", options=FOR_CANCEL),
    RouteCase(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "marginMode": "cross"}),
    RouteCase(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "marginMode": "isolated"}),
    RouteCase(to=MARGIN, symbol=SPOT, params={**PORTFOLIO, "type": "margin"}),
    RouteCase(to=MARGIN, symbol=SPOT, options={**PORTFOLIO, "defaultType": "margin"}),
    # ccxt's legacy: a spot symbol that is sent to the futures
    RouteCase(to=USDM, symbol=SPOT, options=SWAP),
    RouteCase(to=UM, symbol=SPOT, options={**SWAP, **PORTFOLIO}),
    RouteCase(to=USDM, symbol=SPOT, options={**SWAP, **SUB_LINEAR}),
    RouteCase(to=USDM, symbol=SPOT, options=SUB_LINEAR),
    RouteCase(to=UM, symbol=SPOT, options={**SUB_LINEAR, **PORTFOLIO}),
    RouteCase(to=USDM, symbol=SPOT, params={"subType": "linear"}),
    RouteCase(to=USDM, symbol=SPOT, params={"type": "swap", "subType": "linear"}),
    RouteCase(to=UM, symbol=SPOT, params={"subType": "linear", **PORTFOLIO}),
    RouteCase(to=OPTIONS, symbol=SPOT, params={"type": "option"}),
    RouteCase(to=USDM, symbol=LINEAR, params={"type": "swap"}),
    RouteCase(to=USDM, symbol=LINEAR, params={"type": "future", "subType": "linear"}),
    RouteCase(to=USDM, symbol=LINEAR, options=SWAP),
    RouteCase(to=USDM, symbol=LINEAR, options=FUTURE),
    RouteCase(to=USDM, symbol=LINEAR, options={"defaultType": "spot"}),
    RouteCase(to=USDM, symbol=LINEAR, options={"defaultType": "delivery"}),
    RouteCase(to=USDM, symbol=LINEAR, options=SUB_INVERSE),
    RouteCase(to=USDM, symbol=LINEAR, params={"marginMode": "cross"}),
    RouteCase(to=USDM, symbol=LINEAR, params={"marginMode": "isolated"}),
    RouteCase(to=UM, symbol=LINEAR, params={**PORTFOLIO, "marginMode": "cross"}),
    RouteCase(to=OPTIONS, symbol=OPTION, options=SWAP),
    RouteCase(to=CM, symbol=COIN, options={**SWAP, **PORTFOLIO}),
    RouteCase(
        to=USDM, symbol=LINEAR, params={"stop": False, "trigger": False, "conditional": False}
    ),
    RouteCase(to=USDM, symbol=LINEAR, params={"stop": None}),
    # raw market ids
    RouteCase(to=USDM, symbol="BTCUSDT", options=SWAP),
    RouteCase(to=USDM, symbol="BTCUSDT", options=FUTURE),
    RouteCase(to=UM, symbol="BTCUSDT", options={**SWAP, **PORTFOLIO}),
    RouteCase(to=MARGIN, symbol="BTCUSDT", options=PORTFOLIO),
    RouteCase(to=MARGIN, symbol="LTCBTC", options=PORTFOLIO),
    RouteCase(to=USDM, symbol="BTCUSDT_261225"),
    RouteCase(to=UM, symbol="BTCUSDT_261225", options=PORTFOLIO),
    RouteCase(to=CM, symbol="BTCUSD_PERP", options=PORTFOLIO),
    RouteCase(to=CM, symbol="BTCUSD_200925", options=PORTFOLIO),
    RouteCase(to=OPTIONS, symbol="BTC-261225-100000-C"),
    RouteCase(to=OPTIONS, symbol="BTC-261225-100000-C", options=PORTFOLIO),
    # the other two classes
    RouteCase(to=USDM, symbol=LINEAR, exchange_id="binanceusdm"),
    RouteCase(to=USDM, symbol=SPOT, exchange_id="binanceusdm"),
    RouteCase(to=USDM, symbol="BTCUSDT", exchange_id="binanceusdm"),
    RouteCase(to=UM, symbol=LINEAR, options=PORTFOLIO, exchange_id="binanceusdm"),
    RouteCase(to=UM, symbol="BTCUSDT", params=PORTFOLIO, exchange_id="binanceusdm"),
    RouteCase(to=OPTIONS, symbol=OPTION, exchange_id="binanceusdm"),
    RouteCase(to=CM, symbol=COIN, options=PORTFOLIO, exchange_id="binanceusdm"),
    RouteCase(to=CM, symbol=COIN, options=PORTFOLIO, exchange_id="binancecoinm"),
    RouteCase(to=CM, symbol="BTC/USD", options={**SWAP, **PORTFOLIO}),
    RouteCase(to=CM, symbol="BTC/USD", options={**SWAP, **SUB_INVERSE, **PORTFOLIO}),
    RouteCase(to=CM, symbol="BTCUSD_PERP", options={**SWAP, **SUB_INVERSE, **PORTFOLIO}),
    RouteCase(to=CM, symbol="BTCUSDT", options={**FUTURE, **SUB_INVERSE, **PORTFOLIO}),
    RouteCase(to=USDM, symbol="BTCUSDT", options=SUB_LINEAR),
    RouteCase(to=USDM, symbol="BTCUSDT", options={"defaultType": None, **SUB_LINEAR}),
    RouteCase(
        to=UM, symbol="BTCUSDT", options={"defaultType": "margin", **SUB_LINEAR, **PORTFOLIO}
    ),
    RouteCase(to=MARGIN, symbol="BTCUSDT", options={"defaultType": None, **PORTFOLIO}),
    RouteCase(to=CM, symbol="BTCUSD_PERP", options=PORTFOLIO, exchange_id="binancecoinm"),
    RouteCase(to=USDM, symbol=LINEAR, exchange_id="binancecoinm"),
    RouteCase(to=UM, symbol=LINEAR, params=PORTFOLIO, exchange_id="binancecoinm"),
    # conditional orders
    RouteCase(to=USDM_ALGO, symbol=LINEAR, params={"stop": True}),
    RouteCase(to=USDM_ALGO, symbol=LINEAR, params={"trigger": True, "clientAlgoId": "a"}),
    RouteCase(to=USDM_ALGO, symbol=DATED, params={"trigger": True, "newClientStrategyId": "a"}),
    RouteCase(to=USDM_ALGO, symbol="BTCUSDT", params={"conditional": True}, options=SWAP),
    RouteCase(to=USDM_ALGO, symbol=LINEAR, params={"stop": True}, exchange_id="binanceusdm"),
    RouteCase(to=COINM_ALGO, symbol=COIN, params={"trigger": True}),
    RouteCase(to=COINM_ALGO, symbol=COIN_DATED, params={"stop": True, "clientOrderId": "a"}),
    RouteCase(
        to=COINM_ALGO, symbol="BTCUSD_PERP", params={"stop": True}, exchange_id="binancecoinm"
    ),
    RouteCase(to=UM_ALGO, symbol=LINEAR, params={"stop": True}, options=PORTFOLIO),
    RouteCase(to=UM_ALGO, symbol=LINEAR, params={**PORTFOLIO, "trigger": True, "clientAlgoId": 1}),
    RouteCase(to=CM_CONDITIONAL, symbol=COIN, params={**PORTFOLIO, "trigger": True}),
    RouteCase(
        to=CM_CONDITIONAL,
        symbol="BTCUSD_200925",
        params={**PORTFOLIO, "conditional": True, "newClientStrategyId": "a"},
    ),
    RouteCase(to=OPTIONS, symbol=OPTION, params={"stop": True}),
]
NATIVE = [
    RouteCase(to="equity/order/cancel", symbol="TSLA/USDT"),
]
