"""Derives Binance's market ids from ccxt's symbols, without loaded markets."""

from __future__ import annotations

import re

import attrs

_UNIFIED = re.compile(
    r"(?P<base>[^/:\s]+)/(?P<quote>[^/:\s]+)"
    r"(?::(?P<settle>[^/:\s-]+)(?:-(?P<expiry>\d{6})(?:-(?P<strike>[\d.]+)-(?P<right>[CP]))?)?)?"
)
_OPTION = re.compile(r"(?P<base>[^/:\s-]+)-(?P<expiry>\d{6})-(?P<strike>[\d.]+)-(?P<right>[CP])")
_DATED = re.compile(r"(?P<pair>[^/:\s_-]+)_(?P<expiry>\d{6}|PERP)")
_PLAIN = re.compile(r"[^/:\s_-]+")

OPTIONS_SETTLE = "USDT"
LINEAR_SETTLES = ("USDT", "USDC")


@attrs.frozen(kw_only=True)
class DerivedMarket:
    """A market, derived from its symbol. Parts that the symbol does not contain are None."""

    id: str
    symbol: str
    market_type: str
    """``"linear"``, ``"inverse"``, ``"option"`` or ``"spot"``."""
    base: str | None = None
    quote: str | None = None
    settle: str | None = None
    expiry: str | None = None
    """``YYMMDD`` of a dated contract."""


def derive_market(
    symbol: str, default_type: str | None = None, default_sub_type: str | None = None
) -> DerivedMarket | None:
    """The market of ``symbol``, a unified symbol or a market id; None where its format is unknown.

    The two defaults are ccxt's options. They decide where a symbol fits both spot and swap.
    """
    swaps, inverse = default_type == "swap", default_sub_type == "inverse"
    if match := _UNIFIED.fullmatch(symbol):
        base, quote, settle = match.group("base", "quote", "settle")
        if settle is None and swaps:
            settle = _legacy_settle(base, quote, inverse)
        if match["strike"] is not None:
            return _option(base, match["expiry"], match["strike"], match["right"])
        return _pair(base, quote, settle, match["expiry"])
    if match := _OPTION.fullmatch(symbol):
        return _option(*match.groups())
    if match := _DATED.fullmatch(symbol):
        return _dated(symbol, match["pair"], match["expiry"])
    if not _PLAIN.fullmatch(symbol):
        return None
    if (swaps or default_type == "future") and not inverse:
        return _linear(symbol, symbol, None)
    return DerivedMarket(id=symbol, symbol=symbol, market_type="spot")


def _legacy_settle(base: str, quote: str, inverse: bool) -> str:
    """With ``defaultType: swap``, ccxt reads a spot symbol as its perpetual."""
    return base if inverse or quote == "USD" else quote


def _pair(base: str, quote: str, settle: str | None, expiry: str | None) -> DerivedMarket | None:
    if settle not in (base, quote, None):
        return None
    market_type = "spot" if settle is None else "linear" if settle == quote else "inverse"
    suffix = f"_{expiry}" if expiry else "_PERP" if market_type == "inverse" else ""
    symbol = f"{base}/{quote}" + (f":{settle}" if settle else "") + (f"-{expiry}" if expiry else "")
    return DerivedMarket(
        id=base + quote + suffix,
        symbol=symbol,
        market_type=market_type,
        base=base,
        quote=quote,
        settle=settle,
        expiry=expiry,
    )


def _option(base: str, expiry: str, strike: str, right: str) -> DerivedMarket:
    settle, tail = OPTIONS_SETTLE, f"{expiry}-{strike}-{right}"
    return DerivedMarket(
        id=f"{base}-{tail}",
        symbol=f"{base}/{settle}:{settle}-{tail}",
        market_type="option",
        base=base,
        quote=settle,
        settle=settle,
        expiry=expiry,
    )


def _dated(market_id: str, pair: str, expiry: str) -> DerivedMarket | None:
    """``BTCUSD_PERP`` and ``BTCUSD_260327`` settle in the coin, ``BTCUSDT_260327`` in its quote."""
    date = None if expiry == "PERP" else expiry
    base = pair.removesuffix("USD")
    if base not in ("", pair):
        return _pair(base, "USD", base, date)
    return None if date is None else _linear(market_id, pair, date)


def _linear(market_id: str, pair: str, expiry: str | None) -> DerivedMarket | None:
    for quote in LINEAR_SETTLES:
        base = pair.removesuffix(quote)
        if base not in ("", pair):
            return _pair(base, quote, quote, expiry)
    return DerivedMarket(id=market_id, symbol=market_id, market_type="linear", expiry=expiry)
