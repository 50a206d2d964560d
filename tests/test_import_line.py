"""An existing script with one import line changed."""

from __future__ import annotations

import pickle
from types import ModuleType

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest

import adapter.ccxt
import adapter.ccxt.async_support
import adapter.ccxt.pro
from adapter.simulator import Simulator

SYMBOL = "BTC/USDT:USDT-260327-90000-C"


def test_from_adapter_import_ccxt() -> None:
    """The exchange object is ccxt's own kind, and its cancel is ours."""
    with Simulator() as simulator:
        exchange = simulator.connect(adapter.ccxt.binance())
        placed = simulator.place("options", "BTC-260327-90000-C")
        order = exchange.cancel_order(str(placed.order_id), SYMBOL)

    assert isinstance(exchange, ccxt.binance)
    assert order["outcome"] in ("canceled", "accepted")


@pytest.mark.parametrize(
    ("stand_in", "original"),
    [
        (adapter.ccxt.async_support, ccxt.async_support),
        (adapter.ccxt.pro, ccxt.pro),
        (adapter.ccxt.async_support, adapter.ccxt.async_support),
    ],
    ids=["async_support", "pro", "itself"],
)
async def test_the_async_modules_too(stand_in: object, original: object) -> None:
    """An async exchange from the import line is attached; it is of the original's class."""
    exchange = stand_in.binance()  # type: ignore[attr-defined]  # a module's names

    assert isinstance(exchange, original.binance)  # type: ignore[attr-defined]  # likewise
    assert "binance.usdm" == adapter.explain(exchange, "BTC/USDT:USDT").plugin
    await exchange.close()


@pytest.mark.parametrize("module", [adapter.ccxt, adapter.ccxt.async_support, adapter.ccxt.pro])
@pytest.mark.parametrize("name", ["binance", "binanceusdm"])
def test_a_detached_exchange_can_be_pickled(module: ModuleType, name: str) -> None:
    """What comes out is of the same class, cancels as ccxt does, and can be attached again."""
    made = getattr(module, name)({"apiKey": "mine"})
    packed = pickle.dumps(adapter.detach(made))
    exchange = pickle.loads(packed)  # noqa: S301  # our own

    assert (type(made), "mine") == (type(exchange), exchange.apiKey)
    assert adapter.explain(exchange, "BTC/USDT:USDT").plugin is None
    assert "binance.usdm" == adapter.explain(adapter.attach(exchange), "BTC/USDT:USDT").plugin


def test_an_attached_exchange_shows_that_it_cannot_be_pickled() -> None:
    """As one that `adapter.attach` was called for."""
    with pytest.raises(TypeError, match=r"detach\(\) it"):
        pickle.dumps(adapter.ccxt.binance())


@pytest.mark.usefixtures("only_binance")
def test_everything_else_is_ccxts_own() -> None:
    """Other exchanges, errors, functions and the list of names are passed on as they are."""
    assert ccxt.kraken is adapter.ccxt.kraken
    assert ccxt.binanceus is adapter.ccxt.binanceus
    assert ccxt.OrderNotFound is adapter.ccxt.OrderNotFound
    assert ccxt.__version__ == adapter.ccxt.__version__
    assert dir(ccxt) == dir(adapter.ccxt)
    with pytest.raises(AttributeError):
        _ = adapter.ccxt.no_such_exchange


def test_one_class_stays_one_class() -> None:
    """The attached class is made once, keeps its name, and the submodules are below it."""
    assert adapter.ccxt.binance is adapter.ccxt.binance
    assert "binance" == adapter.ccxt.binance.__name__
    assert adapter.ccxt.pro is adapter.ccxt.__getattr__("pro")
