"""Where ccxt's rules send a Binance cancel: the kind of market and the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN
from adapter.contract.venue import Market, MarketRoute
from adapter.venues.binance.symbols import DerivedMarket, derive_market

METHOD = "cancelOrder"
ACCOUNT = ("papi", "portfolioMargin")
ACCOUNT_WORDS = (*ACCOUNT, "defaultPapi", "defaultPortfolioMargin")
IGNORED_BY_CCXT = (
    "portfolioMargin beside apiKey in the constructor holds for cancel_order only, because ccxt"
    " ignores it there: write options={'portfolioMargin': True}"
)
DERIVATIVES = ("future", "delivery", "option")
"""Values of ``defaultType`` that ccxt heeds for raw market ids, not for spot symbols."""
CONDITIONAL = ("stop", "trigger", "conditional")
OPTION_NAMES = (
    *ACCOUNT_WORDS,
    *("marginMode", "defaultMarginMode", "stock", "defaultStock"),
)
"""What may stand in the options of an exchange, and seldom does."""

MARKET_FIELDS = ("id", "type", "linear", "inverse", "stock")
"""What is read of a market to tell its way."""

ROUTING_PARAMS = frozenset(
    {
        *OPTION_NAMES,
        *("type", "defaultType", "subType", "defaultSubType"),
        *CONDITIONAL,
        # ccxt's own retries, which it takes out of the params of any call
        *("maxRetriesOnFailure", "defaultMaxRetriesOnFailure"),
        *("maxRetriesOnFailureDelay", "defaultMaxRetriesOnFailureDelay"),
        "callerMethodName",
    }
)


def route(
    exchange: Any, symbol: str, params: Mapping[str, Any], default_account: str | None
) -> MarketRoute:
    """Read symbol, params and options as ccxt's ``binance.cancel_order`` does.

    The account is the first that is stated: params, ``options["cancelOrder"]``, ``options``, the
    constructor (which ccxt ignores), then ``default_account``. No markets are loaded; with markets
    loaded, raises ``ccxt.BadSymbol`` as ``exchange.market`` does.
    """
    is_told = _is_stated(exchange, params)
    account = _account(exchange, params, default_account, is_told)
    market = _market(exchange, symbol)
    if market is None:
        return MarketRoute(
            account=account, unserved_reason=f"{symbol!r} is not of a shape that tells"
        )
    params = dict(params)
    if params and exchange.safe_bool_n(params, [*CONDITIONAL]):
        return MarketRoute(
            market=market, account=account, unserved_reason="conditional orders are ccxt's"
        )
    if _is_stock(exchange, market, params, is_told):
        return MarketRoute(
            market=market, account=account, unserved_reason="stock orders are ccxt's"
        )
    kind = _market_type(exchange, market, params, account, is_told)
    note = _note(exchange, symbol, kind)
    return MarketRoute(market=market, market_type=kind, account=account, note=note)


def route_cache_key(exchange: Any, symbol: str) -> tuple[Any, ...] | None:
    """What `route` goes by where params are empty; None where more has a say than these.

    A loaded market goes in by its identity, which is its own for as long as a way holds it, and by
    what is read of it.
    """
    options = exchange.options
    if _is_stated(exchange, {}):
        return None
    market = exchange.market(symbol) if exchange.markets else None
    told = () if market is None else (id(market), *map(market.get, MARKET_FIELDS))
    types = options.get("defaultType"), options.get("defaultSubType")
    return *told, *types, _constructor_account(exchange)


def _note(exchange: Any, symbol: str, kind: str) -> str | None:
    if "/" not in symbol or ":" in symbol:
        return None
    if kind in ("linear", "inverse", "option"):
        return (
            f"{symbol} is a spot symbol; options or params (defaultType, defaultSubType, type,"
            f" subType) send it to the {kind} market"
        )
    default_type = exchange.safe_string(exchange.options, "defaultType")
    if default_type not in DERIVATIVES:
        return None
    return (
        f"{symbol} is a spot symbol, and defaultType {default_type!r} does not send it to another"
        " market: a contract's symbol names what it settles in, such as BTC/USDT:USDT"
    )


def _is_stated(exchange: Any, params: Mapping[str, Any]) -> bool:
    """Whether anything but the market has a say. To have ccxt look for each word takes long."""
    options = exchange.options
    if options.get(METHOD) is not None or (params and not ROUTING_PARAMS.isdisjoint(params)):
        return True
    return any(map(options.__contains__, OPTION_NAMES))


def _account(exchange: Any, params: Mapping[str, Any], default: str | None, is_told: bool) -> str:
    stated = None
    if is_told:
        stated, _ = exchange.handle_option_bool_and_params_2(dict(params), METHOD, *ACCOUNT)
    if stated is None:
        stated = _constructor_account(exchange)
    if stated is None:
        return default or CLASSIC
    return PORTFOLIO_MARGIN if stated else CLASSIC


def _constructor_account(exchange: Any) -> bool | None:
    """``portfolioMargin`` as given beside ``apiKey`` in the constructor, where ccxt ignores it."""
    own = vars(exchange)
    for name in ACCOUNT:
        if isinstance(own.get(name), bool):
            return bool(own[name])
    return None


def stated_accounts(exchange: Any, options: Mapping[str, Any]) -> dict[str, str]:
    """The account that each place states: options, those of one method, and the constructor."""
    places = {f"options[{name!r}]": own for name, own in options.items()}
    places |= {"options": options, "the constructor": vars(exchange)}
    return {
        f"{place}[{name!r}]": PORTFOLIO_MARGIN if own[name] else CLASSIC
        for place, own in places.items()
        for name in ACCOUNT_WORDS
        if isinstance(own, Mapping) and isinstance(own.get(name), bool)
    }


def account_options(account: str) -> dict[str, Any]:
    """What tells all of ccxt's methods; the classic account is ccxt's own default."""
    return {"portfolioMargin": True} if account == PORTFOLIO_MARGIN else {}


def attach_warnings(exchange: Any) -> tuple[str, ...]:
    """What to warn of when the adapter is attached."""
    return (IGNORED_BY_CCXT,) if _constructor_account(exchange) else ()


def _is_stock(exchange: Any, market: Market, params: dict[str, Any], is_told: bool) -> bool:
    stated = False
    if is_told:
        stated, _ = exchange.handle_option_bool_and_params(params, METHOD, "stock", False)
    return bool(stated or market.structure.get("stock"))


def _market_type(
    exchange: Any, market: Market, params: dict[str, Any], account: str, is_told: bool
) -> str:
    structure = market.structure
    if not is_told and structure["type"] in ("swap", "future"):
        return "linear" if structure["linear"] else "inverse"
    kind, params = exchange.handle_market_type_and_params(METHOD, structure, params, "spot")
    sub_type, params = exchange.handle_sub_type_and_params(METHOD, structure, params)
    margin_mode = None
    if is_told:
        margin_mode, params = exchange.handle_margin_mode_and_params(METHOD, params)
    if kind == "option":
        return "option"
    if exchange.is_linear(kind, sub_type):
        return "linear"
    if exchange.is_inverse(kind, sub_type):
        return "inverse"
    borrows = kind == "margin" or margin_mode is not None or account == PORTFOLIO_MARGIN
    return "margin" if borrows else "spot"


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
    kind, dated = market.market_type, market.expiry is not None
    contract = kind in ("linear", "inverse")
    kinds = {
        "spot": kind == "spot",
        "option": kind == "option",
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
            "type": next(name for name, is_it in kinds.items() if is_it),
            **kinds,
            "contract": kind != "spot",
            # None for options, as in ccxt
            "linear": kind == "linear" if contract else None,
            "inverse": kind == "inverse" if contract else None,
            # a coin-margined contract's size is known to the exchange only
            "contractSize": 1.0 if kind == "linear" else None,
        }
    )
    return structure
