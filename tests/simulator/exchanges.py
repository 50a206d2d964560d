"""The exchange without a server, and signed requests to it."""

from decimal import Decimal
from urllib.parse import urlencode

from adapter.simulator import Order
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.products import table
from adapter.simulator.security import verifier

from .wire import KINDS, NOW, Clock, Kind, hmac_sign

SIGN = hmac_sign("secret")
BY_NAME = {kind.name: kind for kind in KINDS}


def made(clock: Clock) -> Exchange:
    """Return an exchange that knows one key."""
    exchange = Exchange(table("ACCEPTED"), clock)
    exchange.verifiers["key"] = verifier("secret")
    return exchange


def placed(exchange: Exchange, kind: Kind, name: str = "mine") -> Order:
    """Put an order of two into the book, under the client id ``name``."""
    draft = Order(
        product=kind.name,
        symbol=kind.symbol,
        client_order_id=name,
        quantity=Decimal(2),
        price=Decimal(100),
    )
    return exchange.book.place(draft)


def request(method: str, order: Order) -> Request:
    """Return a signed request that means ``order``."""
    kind = BY_NAME[order.product]
    params = {"symbol": kind.symbol, "orderId": order.order_id, "timestamp": NOW}
    query = urlencode(params)
    path, signature = f"{kind.path}/order", SIGN(query)
    return Request(method, path, f"{query}&signature={signature}", "", {"X-MBX-APIKEY": "key"})
