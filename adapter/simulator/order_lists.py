"""Order lists of spot, of legs with a limit price: an OCO, and an OTO.

Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
"""

from collections.abc import Collection
from decimal import Decimal
from functools import partial

import attrs

from adapter.simulator import errors, markets, quotes, spot, trading
from adapter.simulator.answers import Json
from adapter.simulator.book import PENDING, Book, DuplicateClientIdError, Order
from adapter.simulator.params import Params
from adapter.simulator.products import Product
from adapter.simulator.routes import Route, Routes

STOPS = frozenset({"STOP_LOSS_LIMIT"})
PROFITS = frozenset({"LIMIT_MAKER", "TAKE_PROFIT_LIMIT"})
WORKING = frozenset({"LIMIT", "LIMIT_MAKER"})

_OF_LIST = frozenset({"listClientOrderId", "newOrderRespType", "selfTradePreventionMode"})
_OF_LEG = ("type", "price", "stopPrice", "timeInForce", "clientOrderId")
_OF_BOTH = ("side", "quantity")
_LAST = {market.symbol: quotes.price(market) for market in markets.SPOT}


def order_list_routes(product: Product, book: Book) -> Routes:
    """Return the endpoints that place an order list."""
    route = partial(Route, host=product.host, signed=True)
    legs = (_names(leg, _OF_LEG) for leg in ("above", "below"))
    oco = product.list_reads.union(_OF_LIST, _OF_BOTH, *legs)
    both = (_names(leg, _OF_LEG + _OF_BOTH) for leg in ("working", "pending"))
    oto = product.list_reads.union(_OF_LIST, *both)
    return {
        ("POST", f"{product.path}/orderList/oco"): route(
            serve=partial(place_oco, product, book), reads=oco
        ),
        ("POST", f"{product.path}/orderList/oto"): route(
            serve=partial(place_oto, product, book), reads=oto
        ),
    }


def place_oco(product: Product, book: Book, params: Params) -> Json:
    """Place two legs of which one ends the other, the stop first.

    Raises the ApiError of the first thing wrong with a leg, -1014 for types that do not go
    together, and -2010 for prices that do not.
    """
    last = _LAST[trading.symbol_of(product, params)]
    side = params.one_of("side", trading.SIDES)
    above, below = (_leg(product, params, leg, _OF_LEG) for leg in ("above", "below"))
    stop, profit = (below, above) if side == "SELL" else (above, below)
    if stop.type not in STOPS or profit.type not in PROFITS:
        raise errors.bad_combination()
    if not _level(below) < last < _level(above):
        raise errors.bad_prices()
    return _placed(product, book, params, [stop, profit], "OCO")


def place_oto(product: Product, book: Book, params: Params) -> Json:
    """Place one leg that works, and one that waits until all of that has traded.

    Raises the ApiError of the first thing wrong with a leg, or -1014 for the type of the first.
    """
    trading.symbol_of(product, params)
    working, pending = (
        _leg(product, params, leg, _OF_LEG + _OF_BOTH) for leg in ("working", "pending")
    )
    if working.type not in WORKING:
        raise errors.bad_combination()
    waiting = attrs.evolve(pending, status=PENDING)
    return _placed(product, book, params, [working, waiting], "OTO")


def _level(leg: Order) -> Decimal:
    return leg.stop_price if leg.type in STOPS else leg.price


def _placed(product: Product, book: Book, params: Params, legs: list[Order], kind: str) -> Json:
    response = params.optional_one_of("newOrderRespType", trading.RESPONSES, "RESULT")
    name = trading.new_client_id(product, params, "listClientOrderId")
    drafts = [attrs.evolve(leg, list_client_order_id=name, contingency_type=kind) for leg in legs]
    try:
        return spot.placed_list(book.place_list(drafts), response)
    except DuplicateClientIdError as e:
        raise product.duplicate() from e


def _leg(product: Product, params: Params, leg: str, names: Collection[str]) -> Order:
    sent = {name: _name(leg, name) if name in names else name for name in _OF_LEG + _OF_BOTH}
    kind = params.required(sent["type"])
    if kind not in product.types:
        raise errors.not_in_enumeration("type")
    params.required(sent["side"])
    for name in ("quantity", "price", *(("stopPrice",) if kind in trading.STOPS else ())):
        params.amount(sent[name])
    if kind != "LIMIT_MAKER":
        params.required(sent["timeInForce"])
    sent |= {product.new_client_id: sent.pop("clientOrderId"), "symbol": "symbol"}
    sent["selfTradePreventionMode"] = "selfTradePreventionMode"
    own = {name: params.values[key] for name, key in sent.items() if key in params.values}
    return trading.draft(product, Params(own))


def _names(leg: str, names: Collection[str]) -> frozenset[str]:
    return frozenset(_name(leg, name) for name in names)


def _name(leg: str, name: str) -> str:
    return f"{leg}{name[0].upper()}{name[1:]}"
