"""``PUT …/order`` of USDⓈ-M and COIN-M: another price and quantity for an open order.

Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Modify-Order
https://developers.binance.com/docs/derivatives/coin-margined-futures/trade/rest-api/Modify-Order
"""

from collections.abc import Callable
from functools import partial

import attrs

from adapter.simulator import errors, trading
from adapter.simulator.answers import Json
from adapter.simulator.book import Book, NotOpenError
from adapter.simulator.errors import ApiError
from adapter.simulator.params import Params
from adapter.simulator.products import Product
from adapter.simulator.routes import Route, Routes

_READS = frozenset({"side", "quantity", "price", "modifyId"})


@attrs.frozen(kw_only=True)
class Amendment:
    """How one product amends; ``same_order`` is its error where nothing would change."""

    same_order: Callable[[], ApiError]
    weight: int
    reads: frozenset[str] = _READS


AMENDMENTS = {
    "usdm": Amendment(same_order=errors.same_order, weight=0, reads=_READS | {"reduceOnly"}),
    "coinm": Amendment(same_order=errors.same_inverse_order, weight=1),
}


def amend_routes(product: Product, book: Book) -> Routes:
    """Return the endpoint that amends an order, where the product has it."""
    amendment = AMENDMENTS.get(product.name)
    if amendment is None:
        return {}
    route = Route(
        host=product.host,
        serve=partial(amend, product, book, amendment.same_order),
        weight=amendment.weight,
        signed=True,
        reads=product.query_reads | amendment.reads,
    )
    return {("PUT", f"{product.path}/order"): route}


def amend(product: Product, book: Book, same_order: Callable[[], ApiError], params: Params) -> Json:
    """Give an open order both another quantity and another price; one that traded as much ends.

    Raises -2013 for an order that is not open, -5047 for reduce-only where the order is not,
    ``same_order`` where nothing would change, and what is wrong with a parameter. The side that is
    sent is not compared: Binance's pages do not say what becomes of another one.
    """
    order = trading.found(product, book, params)
    params.one_of("side", trading.SIDES)
    quantity, price = params.amount("quantity"), params.amount("price")
    modify_id = params.integer("modifyId")
    if order is None or not order.is_open:
        raise errors.no_such_order()
    if params.flag("reduceOnly") and not order.reduce_only:
        raise errors.not_reduce_only()
    if (quantity, price) == (order.quantity, order.price):
        raise same_order()
    try:
        amended = book.amend(order, quantity=quantity, price=price)
    except NotOpenError as e:
        raise errors.no_such_order() from e
    answer = {**product.placed(amended, ""), "pair": order.symbol.partition("_")[0]}
    return answer if modify_id is None else {**answer, "modifyId": modify_id}
