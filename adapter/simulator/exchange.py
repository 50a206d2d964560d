"""The exchange without its sockets: it takes a request value and returns a reply value."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from urllib.parse import parse_qsl

import attrs

from adapter.simulator import algo, errors, many, order_lists, security, trading
from adapter.simulator.account_routes import futures_routes, spot_routes
from adapter.simulator.amend import amend_routes
from adapter.simulator.book import Book, Order
from adapter.simulator.conditions import Conditions, Limit
from adapter.simulator.errors import ApiError
from adapter.simulator.params import Params, parsed
from adapter.simulator.products import Product
from adapter.simulator.quote_routes import quote_routes
from adapter.simulator.routes import (
    Clock,
    Route,
    Routes,
    family,
    order_routes,
    public_routes,
    wallet_routes,
)
from adapter.simulator.weights import Weights

_SYMBOL = re.compile(r"(?:^|&)symbol=")
_NOT_FOUND = (
    b"<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n"
    b"<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n"
)

Serve = Callable[[Params], object]


@attrs.frozen
class Request:
    """One request as it arrived: ``query`` and ``body`` are raw, header names ignore case."""

    method: str
    path: str
    query: str
    body: str
    headers: Mapping[str, str] = attrs.field(repr=False)

    @property
    def params(self) -> dict[str, str]:
        """The decoded parameters; the query takes precedence over the body."""
        pairs = parse_qsl(self.body, keep_blank_values=True)
        return dict(pairs + parse_qsl(self.query, keep_blank_values=True))


@attrs.frozen
class Reply:
    """The answer, and when it was made: ``time`` is in ms of the exchange's clock."""

    time: int
    status: int
    headers: Mapping[str, str]
    body: bytes


@attrs.frozen
class Served(Request):
    """A request in the log; ``time`` is its arrival or its answer, in ms of the exchange's clock.

    ``status`` is that of the answer; 0 while there is none, and after a lost connection.
    """

    time: int
    status: int


class Exchange:
    """The book, the keys, the endpoints and the conditions; ``clock`` gives ms since 1970."""

    def __init__(self, products: Iterable[Product], clock: Clock) -> None:
        self.products = {product.name: product for product in (*products, *algo.PRODUCTS)}
        first_ids = {name: product.first_id for name, product in self.products.items()}
        without_symbol = {p.name for p in self.products.values() if not p.needs_symbol}
        self.book = Book(clock, first_ids, without_symbol)
        self.conditions = Conditions(clock)
        self.verifiers: dict[str, security.Verifier] = {}
        self.order_routes = self._order_routes(self.book)
        self._routes = public_routes(self.now) | quote_routes(self.now) | wallet_routes()
        self._routes |= futures_routes(self.book) | spot_routes(self.book)
        self.more_routes: Routes = {}
        for product in self.products.values():
            self.more_routes |= many.many_routes(product, self.book)
            self.more_routes |= amend_routes(product, self.book)
        self.more_routes |= order_lists.order_list_routes(self.products["spot"], self.book)
        self._routes |= self.order_routes | self.more_routes
        self._by_path = {path: p for p in self.products.values() for path in p.paths}
        self.clock = clock
        self.weights = Weights(clock)

    def now(self, host: str) -> int:
        """Return the time of ``host``, in ms: ``clock`` with the skew of that host."""
        return self.clock() + self.conditions.skew_of(host)

    def answer(
        self, request: Request, serve: Serve | None = None, came: int | None = None
    ) -> Reply:
        """Execute one request and return the reply to it.

        ``serve`` replaces the endpoint's function, once key, signature, time and
        parameters have passed. ``came`` is when the request arrived, in ms of ``clock``, if that
        was not now: its timestamp is checked against that. One call at a time; only the book may
        be used from other threads meanwhile.
        """
        host = family(request.path)
        limit = self.conditions.limit_of(host, self.now(host))
        if limit is not None:
            return self._refused(request, limit)
        route = self._routes.get((request.method, request.path))
        if route is None:
            return self.reply(request, 404, _NOT_FOUND, {"Content-Type": "text/html"})
        weight = self._charged(route, request)
        try:
            return self.reply(
                request, 200, _json(self._result(route, request, serve, came)), weight
            )
        except ApiError as e:
            return self.error_reply(request, e, weight)

    def reply(
        self, request: Request, status: int, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        """Return a reply with the common headers; JSON unless ``headers`` has another type."""
        date = formatdate(self.now(family(request.path)) / 1000, usegmt=True)
        common = {"Date": date, "Server": "Tengine", "Content-Type": "application/json"}
        return Reply(self.clock(), status, {**common, **headers}, body)

    def error_reply(self, request: Request, error: ApiError, headers: Mapping[str, str]) -> Reply:
        """Return the reply with ``error``."""
        return self.reply(
            request, error.status, _json({"code": error.code, "msg": error.msg}), headers
        )

    def product_of(self, request: Request) -> Product | None:
        """Return the product a request to place, query or cancel one order is for, or None."""
        return self._by_path.get(request.path)

    def batch_product_of(self, request: Request) -> Product | None:
        """Return the product a request to cancel a list of orders is for, or None."""
        if not request.path.endswith(f"/{many.PATH}"):
            return None
        return self._by_path.get(request.path.replace(many.PATH, "order"))

    def all_product_of(self, request: Request) -> Product | None:
        """Return the product a request to cancel all orders of a symbol is for, or None."""
        products = self.products.values() if request.method == "DELETE" else ()
        return next((p for p in products if request.path == many.all_path(p)), None)

    def named_order(self, request: Request) -> Order | None:
        """Return the order that a query or a cancel names, the first of several, or None.

        It is as it is now.
        """
        path = request.path.replace("/openOrder", "/order")
        product = self._by_path.get(request.path) or self._by_path.get(path)
        batch = self.batch_product_of(request)
        if (product is None and batch is None) or request.method == "POST":
            return None
        try:
            params = _params(request)
            if batch is not None:
                return trading.found(batch, self.book, many.singles(batch, params)[0])
            return None if product is None else trading.found(product, self.book, params)
        except ApiError:
            return None

    def _result(
        self, route: Route, request: Request, serve: Serve | None, came: int | None
    ) -> object:
        params = _params(request)
        if route.signed:
            self._authenticate(request, params, came)
        if route.reads is not None:
            params.check_known(route.reads)
        order = self.named_order(request)
        if order and request.method == "GET" and self.conditions.hides(order):
            raise errors.no_such_order()
        try:
            return (serve or self._lagging(request) or route.serve)(params)
        finally:
            if order:
                self.conditions.count(order)

    def _lagging(self, request: Request) -> Serve | None:
        endpoint = (request.method, request.path)
        if request.method != "GET" or endpoint not in self.order_routes:
            return None
        lag = self.conditions.lag_of_query()
        if not lag:
            return None
        return self._order_routes(self.book.at(self.clock() - lag))[endpoint].serve

    def _order_routes(self, book: Book) -> Routes:
        routes: Routes = {}
        for product in self.products.values():
            routes |= order_routes(product, book)
        return routes

    def _authenticate(self, request: Request, params: Params, came: int | None) -> None:
        api_key = request.headers.get("X-MBX-APIKEY", "")
        body = _body(request)
        security.authenticate(self.verifiers, api_key, request.query, body, params)
        ago = 0 if came is None else self.clock() - came
        security.check_time(params, self.now(family(request.path)) - ago)

    def _refused(self, request: Request, limit: Limit) -> Reply:
        host = family(request.path)
        left = math.ceil((limit.until - self.now(host)) / 1000)
        headers = {"Retry-After": str(left)} if limit.has_retry_after else {}
        error = errors.banned(limit.until) if limit.status == 418 else errors.limited(host)
        return self.error_reply(request, error, headers)

    def _charged(self, route: Route, request: Request) -> dict[str, str]:
        weight = route.weight
        if route.weight_without_symbol is not None and not _SYMBOL.search(request.query):
            weight = route.weight_without_symbol
        name = "X-SAPI-USED-IP-WEIGHT-1M" if route.host == "sapi" else "X-MBX-USED-WEIGHT-1M"
        return {name: str(self.weights.add(route.host, weight))}


def _body(request: Request) -> str:
    return "" if request.method == "GET" else request.body


def _params(request: Request) -> Params:
    return parsed(request.query, _body(request))


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
