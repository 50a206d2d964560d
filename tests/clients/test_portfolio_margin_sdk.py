"""Binance's own SDK for Portfolio Margin: UM, CM and margin orders through one client."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest

from adapter.simulator import Simulator

sdk = pytest.importorskip(
    "binance_sdk_derivatives_trading_portfolio_margin",
    reason="binance-sdk-derivatives-trading-portfolio-margin (extra 'clients') is missing",
)

Connect = Callable[..., Any]


@attrs.frozen(kw_only=True)
class Product:
    """A product and what the SDK calls its requests.

    In the answer to a cancel, ``own_id`` is the order's client id, and ``unknown`` are the fields
    that the real exchange sends and the SDK's model does not have.
    """

    name: str
    symbol: str
    place: str
    query: str
    cancel: str
    own_id: str = "client_order_id"
    unknown: frozenset[str] = frozenset()


UM = Product(
    name="pm_um",
    symbol="BTCUSDT",
    place="new_um_order",
    query="query_um_order",
    cancel="cancel_um_order",
)
CM = Product(
    name="pm_cm",
    symbol="BTCUSD_PERP",
    place="new_cm_order",
    query="query_cm_order",
    cancel="cancel_cm_order",
)
MARGIN = Product(
    name="pm_margin",
    symbol="BTCUSDT",
    place="new_margin_order",
    query="query_margin_account_order",
    cancel="cancel_margin_account_order",
    own_id="orig_client_order_id",
    unknown=frozenset({"selfTradePreventionMode"}),
)

each_product = pytest.mark.parametrize(
    "product", [UM, CM, MARGIN], ids=lambda product: product.name
)


@pytest.fixture
def connect(connect_sdk: Connect) -> Connect:
    return lambda **credentials: connect_sdk(sdk.DerivativesTradingPortfolioMargin, **credentials)


@each_product
def test_places_queries_and_cancels(sim: Simulator, connect: Connect, product: Product) -> None:
    """An order is placed, found and cancelled under one id, and the book shows the same."""
    rest = connect()
    symbol = product.symbol

    placed = getattr(rest, product.place)(
        symbol=symbol,
        side="SELL",
        type="LIMIT",
        time_in_force="GTC",
        quantity=2,
        price=90000.5,
        new_client_order_id="mine-1",
        recv_window=60_000,
    ).data()

    assert (placed.client_order_id, placed.status) == ("mine-1", "NEW")
    (order,) = sim.book.orders()
    assert (order.product, order.order_id) == (product.name, placed.order_id)
    assert (order.side, order.quantity, order.price) == ("SELL", Decimal(2), Decimal("90000.5"))

    found = getattr(rest, product.query)(symbol=symbol, order_id=placed.order_id).data()

    assert (found.order_id, found.client_order_id) == (placed.order_id, "mine-1")
    assert (found.status, found.time) == ("NEW", order.created)

    canceled = getattr(rest, product.cancel)(symbol=symbol, order_id=placed.order_id).data()

    assert (canceled.order_id, getattr(canceled, product.own_id)) == (placed.order_id, "mine-1")
    assert (canceled.status, sim.book.now(order).status) == ("CANCELED", "CANCELED")
    found = getattr(rest, product.query)(symbol=symbol, order_id=placed.order_id).data()
    assert found.status == "CANCELED"


@each_product
def test_cancels_by_client_id(sim: Simulator, connect: Connect, product: Product) -> None:
    """The order's own client id cancels it, and nothing else."""
    mine = sim.place(product.name, product.symbol, client_order_id="mine-1")
    other = sim.place(product.name, product.symbol, client_order_id="mine-2")

    cancel = getattr(connect(), product.cancel)
    canceled = cancel(symbol=product.symbol, orig_client_order_id="mine-1").data()

    assert (canceled.order_id, getattr(canceled, product.own_id)) == (mine.order_id, "mine-1")
    assert (sim.book.now(mine).status, sim.book.now(other).status) == ("CANCELED", "NEW")


def test_margin_cancel_has_an_id_of_its_own(sim: Simulator, connect: Connect) -> None:
    """In the answer to a margin cancel clientOrderId is the cancel's: given or made up."""
    first, second = (
        sim.place("pm_margin", "BTCUSDT", client_order_id=name) for name in ("mine-1", "mine-2")
    )
    cancel = connect().cancel_margin_account_order

    given = cancel(symbol="BTCUSDT", order_id=first.order_id, new_client_order_id="cancel-1").data()
    made_up = cancel(symbol="BTCUSDT", order_id=second.order_id).data()

    assert (given.orig_client_order_id, given.client_order_id) == ("mine-1", "cancel-1")
    assert made_up.orig_client_order_id == "mine-2"
    assert made_up.client_order_id not in ("", "mine-2", "cancel-1")


def test_products_share_no_orders(sim: Simulator, connect: Connect) -> None:
    """A UM order is unknown to the margin endpoint, though the symbol is the same."""
    order = sim.place("pm_um", "BTCUSDT")

    with pytest.raises(sdk.BadRequestError) as refused:
        connect().cancel_margin_account_order(symbol="BTCUSDT", order_id=order.order_id)

    assert refused.value.status_code == -2011  # the SDK puts Binance's code there
    assert sim.book.now(order).status == "NEW"


@each_product
def test_answer_has_only_fields_of_the_model(
    sim: Simulator, connect: Connect, product: Product
) -> None:
    """The answer to a cancel has no field that neither the SDK nor the real exchange knows."""
    order = sim.place(product.name, product.symbol, quantity=2, filled=1)

    cancel = getattr(connect(), product.cancel)
    canceled = cancel(symbol=product.symbol, order_id=order.order_id).data()

    assert canceled.additional_properties.keys() <= product.unknown
    assert (Decimal(canceled.executed_qty), Decimal(canceled.orig_qty)) == (Decimal(1), Decimal(2))


@each_product
def test_second_cancel_is_refused(sim: Simulator, connect: Connect, product: Product) -> None:
    """A cancelled order cannot be cancelled again: HTTP 400 with -2011."""
    order = sim.book.cancel(sim.place(product.name, product.symbol))

    with pytest.raises(sdk.BadRequestError) as refused:
        getattr(connect(), product.cancel)(symbol=product.symbol, order_id=order.order_id)

    assert refused.value.status_code == -2011
    assert refused.value.error_message == "Unknown order sent."


def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid."""
    sim.add_key("asymmetric", pem)
    order = sim.place("pm_um", "BTCUSDT")
    rest = connect(api_key="asymmetric", private_key=pem)

    rest.cancel_um_order(symbol="BTCUSDT", order_id=order.order_id)

    assert sim.book.now(order).status == "CANCELED"
