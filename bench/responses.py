"""What the server answers: a canceled order, and as many markets as Binance has.

``responses.json`` has one of each, as Binance sends it:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

TEMPLATES: Json = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
HEADERS: dict[str, str] = TEMPLATES["headers"]
ORDER: Json = TEMPLATES["order"]

BASES = ("BTC", "ETH", "LTC", *(f"C{number:03}" for number in range(497)))
QUOTES = ("USDT", "USDC", "BTC", "FDUSD")
PERPETUALS, INVERSE = 700, 60
INVERSE_ONLY = {"contractStatus": "TRADING", "contractSize": 10}


def bodies() -> dict[str, Any]:
    """Path → body of every GET that is answered."""
    linear = [*BASES, *(f"1000{base}" for base in BASES)][:PERPETUALS]
    margin = [_filled("margin pair", NUMBER=str(1000 + n), BASE=b) for n, b in enumerate(BASES)]
    coins = [_filled("coin", COIN=coin) for coin in (*BASES, "USDT", "USDC", "FDUSD")]
    return {
        "/api/v3/exchangeInfo": _info(
            [_filled("pair", BASE=b, QUOTE=q) for q in QUOTES for b in BASES if b != q]
        ),
        "/fapi/v1/exchangeInfo": _info([contract(f"{b}USDT", b, "USDT", "USDT") for b in linear]),
        "/dapi/v1/exchangeInfo": _info(
            [{**contract(f"{b}USD_PERP", b, "USD", b), **INVERSE_ONLY} for b in BASES[:INVERSE]]
        ),
        "/sapi/v1/capital/config/getall": coins,
        "/sapi/v1/margin/allPairs": margin,
        "/sapi/v1/margin/isolated/allPairs": margin,
        "/api/v3/time": {"serverTime": TEMPLATES["info"]["serverTime"]},
        "/fapi/v1/premiumIndex": TEMPLATES["premium index"],
    }


def _info(symbols: list[Json]) -> Json:
    return {**TEMPLATES["info"], "symbols": symbols}


def contract(symbol: str, base: str, quote: str, margin: str) -> Json:
    """A perpetual, as in ``exchangeInfo``."""
    return _filled("contract", SYMBOL=symbol, BASE=base, QUOTE=quote, MARGIN=margin)


def _filled(template: str, **values: str) -> Json:
    """A template with these placeholders replaced."""
    text = json.dumps(TEMPLATES[template])
    for name, value in values.items():
        text = text.replace(name, value)
    filled: Json = json.loads(text)
    return filled
