"""Lists of markets of the size that Binance's have: 2,000 spot pairs, 700 perpetuals, 60 coins.

Shapes: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints and
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

COINS = 500
PERPETUALS, INVERSE = 700, 60
QUOTES = ("USDT", "USDC", "BTC", "FDUSD")
"""Every coin is traded for each."""
GROUPS = 130
"""Trade groups that a spot pair is in: most of what Binance sends of a pair."""
FOREVER = 4_133_404_800_000
BASES = ("BTC", "ETH", "LTC", *(f"C{number:03}" for number in range(COINS - 3)))


def spot() -> Json:
    """The body of ``GET /api/v3/exchangeInfo``."""
    pairs = [(base, quote) for quote in QUOTES for base in BASES if base != quote]
    return {**_head(6000), "symbols": [_pair(base, quote) for base, quote in pairs]}


def linear() -> Json:
    """The body of ``GET /fapi/v1/exchangeInfo``."""
    bases = [*BASES, *(f"1000{base}" for base in BASES)][:PERPETUALS]
    return {**_head(2400), "symbols": [_contract(f"{base}USDT", base, "USDT") for base in bases]}


def inverse() -> Json:
    """The body of ``GET /dapi/v1/exchangeInfo``."""
    contracts = [_contract(f"{base}USD_PERP", base, "USD") for base in BASES[:INVERSE]]
    own = {"contractStatus": "TRADING", "contractSize": 10}
    return {**_head(2400), "symbols": [{**contract, **own} for contract in contracts]}


def margin_pairs() -> list[Json]:
    """The body of ``GET /sapi/v1/margin/allPairs``, and of its isolated twin."""
    allowed = {"isMarginTrade": True, "isBuyAllowed": True, "isSellAllowed": True}
    return [
        {"id": str(1000 + n), "symbol": f"{b}USDT", "base": b, "quote": "USDT", **allowed}
        for n, b in enumerate(BASES)
    ]


def coins() -> list[Json]:
    """The body of ``GET /sapi/v1/capital/config/getall``."""
    return [_coin(coin) for coin in (*BASES, "USDT", "USDC", "FDUSD")]


def _head(limit: int) -> Json:
    weight = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
    return {
        "timezone": "UTC",
        "serverTime": 1795248463642,
        "rateLimits": [{**weight, "limit": limit}],
        "exchangeFilters": [],
    }


def _filters() -> list[Json]:
    price = {"minPrice": "0.01000000", "maxPrice": "1000000.00000000", "tickSize": "0.01000000"}
    lot = {"minQty": "0.00100000", "maxQty": "9000.00000000", "stepSize": "0.00100000"}
    above = {"minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2000}
    below = {"minTrailingBelowDelta": 10, "maxTrailingBelowDelta": 2000}
    bid = {"bidMultiplierUp": "5", "bidMultiplierDown": "0.2"}
    ask = {"askMultiplierUp": "5", "askMultiplierDown": "0.2"}
    least = {"minNotional": "5.00000000", "applyMinToMarket": True}
    most = {"maxNotional": "9000000.00000000", "applyMaxToMarket": False}
    return [
        {"filterType": "PRICE_FILTER", **price},
        {"filterType": "LOT_SIZE", **lot},
        {"filterType": "MARKET_LOT_SIZE", **lot},
        {"filterType": "ICEBERG_PARTS", "limit": 100},
        {"filterType": "TRAILING_DELTA", **above, **below},
        {"filterType": "PERCENT_PRICE_BY_SIDE", **bid, **ask, "avgPriceMins": 5},
        {"filterType": "NOTIONAL", **least, **most, "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10},
    ]


def _pair(base: str, quote: str) -> Json:
    return {
        "symbol": base + quote,
        "status": "TRADING",
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": True,
        "ocoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": True,
        "filters": _filters(),
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN", *(f"TRD_GRP_{n:03}" for n in range(4, GROUPS + 4))]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def _contract(symbol: str, base: str, quote: str) -> Json:
    return {
        "symbol": symbol,
        "pair": base + quote,
        "contractType": "PERPETUAL",
        "deliveryDate": FOREVER,
        "onboardDate": 1_569_398_400_000,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": base,
        "quoteAsset": quote,
        "marginAsset": quote if quote == "USDT" else base,
        "pricePrecision": 2,
        "quantityPrecision": 3,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": ["Layer-1"],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "filters": _filters(),
        "orderTypes": ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT"],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }


def _coin(coin: str) -> Json:
    amounts = ("free", "freeze", "ipoable", "ipoing", "locked", "storage", "withdrawing")
    return {
        "coin": coin,
        "name": coin,
        **dict.fromkeys(amounts, "0"),
        "trading": True,
        "isLegalMoney": False,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "networkList": [_network(coin, network) for network in ("ETH", "BSC", "ARBITRUM")],
    }


def _network(coin: str, network: str) -> Json:
    return {
        "network": network,
        "coin": coin,
        "name": f"{network} network of {coin}",
        "isDefault": network == "ETH",
        "depositEnable": True,
        "withdrawEnable": True,
        "depositDesc": "",
        "withdrawDesc": "",
        "specialTips": "",
        "specialWithdrawTips": "The network that you choose must be the one of the address.",
        "addressRegex": "^(0x)[0-9A-Fa-f]{40}$",
        "memoRegex": "",
        "withdrawFee": "0.0001",
        "withdrawMin": "0.001",
        "withdrawMax": "10000",
        "withdrawInternalMin": "0.001",
        "depositDust": "0.0001",
        "withdrawIntegerMultiple": "0.00000001",
        "minConfirm": 12,
        "unLockConfirm": 64,
        "sameAddress": False,
        "withdrawTag": False,
        "resetAddressStatus": False,
        "estimatedArrivalTime": 5,
        "busy": False,
        "contractAddressUrl": "https://etherscan.io/address/",
        "contractAddress": "0xdac17f958d2ee523a2206206994597c13d831ec7",
    }
