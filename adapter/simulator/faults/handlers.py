"""Functions that replace the endpoint's, once a request has passed all checks.

A request that is not about one order, such as the list of open ones, has no fault, but for the one
of `skips_one`. Of a list of orders to cancel, the first one has it.
"""

from collections.abc import Callable
from functools import partial

import attrs

from adapter.simulator import algo, errors, many, trading
from adapter.simulator.answers import Json
from adapter.simulator.book import Book, NotOpenError, Order
from adapter.simulator.conditions import Ending
from adapter.simulator.exchange import Exchange, Request, Serve
from adapter.simulator.faults.model import Fault, MakeHandler
from adapter.simulator.params import Params
from adapter.simulator.products import Product

OTHER_ID_OFFSET = 7_000_003
"""The difference between the id of the other order and that of the named one."""

_Change = Callable[[Book, Order], Order]


@attrs.frozen
class _Target:
    """The target of a request, and its fault."""

    exchange: Exchange
    product: Product
    method: str
    fault: Fault

    @property
    def book(self) -> Book:
        return self.exchange.book


def _serving(work: Callable[[_Target, Params], Json]) -> MakeHandler:
    def handler(exchange: Exchange, request: Request, fault: Fault) -> Serve | None:
        product, batch = exchange.product_of(request), exchange.batch_product_of(request)
        if batch is not None:
            first = partial(work, _Target(exchange, batch, request.method, fault))
            return partial(many.cancel_batch, batch, exchange.book, first=first)
        if product is None:
            return None
        return partial(work, _Target(exchange, product, request.method, fault))

    return handler


def _ends(change: _Change, status: str) -> MakeHandler:
    """Return a handler that ends the order by ``change``, and answers 200 with ``status``."""
    return _serving(lambda at, params: _canceled(at, params, partial(change, at.book), status))


filled = _ends(algo.fill, "FILLED")
expired = _ends(Book.expire, "EXPIRED")
rejected = _ends(Book.reject, "REJECTED")


def _accepts(change: _Change) -> MakeHandler:
    """Return a handler that accepts a cancel, after which ``change`` is pending."""

    @_serving
    def handler(at: _Target, params: Params) -> Json:
        status = "ACCEPTED" if at.product.name == "options" else None
        return _canceled(at, params, partial(_accept, at, partial(change, at.book)), status)

    return handler


accepted = _accepts(Book.cancel)
accepted_then_filled = _accepts(algo.fill)


def refuses(code: int, msg: str) -> MakeHandler:
    """Return a handler that refuses a cancel; the order stays open."""

    @_serving
    def handler(at: _Target, params: Params) -> Json:
        _found(at, params)
        raise errors.ApiError(code, msg)

    return handler


@_serving
def gone(at: _Target, params: Params) -> Json:
    """Answer as if the order were gone."""
    order = _found(at, params)
    raise at.product.gone(order) if at.method == "DELETE" else errors.no_such_order()


@_serving
def another(at: _Target, params: Params) -> Json:
    """Answer as if the request were for another order, a canceled one."""
    if at.method == "DELETE":
        return _canceled(at, params, _other)
    return at.product.queried(_other(_found(at, params)))


def skips_one(exchange: Exchange, request: Request, _: Fault) -> Serve | None:
    """Return a handler that cancels all orders of a symbol but the oldest."""
    product = exchange.all_product_of(request)
    if product is None:
        return None
    return partial(many.cancel_all, product, exchange.book, skipped=1)


@_serving
def hidden(at: _Target, params: Params) -> Json:
    """Place an order that queries do not find at once."""
    answer = trading.place(at.product, at.book, params)
    order = at.book.orders(at.product.name, params.required("symbol"))[-1]
    at.exchange.conditions.hide(order, at.fault.requests)
    return answer


def _canceled(at: _Target, params: Params, end: Ending, status: str | None = None) -> Json:
    answer = trading.cancel(at.product, at.book, params, end)
    return answer if status is None or "status" not in answer else {**answer, "status": status}


def _accept(at: _Target, ending: Ending, order: Order) -> Order:
    if not order.is_open:
        raise NotOpenError(f"order {order.order_id} is {order.status}")
    at.exchange.conditions.accept(order, at.fault.requests + 1, ending)  # this one counts too
    return order


def _found(at: _Target, params: Params) -> Order:
    order = trading.found(at.product, at.book, params)
    if order is None:
        raise at.product.gone(None) if at.method == "DELETE" else errors.no_such_order()
    return order


def _other(order: Order) -> Order:
    number = order.order_id + OTHER_ID_OFFSET
    return attrs.evolve(order, order_id=number, client_order_id="stranger", status="CANCELED")
