"""What serves a request in place of the endpoint's own work, once it has passed all checks.

A request that is not about one order, such as the list of open ones, goes well.
"""

from collections.abc import Callable
from functools import partial

import attrs

from adapter.simulator import errors, trading
from adapter.simulator.answers import Json
from adapter.simulator.book import Book, NotOpenError, Order
from adapter.simulator.conditions import Ending
from adapter.simulator.exchange import Exchange, Request, Serve
from adapter.simulator.faults.model import Fault, Serves
from adapter.simulator.params import Params
from adapter.simulator.products import Product

STRANGER = 7_000_003
"""How far the id of another order is from that of the one that is meant."""

_Change = Callable[[Book, Order], Order]


@attrs.frozen
class _At:
    """What a request is about, and what hits it."""

    exchange: Exchange
    product: Product
    method: str
    fault: Fault

    @property
    def book(self) -> Book:
        return self.exchange.book


def _serving(work: Callable[[_At, Params], object]) -> Serves:
    def serves(exchange: Exchange, request: Request, fault: Fault) -> Serve | None:
        product = exchange.product_of(request)
        if product is None:
            return None
        return partial(work, _At(exchange, product, request.method, fault))

    return serves


def _ends(change: _Change, status: str) -> Serves:
    """Return what ends the order otherwise than a cancel wants, and says ``status`` with 200."""
    return _serving(lambda at, params: _canceled(at, params, partial(change, at.book), status))


filled = _ends(Book.fill, "FILLED")
expired = _ends(Book.expire, "EXPIRED")
rejected = _ends(Book.reject, "REJECTED")


def _accepts(change: _Change) -> Serves:
    """Return what accepts a cancel, after which ``change`` is under way."""

    @_serving
    def serves(at: _At, params: Params) -> Json:
        status = "ACCEPTED" if at.product.name == "options" else None
        return _canceled(at, params, partial(_accept, at, partial(change, at.book)), status)

    return serves


accepted = _accepts(Book.cancel)
accepted_then_filled = _accepts(Book.fill)


def refuses(code: int, msg: str) -> Serves:
    """Return what refuses a cancel, the order living on."""

    @_serving
    def serves(at: _At, params: Params) -> Json:
        _found(at, params)
        raise errors.ApiError(code, msg)

    return serves


@_serving
def gone(at: _At, params: Params) -> Json:
    """Answer as if the order were gone."""
    order = _found(at, params)
    raise at.product.gone(order) if at.method == "DELETE" else errors.no_such_order()


@_serving
def another(at: _At, params: Params) -> Json:
    """Answer as if another order had been asked for, which is canceled."""
    if at.method == "DELETE":
        return _canceled(at, params, _stranger)
    return at.product.queried(_stranger(_found(at, params)))


@_serving
def hidden(at: _At, params: Params) -> Json:
    """Place an order that queries do not find at once."""
    answer = trading.place(at.product, at.book, params)
    order = at.book.orders(at.product.name, params.required("symbol"))[-1]
    at.exchange.conditions.hide(order, at.fault.requests)
    return answer


def _canceled(at: _At, params: Params, end: Ending, status: str | None = None) -> Json:
    answer = trading.cancel(at.product, at.book, params, end)
    return answer if status is None else {**answer, "status": status}


def _accept(at: _At, ending: Ending, order: Order) -> Order:
    if not order.is_open:
        raise NotOpenError(f"order {order.order_id} is {order.status}")
    at.exchange.conditions.accept(order, at.fault.requests + 1, ending)  # this one counts too
    return order


def _found(at: _At, params: Params) -> Order:
    order = trading.found(at.product, at.book, params)
    if order is None:
        raise at.product.gone(None) if at.method == "DELETE" else errors.no_such_order()
    return order


def _stranger(order: Order) -> Order:
    number = order.order_id + STRANGER
    return attrs.evolve(order, order_id=number, client_order_id="stranger", status="CANCELED")
