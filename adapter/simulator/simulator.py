"""The public class of the simulator: a context manager that serves an exchange."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from adapter.simulator import algo, security, trading
from adapter.simulator.book import Book, Order
from adapter.simulator.connect import API_KEY, SECRET, connect
from adapter.simulator.delays import Delays
from adapter.simulator.exchange import Exchange, Reply, Request, Served
from adapter.simulator.faults import FAULTS, NONE, Fault, Hit, Schedule, apply_fault
from adapter.simulator.products import table
from adapter.simulator.respond import respond
from adapter.simulator.routes import family
from adapter.simulator.server import ServerThread

E = TypeVar("E")


def wall_clock() -> int:
    """Return ms since 1970."""
    return time.time_ns() // 1_000_000


class Simulator:
    """A simulated Binance, for the time of a ``with`` block.

    ``port`` 0 takes a free one. ``clock`` gives the exchange's time in ms since 1970.
    ``options_cancel_status`` is the status in the Options answer to a cancel: Binance's pages show
    ``ACCEPTED``; any other status comes with ``createTime`` in place of ``createDate``. ``faults``
    are the faults of the coming order requests. Book, keys, faults and requests outlive
    the block, and a second block serves the same exchange again.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], int] = wall_clock,
        options_cancel_status: str = "ACCEPTED",
    ) -> None:
        self.api_key = API_KEY
        self.secret = SECRET
        self.requests: list[Served] = []
        self._exchange = Exchange(table(options_cancel_status), clock)
        self._delays = Delays()
        self.faults = Schedule(FAULTS, self._exchange.conditions, lambda: self._delays.hurry())
        self._port = port
        self._server: ServerThread | None = None
        self._url = ""
        self.add_key(API_KEY, SECRET)

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end; raises RuntimeError when stopped."""
        if not self._url:
            raise RuntimeError("the simulator is not running: use it in a with statement")
        return self._url

    @property
    def book(self) -> Book:
        """All orders."""
        return self._exchange.book

    @property
    def routes(self) -> frozenset[tuple[str, str]]:
        """Method and path of every order endpoint."""
        return frozenset(self._exchange.order_routes)

    def add_key(self, api_key: str, secret: str) -> None:
        """Register ``api_key``; ``secret`` is an HMAC secret, or an RSA or Ed25519 key as PEM.

        Raises ValueError for a PEM of another kind.
        """
        self._exchange.verifiers[api_key] = security.verifier(secret)

    def connect(self, exchange: E) -> E:
        """Point a ccxt exchange, sync, async or pro, at this server and return it.

        Without credentials it is given the default pair; with them, they are registered here as
        they are now, so that a later change of them makes signatures fail.
        """
        ccxt: Any = connect(exchange, self.url)
        self.add_key(ccxt.apiKey, ccxt.secret)
        return exchange

    def place(
        self,
        product: str,
        symbol: str,
        *,
        client_order_id: str | None = None,
        side: str = "BUY",
        quantity: Decimal | str | int = 1,
        price: Decimal | str | int = 100,
        filled: Decimal | str | int = 0,
        age: float = 0.0,
        is_isolated: bool = False,
        order_list_id: int = -1,
    ) -> Order:
        """Put an order in the book without HTTP and return it.

        ``product`` is usdm, coinm, options, pm_um, pm_cm, pm_margin, spot or margin, or for a stop
        order at ``price``, usdm_algo, coinm_algo, pm_um_algo or pm_cm_conditional; ``symbol`` is
        Binance's. It was placed ``age`` s ago, and ``filled`` of it has traded now. On margin it
        may be of the isolated account, on spot a leg of an order list. Raises KeyError for another
        product, ValueError for an unknown symbol, a client id in use or a negative age.
        """
        kind = self._exchange.products[product]
        if symbol not in kind.symbols:
            raise ValueError(f"{product} has no {symbol!r}, but {', '.join(sorted(kind.symbols))}")
        if not 0 <= age < math.inf:
            raise ValueError(f"age={age!r} is not a number of seconds from 0 on")
        generated = trading.generated_client_id() if kind.names_orders else ""
        draft = Order(
            product=product,
            symbol=symbol,
            client_order_id=generated if client_order_id is None else client_order_id,
            side=side,
            quantity=Decimal(quantity),
            price=Decimal(price),
            type="STOP" if kind.becomes else "LIMIT",
            stop_price=Decimal(price if kind.becomes else 0),
            self_trade_prevention=kind.self_trade_prevention,
            is_isolated=is_isolated,
            order_list_id=order_list_id,
        )
        order = self.book.place(draft, ago=round(age * 1000))
        return self.book.fill(order, filled) if Decimal(filled) else order

    def use(self, product: str, weight: int) -> None:
        """Use ``weight`` of this minute on the product's host, as other clients of the same IP.

        Every answer reports it in a header; nothing is refused for it. Raises
        KeyError for another product.
        """
        self._exchange.weights.add(family(self._exchange.products[product].path), weight)

    def trigger(self, order: Order) -> tuple[Order, Order]:
        """Meet the condition of an open conditional order; returns it, and the regular order.

        These are the orders of ``usdm_algo``, ``coinm_algo``, ``pm_um_algo`` and
        ``pm_cm_conditional``. Raises NotOpenError, and KeyError for an order of another product.
        """
        return algo.trigger(self.book, order)

    def __enter__(self) -> Self:
        if self._server is not None:
            raise RuntimeError("the simulator is running already")
        self._delays = Delays()
        self._server = ServerThread(self._respond, self._port, self._delays.stop)
        self._url = f"http://127.0.0.1:{self._server.port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        server, self._server, self._url = self._server, None, ""
        if server is not None:
            server.stop()

    async def _respond(self, http: web.BaseRequest) -> web.StreamResponse:
        began = time.perf_counter()
        request = await _read(http)
        with self._delays.request():
            became = await self._handled(request)
            took = f"{int((time.perf_counter() - began) * 1000)}ms"
            return await respond(http, became, self._delays, took)

    async def _handled(self, request: Request) -> Hit:
        endpoint, exchange = (request.method, request.path), self._exchange
        is_order = endpoint in exchange.order_routes or endpoint in exchange.more_routes
        fault = self.faults.take(request) if is_order else None
        if fault is not None and fault.wait_before:
            return await self._delays.later(fault.wait_before, self._late(request, fault))
        became = apply_fault(self._exchange, request, fault or NONE)
        self.requests.append(self._served(request, became.reply))
        if fault is not None:
            self.faults.note(fault, request)
        return became

    def _late(self, request: Request, fault: Fault) -> Callable[[], Hit]:
        came = self._served(request, None)
        self.requests.append(came)
        self.faults.note(fault, request)

        def play() -> Hit:
            became = apply_fault(self._exchange, request, fault, came.time)
            answered = self._served(request, became.reply)
            self.requests[:] = [answered if served is came else served for served in self.requests]
            return became

        return play

    def _served(self, request: Request, reply: Reply | None) -> Served:
        return Served(
            request.method,
            request.path,
            request.query,
            request.body,
            request.headers,
            time=self._exchange.clock() if reply is None else reply.time,
            status=0 if reply is None else reply.status,
        )


async def _read(http: web.BaseRequest) -> Request:
    # raw_path has the received bytes; the parsed URL may encode the signed ones differently
    path, _, query = http.raw_path.partition("?")
    body = (await http.read()).decode("utf-8", "surrogateescape")
    return Request(http.method, path, query, body, http.headers)
