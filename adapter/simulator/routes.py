"""Every endpoint of the exchange: method and path, parameters, weight and function."""

from collections.abc import Callable
from functools import partial

import attrs

from adapter.simulator import exchange_info, trading
from adapter.simulator.book import Book
from adapter.simulator.params import Params
from adapter.simulator.products import Product

Clock = Callable[[], int]
Routes = dict[tuple[str, str], "Route"]


@attrs.frozen(kw_only=True)
class Route:
    """One endpoint.

    ``host`` is the family whose weight limit it shares, ``reads`` the parameters it knows (None
    for any), ``weight_without_symbol`` its weight when no symbol is sent (None for the same).
    """

    host: str
    serve: Callable[[Params], object]
    weight: int = 1
    weight_without_symbol: int | None = None
    signed: bool = False
    reads: frozenset[str] | None = None


def order_routes(product: Product, book: Book) -> Routes:
    """Return the endpoints that place, query, list and cancel the orders of ``product``."""
    order = f"{product.path}/{product.order_path}"
    routes = {
        ("POST", order): _place(product, book),
        ("DELETE", order): _cancel(product, book),
        ("GET", f"{product.path}/{product.list_path}"): _open_orders(product, book),
        **{("GET", f"{product.path}/{end}"): _query(product, book, end) for end in product.queries},
    }
    if product.open_order:
        routes["GET", f"{product.path}/openOrder"] = _open_order(product, book)
    return routes


def family(path: str) -> str:
    """Return the family of hosts that serves ``path``: those that share a limit."""
    first = path.split("/")[1] if path.startswith("/") else ""
    return "fapi" if first == "dapi" else first  # one limit for both since 2026-06-30


def public_routes(now: Callable[[str], int]) -> Routes:
    """Return the endpoints that need no key: ``ping``, ``time`` and ``exchangeInfo``.

    ``now`` gives the time in ms by the clock of a family of hosts.
    """
    routes = {("GET", "/papi/v1/ping"): Route(host="papi", serve=lambda _: {})}
    for path, host, info, weight in (
        ("/api/v3", "api", exchange_info.spot, 20),
        ("/fapi/v1", "fapi", exchange_info.linear, 1),
        ("/dapi/v1", "fapi", exchange_info.inverse, 1),
        ("/eapi/v1", "eapi", exchange_info.options, 1),
    ):
        clock = partial(now, host)
        routes["GET", f"{path}/ping"] = Route(host=host, serve=lambda _: {})
        routes["GET", f"{path}/time"] = Route(host=host, serve=_timed(_server_time, clock))
        routes["GET", f"{path}/exchangeInfo"] = Route(
            host=host, serve=_timed(info, clock), weight=weight
        )
    return routes


def wallet_routes() -> Routes:
    """Return the signed endpoints that ccxt requests while it loads markets."""
    sapi = partial(Route, host="sapi", signed=True)
    pairs = sapi(serve=lambda _: exchange_info.margin_pairs())
    return {
        ("GET", "/sapi/v1/capital/config/getall"): sapi(
            serve=lambda _: exchange_info.coins(), weight=10
        ),
        ("GET", "/sapi/v1/margin/allPairs"): pairs,
        ("GET", "/sapi/v1/margin/isolated/allPairs"): attrs.evolve(pairs, weight=10),
    }


def _place(product: Product, book: Book) -> Route:
    return Route(
        host=product.host,
        serve=partial(trading.place, product, book),
        weight=product.place_weight,
        signed=True,
        reads=product.place_reads,
    )


def _query(product: Product, book: Book, path: str) -> Route:
    return Route(
        host=product.host,
        serve=partial(trading.query, product, book, path),
        weight=product.query_weight,
        signed=True,
        reads=product.query_reads,
    )


def _cancel(product: Product, book: Book) -> Route:
    return Route(
        host=product.host,
        serve=partial(trading.cancel, product, book),
        weight=product.cancel_weight,
        signed=True,
        reads=product.cancel_reads,
    )


def _open_order(product: Product, book: Book) -> Route:
    return Route(
        host=product.host,
        serve=partial(trading.open_order, product, book),
        signed=True,
        reads=product.query_reads,
    )


def _open_orders(product: Product, book: Book) -> Route:
    return Route(
        host=product.host,
        serve=partial(trading.open_orders, product, book),
        weight=product.list_weight,
        weight_without_symbol=product.list_all_weight,
        signed=True,
        reads=product.list_reads,
    )


def _timed(answer: Callable[[int], object], clock: Clock) -> Callable[[Params], object]:
    return lambda _: answer(clock())


def _server_time(now: int) -> dict[str, int]:
    return {"serverTime": now}
