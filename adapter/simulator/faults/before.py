"""What happens at the exchange just before it handles a request."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from adapter.simulator import algo
from adapter.simulator.book import Book, NotOpenError, Order
from adapter.simulator.conditions import Limit
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.faults.model import BeforeHandling, Fault
from adapter.simulator.routes import family


def _to_the_order(change: Callable[[Book, Order], Order]) -> BeforeHandling:
    """Return a function that makes ``change`` to the order of the request, if it is open."""

    def before(exchange: Exchange, request: Request, _: Fault) -> None:
        order = exchange.named_order(request)
        if order is not None:
            with suppress(NotOpenError):
                change(exchange.book, order)

    return before


fill = _to_the_order(algo.fill)
expire = _to_the_order(Book.expire)
cancel = _to_the_order(Book.cancel)
reject = _to_the_order(Book.reject)


@_to_the_order
def fill_part(book: Book, order: Order) -> Order:
    """Trade half of what remains, if anything does."""
    remaining = book.now(order).remaining
    return algo.fill(book, order, remaining / Decimal(2) if remaining else None)


def hide(exchange: Exchange, request: Request, fault: Fault) -> None:
    """Hide the order from the next ``fault.requests`` queries."""
    order = exchange.named_order(request)
    if order is not None:
        exchange.conditions.hide(order, fault.requests)


def lag(exchange: Exchange, _: Request, fault: Fault) -> None:
    """Let queries lag behind the book."""
    if fault.lagging is not None:
        exchange.conditions.lag(fault.lagging)


def limit(status: int, *, has_retry_after: bool = True) -> BeforeHandling:
    """Let the host refuse everything for ``fault.seconds``, this request being the first."""

    def before(exchange: Exchange, request: Request, fault: Fault) -> None:
        host = family(request.path)
        until = exchange.now(host) + _ms(fault)
        exchange.conditions.limit(host, Limit(status, until, has_retry_after))

    return before


def skew(exchange: Exchange, request: Request, fault: Fault) -> None:
    """Put the host's clock ``fault.seconds`` ahead of the exchange's."""
    exchange.conditions.skew(family(request.path), _ms(fault))


def _ms(fault: Fault) -> int:
    return int((fault.seconds or 0.0) * 1000)
