"""Selects the market type and account of a Binance cancel by ccxt's rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN, Market, MarketRoute
from adapter.venues.binance.symbols import DerivedMarket, derive_market

METHOD = "cancelOrder"
ACCOUNT = ("papi", "portfolioMargin")
ACCOUNT_NAMES = (*ACCOUNT, "defaultPapi", "defaultPortfolioMargin")
IGNORED_BY_CCXT = (
    "the constructor argument portfolioMargin has an effect on cancel_order only, because ccxt"
    " ignores it outside of options: write options={'portfolioMargin': True}"
)
DERIVATIVES = ("future", "delivery", "option")
"""Values of ``defaultType`` that ccxt uses for raw market ids, not for spot symbols."""
CONDITIONAL = ("stop", "trigger", "conditional")
CONTRACTS = ("linear", "inverse")
"""The market types that have a separate book of conditional orders."""
IS_ISOLATED = "isIsolated"
OPTION_NAMES = (
    *ACCOUNT_NAMES,
    *("marginMode", "defaultMarginMode", "stock", "defaultStock"),
)
"""Options that change the route if an exchange object has them. Most have none."""

MARKET_FIELDS = ("id", "type", "linear", "inverse", "stock")
"""The fields of a market that decide the route."""

ROUTING_PARAMS = frozenset(
    {
        *OPTION_NAMES,
        *("type", "defaultType", "subType", "defaultSubType"),
        *CONDITIONAL,
        # ccxt's retry settings, which it removes from the params of every call
        *("maxRetriesOnFailure", "defaultMaxRetriesOnFailure"),
        *("maxRetriesOnFailureDelay", "defaultMaxRetriesOnFailureDelay"),
        "callerMethodName",
    }
)


def route(
    exchange: Any, symbol: str, params: Mapping[str, Any], *, account: str | None
) -> MarketRoute:
    """The route of a cancel, by symbol, params and options as in ccxt's ``binance.cancel_order``.

    The account is the first one stated in: params, ``options["cancelOrder"]``, ``options``, the
    constructor (which ccxt ignores), ``account``. It loads no markets. With markets loaded
    it raises ``ccxt.BadSymbol`` as ``exchange.market`` does.
    """
    has_settings = _has_settings(exchange, params)
    account = _account(exchange, params, account, has_settings)
    market = _market(exchange, symbol)
    if market is None:
        return MarketRoute(
            account=account, unserved_reason=f"the format of symbol {symbol!r} is unknown"
        )
    params = dict(params)
    if _is_stock(exchange, market, params, has_settings):
        return MarketRoute(
            market=market, account=account, unserved_reason="ccxt handles stock orders"
        )
    found = _route(exchange, market.structure, params, account, has_settings)
    return attrs.evolve(found, market=market, note=_note(exchange, symbol, found.market_type))


def route_all(exchange: Any, params: Mapping[str, Any], *, account: str | None) -> MarketRoute:
    """The route of the orders of all markets, by params and options as ccxt's other methods."""
    has_settings = _has_settings(exchange, params)
    account = _account(exchange, params, account, has_settings)
    params = dict(params)
    stated, _ = exchange.handle_option_bool_and_params(params, METHOD, "stock", False)
    if stated:
        return MarketRoute(account=account, unserved_reason="ccxt handles stock orders")
    return _route(exchange, None, params, account, has_settings)


def market_of_id(exchange: Any, market_id: str, market_type: str) -> Market | None:
    """The market of an id in an answer, of the loaded ones if there are any."""
    kind = "spot" if market_type == "margin" else market_type
    for structure in (exchange.markets_by_id or {}).get(market_id, ()):
        if structure.get(kind):
            return Market(id=market_id, structure=structure)
    inverse = "inverse" if kind == "inverse" else None
    found = derive_market(market_id, None if kind == "spot" else "swap", inverse)
    if found is None:
        return None
    return Market(id=found.id, structure=_structure(exchange, found), derived=True)


def route_cache_key(exchange: Any, symbol: str) -> tuple[Any, ...] | None:
    """All that `route` depends on where params are empty; None where other options matter too.

    A loaded market is represented by its ``id()``, which is unique while a cached route refers to
    it, and by the fields that are read.
    """
    options = exchange.options
    if _has_settings(exchange, {}):
        return None
    market = exchange.market(symbol) if exchange.markets else None
    fields = () if market is None else (id(market), *map(market.get, MARKET_FIELDS))
    types = options.get("defaultType"), options.get("defaultSubType")
    return *fields, *types, _constructor_account(exchange)


def _note(exchange: Any, symbol: str, market_type: str) -> str | None:
    if "/" not in symbol or ":" in symbol:
        return None
    if market_type in ("linear", "inverse", "option"):
        return (
            f"{symbol} is a spot symbol; options or params (defaultType, defaultSubType, type,"
            f" subType) send it to the {market_type} market"
        )
    default_type = exchange.safe_string(exchange.options, "defaultType")
    if default_type not in DERIVATIVES:
        return None
    return (
        f"{symbol} is a spot symbol, and defaultType {default_type!r} does not send it to another"
        " market: the symbol of a contract has a settle currency, such as BTC/USDT:USDT"
    )


def _has_settings(exchange: Any, params: Mapping[str, Any]) -> bool:
    """Whether params or options may change the route. It spares ccxt's slow look-ups otherwise."""
    options = exchange.options
    if options.get(METHOD) is not None or (params and not ROUTING_PARAMS.isdisjoint(params)):
        return True
    return any(map(options.__contains__, OPTION_NAMES))


def _account(
    exchange: Any, params: Mapping[str, Any], default: str | None, has_settings: bool
) -> str:
    stated = None
    if has_settings:
        stated, _ = exchange.handle_option_bool_and_params_2(dict(params), METHOD, *ACCOUNT)
    if stated is None:
        stated = _constructor_account(exchange)
    if stated is None:
        return default or CLASSIC
    return PORTFOLIO_MARGIN if stated else CLASSIC


def _constructor_account(exchange: Any) -> bool | None:
    """``portfolioMargin`` as an argument of the constructor, where ccxt ignores it."""
    attributes = vars(exchange)
    for name in ACCOUNT:
        if isinstance(attributes.get(name), bool):
            return bool(attributes[name])
    return None


def stated_accounts(exchange: Any, options: Mapping[str, Any]) -> dict[str, str]:
    """By setting: the account that it states, in options, a method's options or the constructor."""
    sources = {f"options[{name!r}]": values for name, values in options.items()}
    sources |= {"options": options, "the constructor": vars(exchange)}
    return {
        f"{source}[{name!r}]": PORTFOLIO_MARGIN if values[name] else CLASSIC
        for source, values in sources.items()
        for name in ACCOUNT_NAMES
        if isinstance(values, Mapping) and isinstance(values.get(name), bool)
    }


def account_options(account: str) -> dict[str, Any]:
    """The options that select the account for all of ccxt's methods; classic is its default."""
    return {"portfolioMargin": True} if account == PORTFOLIO_MARGIN else {}


def attach_warnings(exchange: Any) -> tuple[str, ...]:
    """The warnings to log when the adapter is attached."""
    return (IGNORED_BY_CCXT,) if _constructor_account(exchange) else ()


def _is_stock(exchange: Any, market: Market, params: dict[str, Any], has_settings: bool) -> bool:
    stated = False
    if has_settings:
        stated, _ = exchange.handle_option_bool_and_params(params, METHOD, "stock", False)
    return bool(stated or market.structure.get("stock"))


def _route(
    exchange: Any,
    structure: Mapping[str, Any] | None,
    params: dict[str, Any],
    account: str,
    has_settings: bool,
) -> MarketRoute:
    market_type = _market_type(exchange, structure, params, account, has_settings)
    is_conditional = market_type in CONTRACTS and exchange.safe_bool_n(params, [*CONDITIONAL])
    return MarketRoute(
        market_type=market_type,
        account=account,
        conditional=bool(is_conditional),
        params=_isolated(exchange, params, market_type, account, has_settings),
    )


def _margin_mode(exchange: Any, params: Mapping[str, Any], has_settings: bool) -> str | None:
    mode = None
    if has_settings:
        mode, _ = exchange.handle_margin_mode_and_params(METHOD, dict(params))
    return mode


def _isolated(
    exchange: Any, params: Mapping[str, Any], market_type: str, account: str, has_settings: bool
) -> dict[str, Any]:
    """The parameter that selects an isolated account, as the caller gave it if that is so.

    https://developers.binance.com/docs/margin_trading/trade/Margin-Account-Cancel-Order
    """
    if market_type != "margin" or account == PORTFOLIO_MARGIN:
        return {}
    stated = params.get(IS_ISOLATED)
    if stated is None and _margin_mode(exchange, params, has_settings) == "isolated":
        stated = "TRUE"
    return {} if stated is None else {IS_ISOLATED: stated}


def _market_type(
    exchange: Any,
    structure: Mapping[str, Any] | None,
    params: dict[str, Any],
    account: str,
    has_settings: bool,
) -> str:
    if structure is not None and not has_settings and structure["type"] in ("swap", "future"):
        return "linear" if structure["linear"] else "inverse"
    market_type, params = exchange.handle_market_type_and_params(METHOD, structure, params, "spot")
    sub_type, params = exchange.handle_sub_type_and_params(METHOD, structure, params)
    if market_type == "option":
        return "option"
    if exchange.is_linear(market_type, sub_type):
        return "linear"
    if exchange.is_inverse(market_type, sub_type):
        return "inverse"
    if market_type == "margin" or account == PORTFOLIO_MARGIN:
        return "margin"
    return "spot" if _margin_mode(exchange, params, has_settings) is None else "margin"


def _market(exchange: Any, symbol: str) -> Market | None:
    if exchange.markets:
        structure = exchange.market(symbol)
        return Market(id=structure["id"], structure=structure)
    options = exchange.options
    default_type = exchange.safe_string(options, "defaultType")
    found = derive_market(symbol, default_type, exchange.safe_string(options, "defaultSubType"))
    if found is None:
        return None
    return Market(id=found.id, structure=_structure(exchange, found), derived=True)


def _structure(exchange: Any, market: DerivedMarket) -> Mapping[str, Any]:
    market_type, dated = market.market_type, market.expiry is not None
    contract = market_type in ("linear", "inverse")
    flags = {
        "spot": market_type == "spot",
        "option": market_type == "option",
        "swap": contract and not dated,
        "future": contract and dated,
    }
    structure: dict[str, Any] = exchange.safe_market_structure(
        {
            "id": market.id,
            "symbol": market.symbol,
            "base": market.base,
            "quote": market.quote,
            "settle": market.settle,
            "type": next(name for name, is_set in flags.items() if is_set),
            **flags,
            "contract": market_type != "spot",
            # None for options, as in ccxt
            "linear": market_type == "linear" if contract else None,
            "inverse": market_type == "inverse" if contract else None,
            # only the exchange knows the size of a coin-margined contract
            "contractSize": 1.0 if market_type == "linear" else None,
        }
    )
    return structure
