"""The answers that need no order: ``exchangeInfo`` of four hosts, coins and margin pairs.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information
https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/Exchange-Information
https://developers.binance.com/docs/derivatives/options-trading/market-data/Exchange-Information
"""

from adapter.simulator.markets import INVERSE, LINEAR, OPTIONS, PERPETUAL, SPOT, Market

Json = dict[str, object]

_SPOT_ORDERS = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"]
_FUTURES_ORDERS = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"]
_FUTURES_TIMES = ["GTC", "IOC", "FOK", "GTX", "GTD"]


def spot(now: int) -> Json:
    """Return the body of ``GET /api/v3/exchangeInfo``."""
    return {**_head(now, 6000), "symbols": [_spot(market) for market in SPOT]}


def linear(now: int) -> Json:
    """Return the body of ``GET /fapi/v1/exchangeInfo``."""
    symbols = [{**_future(market, "USDT"), "status": "TRADING"} for market in LINEAR]
    return {**_head(now, 2400), "symbols": symbols}


def inverse(now: int) -> Json:
    """Return the body of ``GET /dapi/v1/exchangeInfo``."""
    return {**_head(now, 2400), "symbols": [_inverse(market) for market in INVERSE]}


def options(now: int) -> Json:
    """Return the body of ``GET /eapi/v1/exchangeInfo``."""
    return {
        **_head(now, 2400),
        "optionContracts": [
            {"baseAsset": base, "quoteAsset": "USDT", "underlying": f"{base}USDT"}
            for base in ("BTC", "ETH")
        ],
        "optionAssets": [{"name": "USDT"}],
        "optionSymbols": [_option(market) for market in OPTIONS],
    }


def coins() -> list[Json]:
    """Return the body of ``GET /sapi/v1/capital/config/getall``."""
    return [_coin(coin) for coin in ("BTC", "ETH", "LTC", "USDT")]


def margin_pairs() -> list[Json]:
    """Return the body of ``GET /sapi/v1/margin/allPairs`` and of the isolated one."""
    return [
        {
            "symbol": market.symbol,
            "base": market.base,
            "quote": market.quote,
            "isMarginTrade": True,
            "isBuyAllowed": True,
            "isSellAllowed": True,
        }
        for market in SPOT
    ]


def _head(now: int, limit: int) -> Json:
    weight = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
    return {
        "timezone": "UTC",
        "serverTime": now,
        "rateLimits": [{**weight, "limit": limit}],
        "exchangeFilters": [],
    }


def _filters(market: Market) -> list[Json]:
    price = {"minPrice": market.tick, "maxPrice": "4529764", "tickSize": market.tick}
    lot = {"minQty": market.step, "maxQty": "100000", "stepSize": market.step}
    return [{"filterType": "PRICE_FILTER", **price}, {"filterType": "LOT_SIZE", **lot}]


def _assets(market: Market) -> Json:
    return {"symbol": market.symbol, "baseAsset": market.base, "quoteAsset": market.quote}


def _spot(market: Market) -> Json:
    return {
        **_assets(market),
        "status": "TRADING",
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": _SPOT_ORDERS,
        "icebergAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": True,
        "filters": _filters(market),
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
    }


def _future(market: Market, margin: str) -> Json:
    return {
        **_assets(market),
        "pair": market.pair,
        "contractType": "PERPETUAL" if market.expiry == PERPETUAL else "CURRENT_QUARTER",
        "deliveryDate": market.expiry,
        "onboardDate": 1_569_398_400_000,
        "marginAsset": margin,
        "pricePrecision": _decimals(market.tick),
        "quantityPrecision": _decimals(market.step),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "filters": _filters(market),
        "orderTypes": _FUTURES_ORDERS,
        "timeInForce": _FUTURES_TIMES,
    }


def _inverse(market: Market) -> Json:
    inverse = {"contractStatus": "TRADING", "contractSize": market.size}
    return {**_future(market, market.base), **inverse}


def _option(market: Market) -> Json:
    _, _, strike, side = market.symbol.split("-")
    return {
        "symbol": market.symbol,
        "status": "TRADING",
        "expiryDate": market.expiry,
        "filters": _filters(market),
        "side": {"C": "CALL", "P": "PUT"}[side],
        "strikePrice": f"{strike}.000",
        "underlying": f"{market.base}USDT",
        "unit": 1,
        "minQty": market.step,
        "maxQty": "1000",
        "priceScale": _decimals(market.tick),
        "quantityScale": _decimals(market.step),
        "quoteAsset": market.quote,
    }


def _coin(coin: str) -> Json:
    network = {
        "network": coin,
        "coin": coin,
        "isDefault": True,
        "depositEnable": True,
        "withdrawEnable": True,
        "withdrawFee": "0.0001",
        "withdrawMin": "0.001",
        "withdrawIntegerMultiple": "0.00000001",
    }
    return {
        "coin": coin,
        "name": coin,
        "trading": True,
        "isLegalMoney": False,
        "networkList": [network],
    }


def _decimals(step: str) -> int:
    return len(step.partition(".")[2])
