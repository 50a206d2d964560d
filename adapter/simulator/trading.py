"""What an order request does: reads its parameters, works on the book, and answers."""

import secrets
import string
from collections.abc import Callable
from decimal import Decimal

from adapter.simulator import errors
from adapter.simulator.answers import Json
from adapter.simulator.book import Book, DuplicateClientIdError, NotOpenError, Order
from adapter.simulator.params import Params
from adapter.simulator.products import RESTRICTION, Product

Ending = Callable[[Order], Order]

SIDES = frozenset({"BUY", "SELL"})
POSITION_SIDES = frozenset({"BOTH", "LONG", "SHORT"})
RESPONSES = frozenset({"", "ACK", "RESULT", "FULL"})
TIMES = frozenset({"GTC", "IOC", "FOK", "GTX", "GTD", "RPI"})
_AT_ONCE = frozenset({"IOC", "FOK"})
STOPS = frozenset({"STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
RESTRICTIONS = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}
"""The status that an order must have for a cancel with this restriction."""
_CONDITIONAL = frozenset(
    {"STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"}
)


def place(product: Product, book: Book, params: Params) -> Json:
    """Put an order in the book; raises the ApiError of the first thing wrong with it."""
    response = params.optional_one_of("newOrderRespType", RESPONSES, "")
    try:
        order = book.place((product.draft or draft)(product, params))
    except DuplicateClientIdError as e:
        raise product.duplicate() from e
    if order.time_in_force in _AT_ONCE and not product.becomes:  # there are no other traders
        order = book.expire(order)
    return product.placed(order, response)


def query(product: Product, book: Book, path: str, params: Params) -> Json:
    """Return the order as it is; raises -2013 if this query shows none, or not any more."""
    order = found(product, book, params)
    if order is None or product.has_forgotten(order, book.clock()):
        raise errors.no_such_order()
    if not product.queries[path](order):
        raise errors.no_such_order()
    return product.queried(order)


def open_order(product: Product, book: Book, params: Params) -> Json | list[Json]:
    """Return the order while it is open; raises -2013 otherwise."""
    order = found(product, book, params)
    if order is None or not order.is_open:
        raise errors.no_such_order()
    answer = product.queried(order)
    return [answer] if product.open_order_in_list else answer


def open_orders(product: Product, book: Book, params: Params) -> list[Json]:
    """Return every open order of one symbol, or of all where the product allows that."""
    everything = product.list_all_weight is not None and params.get("symbol") is None
    symbol = None if everything else symbol_of(product, params)
    orders = book.open_orders(product.name, symbol)
    isolated = params.flag("isIsolated")
    return [product.queried(order) for order in orders if order.is_isolated == isolated]


def cancel(product: Product, book: Book, params: Params, end: Ending | None = None) -> Json:
    """Cancel one open order; raises the product's error for an order that is not open.

    ``end`` does to the order what ``book.cancel`` would, and raises NotOpenError likewise.
    """
    order = found(product, book, params)
    cancel_id = new_client_id(product, params, "newClientOrderId")
    restriction = params.get(RESTRICTION)
    if restriction is not None and restriction not in RESTRICTIONS:
        raise errors.bad_restriction()
    if order is None:
        raise product.gone(None)
    if order.is_open and order.status != RESTRICTIONS.get(restriction or "", order.status):
        raise errors.restricted()
    try:
        canceled = (end or book.cancel)(order)
    except NotOpenError as e:
        raise product.gone(order) from e
    return product.single_canceled(canceled_answer(product, book, canceled, cancel_id))


def canceled_answer(product: Product, book: Book, canceled: Order, cancel_id: str) -> Json:
    """Return the answer for a canceled order: that of its list where it is a leg of one."""
    legs = book.legs(canceled)
    if legs and product.canceled_list is not None:
        return product.canceled_list(legs, cancel_id)
    return product.canceled(canceled, cancel_id)


def found(product: Product, book: Book, params: Params) -> Order | None:
    """Return the order that a query or a cancel names, or None; its id takes precedence.

    Raises -1102, -1121, -1100, -1105 or -1130 for a bad symbol or id, and -2039 where two ids
    must name the same order and do not.
    """
    symbol = symbol_of(product, params) if product.needs_symbol else None
    if not (params.values.get(product.order_id) or params.values.get(product.client_id)):
        raise errors.no_id(product.client_id, product.order_id)
    order_id, client_id = params.integer(product.order_id), params.get(product.client_id)
    if client_id is not None:
        product.check_client_id(product.client_id, client_id)
    if symbol is None:
        return _find_by_id(product, book, order_id, client_id)
    if order_id is None:
        order = book.by_client_id(product.name, symbol, client_id or "")
    else:
        order = book.get(product.name, symbol, order_id)
    if order and order.is_isolated != params.flag("isIsolated"):
        return None
    if order and client_id and product.ids_must_agree and client_id != order.client_order_id:
        raise errors.client_id_mismatch()
    return order


def _find_by_id(
    product: Product, book: Book, order_id: int | None, client_id: str | None
) -> Order | None:
    for order in reversed(book.orders(product.name)):
        if order.order_id == order_id or (order_id is None and order.client_order_id == client_id):
            return order
    return None


def generated_client_id() -> str:
    """Return a client id such as Binance generates for an order without one."""
    letters = string.ascii_letters + string.digits
    return "".join(letters[byte % len(letters)] for byte in secrets.token_bytes(22))


def draft(product: Product, params: Params) -> Order:
    """Return the order that the parameters describe; raises the ApiError of what is wrong."""
    kind = _type(product, params)
    stp = params.get("selfTradePreventionMode") or product.self_trade_prevention
    return Order(
        product=product.name,
        symbol=symbol_of(product, params),
        side=params.one_of("side", SIDES),
        type=kind,
        stop_price=params.amount("stopPrice") if kind in STOPS else Decimal(0),
        time_in_force=params.one_of("timeInForce", TIMES) if kind != "LIMIT_MAKER" else "GTC",
        quantity=params.amount("quantity"),
        price=params.amount("price"),
        client_order_id=new_client_id(product, params, product.new_client_id),
        position_side=params.optional_one_of("positionSide", POSITION_SIDES, "BOTH"),
        reduce_only=params.flag("reduceOnly"),
        is_isolated=params.flag("isIsolated"),
        self_trade_prevention=stp,
        good_till_date=params.integer("goodTillDate") or 0,
    )


def _type(product: Product, params: Params) -> str:
    symbol_of(product, params)  # Binance checks the symbol first
    if params.get("type") in _CONDITIONAL - product.types:
        raise product.conditional()
    return params.one_of("type", product.types)


def new_client_id(product: Product, params: Params, name: str) -> str:
    """Return the client id in this parameter, or one as Binance generates it.

    Raises -4015 or -1100 for one that Binance would not take.
    """
    given = params.get(name)
    if given is not None:
        product.check_client_id(name, given)
        return given
    return generated_client_id() if product.names_orders else ""


def symbol_of(product: Product, params: Params) -> str:
    """Return the symbol; raises -1102 without one, or -1121 for one that the product lacks."""
    symbol = params.required("symbol")
    if symbol not in product.symbols:
        raise errors.bad_symbol()
    return symbol
