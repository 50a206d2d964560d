"""python-binance, sync and async: sorted parameters, and forms where Binance takes them."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest

from adapter.simulator import Order, Simulator

# It imports names that websockets has deprecated; importorskip hides the warnings of an import.
binance = pytest.importorskip("binance", reason="python-binance (extra 'clients') is missing")

LIMIT = {"side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "2", "price": "90000.5"}

Connect = Callable[..., Callable[..., Awaitable[Any]]]


@attrs.frozen(kw_only=True)
class Product:
    """A product and what python-binance calls its requests."""

    name: str
    symbol: str
    place: str
    query: str
    cancel: str
    new_client_id: str = "newClientOrderId"
    client_id: str = "origClientOrderId"
    own_id: str = "clientOrderId"
    canceled: str = "CANCELED"
    gone: int = -2011


SPOT = Product(
    name="spot",
    symbol="BTCUSDT",
    place="create_order",
    query="get_order",
    cancel="cancel_order",
    own_id="origClientOrderId",
)
MARGIN = Product(
    name="margin",
    symbol="BTCUSDT",
    place="create_margin_order",
    query="get_margin_order",
    cancel="cancel_margin_order",
    own_id="origClientOrderId",
)
USDM = Product(
    name="usdm",
    symbol="BTCUSDT",
    place="futures_create_order",
    query="futures_get_order",
    cancel="futures_cancel_order",
)
COINM = Product(
    name="coinm",
    symbol="BTCUSD_PERP",
    place="futures_coin_create_order",
    query="futures_coin_get_order",
    cancel="futures_coin_cancel_order",
)
OPTIONS = Product(
    name="options",
    symbol="BTC-260327-90000-C",
    place="options_place_order",
    query="options_query_order",
    cancel="options_cancel_order",
    new_client_id="clientOrderId",
    client_id="clientOrderId",
    canceled="ACCEPTED",
    gone=-6028,
)
PM_UM = Product(
    name="pm_um",
    symbol="BTCUSDT",
    place="papi_create_um_order",
    query="papi_get_um_order",
    cancel="papi_cancel_um_order",
)
PM_CM = Product(
    name="pm_cm",
    symbol="BTCUSD_PERP",
    place="papi_create_cm_order",
    query="papi_get_cm_order",
    cancel="papi_cancel_cm_order",
)
PM_MARGIN = Product(
    name="pm_margin",
    symbol="BTCUSDT",
    place="papi_create_margin_order",
    query="papi_get_margin_order",
    cancel="papi_cancel_margin_order",
    own_id="origClientOrderId",
)

each_product = pytest.mark.parametrize(
    "product",
    [SPOT, MARGIN, USDM, COINM, OPTIONS, PM_UM, PM_CM, PM_MARGIN],
    ids=lambda product: product.name,
)


def in_book(sim: Simulator, product: Product) -> Order:
    (order,) = sim.book.orders(product.name, product.symbol)
    return order


@each_product
async def test_places_queries_and_cancels(
    sim: Simulator, connect: Connect, product: Product
) -> None:
    """An order is placed, found and cancelled under one id, and the book shows the same."""
    call = connect()
    where = {"symbol": product.symbol}

    placed = await call(product.place, **where, **LIMIT, **{product.new_client_id: "mine-1"})
    where["orderId"] = placed["orderId"]

    assert (placed["clientOrderId"], placed["status"]) == ("mine-1", "NEW")
    order = in_book(sim, product)
    assert (order.order_id, order.client_order_id) == (placed["orderId"], "mine-1")
    assert (order.side, order.quantity, order.price) == ("SELL", Decimal(2), Decimal("90000.5"))

    found = await call(product.query, **where)

    assert found["orderId"] == placed["orderId"]
    assert (found["clientOrderId"], found["status"]) == ("mine-1", "NEW")

    canceled = await call(product.cancel, **where)

    assert int(canceled["orderId"]) == placed["orderId"]
    assert (canceled[product.own_id], canceled["status"]) == ("mine-1", product.canceled)
    assert in_book(sim, product).status == "CANCELED"
    assert (await call(product.query, **where))["status"] == "CANCELED"


@each_product
async def test_cancels_by_client_id(sim: Simulator, connect: Connect, product: Product) -> None:
    """The order's own client id cancels it, and nothing else."""
    mine = sim.place(product.name, product.symbol, client_order_id="mine-1")
    other = sim.place(product.name, product.symbol, client_order_id="mine-2")

    canceled = await connect()(
        product.cancel, symbol=product.symbol, **{product.client_id: "mine-1"}
    )

    assert int(canceled["orderId"]) == mine.order_id
    assert sim.book.now(mine).status == "CANCELED"
    assert sim.book.now(other).status == "NEW"


@each_product
async def test_second_cancel_is_refused(sim: Simulator, connect: Connect, product: Product) -> None:
    """A cancelled order cannot be cancelled again: HTTP 400 with the product's own code."""
    order = sim.book.cancel(sim.place(product.name, product.symbol))

    with pytest.raises(binance.BinanceAPIException) as refused:
        await connect()(product.cancel, symbol=product.symbol, orderId=order.order_id)

    assert (refused.value.status_code, refused.value.code) == (400, product.gone)


async def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid in the query of a GET and in the form of a DELETE."""
    # Not on options, whose DELETE has a query: there AsyncClient percent-encodes the signature
    # twice (1.0.37), which is not what Binance asks for.
    sim.add_key("asymmetric", pem)
    order = sim.place("usdm", "BTCUSDT")
    where = {"symbol": "BTCUSDT", "orderId": order.order_id}
    call = connect(api_key="asymmetric", api_secret=None, private_key=pem)

    found = await call(USDM.query, **where)
    canceled = await call(USDM.cancel, **where)

    assert (found["status"], canceled["status"]) == ("NEW", "CANCELED")
    assert sim.book.now(order).status == "CANCELED"


async def test_cancel_travels_as_a_form(sim: Simulator, connect: Connect) -> None:
    """The parameters of a DELETE may all be in its body."""
    order = sim.place("usdm", "BTCUSDT")

    await connect()(USDM.cancel, symbol="BTCUSDT", orderId=order.order_id)

    (request,) = sim.requests
    assert (request.method, request.query, request.status) == ("DELETE", "", 200)
    assert f"orderId={order.order_id}&" in request.body


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"api_secret": "not the secret"}, 400, -1022),
        ({"api_key": "nobody"}, 401, -2015),
        ({"api_key": None}, 401, -2014),
    ],
)
@pytest.mark.parametrize("product", [USDM, OPTIONS], ids=["in a form", "in the query"])
async def test_wrong_credentials_cancel_nothing(
    sim: Simulator,
    connect: Connect,
    product: Product,
    wrong: dict[str, str | None],
    status: int,
    code: int,
) -> None:
    """A cancel under a wrong secret, an unknown key or no key is refused; the order stays open."""
    order = sim.place(product.name, product.symbol)

    with pytest.raises(binance.BinanceAPIException) as refused:
        await connect(**wrong)(product.cancel, symbol=product.symbol, orderId=order.order_id)

    assert (refused.value.status_code, refused.value.code) == (status, code)
    assert sim.book.now(order).status == "NEW"
