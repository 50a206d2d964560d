"""The methods for several orders are bound, patched and restored as ``cancel_order`` is."""

from __future__ import annotations

import copy
import inspect
import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest
from integration.host import Host

import adapter
from adapter.integration import patching
from adapter.integration.methods import METHODS, SPELLINGS, CancelMethod
from adapter.simulator import Simulator

from .trader import Trader, outcomes

methods = pytest.mark.parametrize("method", METHODS[1:], ids=[m.name for m in METHODS[1:]])
spellings = pytest.mark.parametrize("spelling", [s for s in SPELLINGS if s != "cancel_order"])
CLASSES = (ccxt.binance, ccxt.async_support.binance, ccxt.pro.binance, ccxt.binanceusdm)


@pytest.fixture
def installed() -> Iterator[None]:
    with adapter.install():
        yield
    adapter.uninstall()


def vars_of(cls: type) -> dict[str, Any]:
    return {name: vars(c).get(name) for c in cls.__mro__ for name in SPELLINGS}


@spellings
def test_attach_sets_both_spellings(host: Host, spelling: str) -> None:
    """A coroutine function where the exchange is async, with ccxt's parameters; until detach."""
    exchange = host.exchange()
    ccxts = getattr(exchange, spelling)
    adapter.attach(exchange)
    ours = getattr(exchange, spelling)

    assert spelling in vars(exchange)
    assert inspect.iscoroutinefunction(ours) is not host.is_sync
    assert [*inspect.signature(ours).parameters] == [*inspect.signature(ccxts).parameters]
    assert spelling not in vars(adapter.detach(exchange))
    assert ccxts == getattr(exchange, spelling)


@spellings
def test_what_the_user_has_set_stays(
    host: Host, spelling: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning that names it."""
    exchange = host.exchange()
    mine = Mock()
    setattr(exchange, spelling, mine)
    with caplog.at_level(logging.WARNING, "adapter"):
        adapter.attach(exchange)

    assert mine is getattr(exchange, spelling)
    assert f"{spelling} of this exchange object" in caplog.text


def test_a_copy_is_for_itself(host: Host, sim: Simulator) -> None:
    """Attached again, a shallow copy cancels by its own settings."""
    trader = Trader(host, sim)
    copied = host.keep(adapter.attach(copy.copy(trader.exchange), account="portfolio-margin"))
    order = sim.place("pm_um", "BTCUSDT")
    came = host.done(lambda: copied.cancel_orders([order.order_id], trader.kind.unified))

    assert ["canceled"] == outcomes(came)
    assert "CANCELED" == trader.book(order)


def test_camel_case_and_names(host: Host, sim: Simulator) -> None:
    """As bots call it."""
    trader = Trader(host, sim)
    one, other = trader.place_many(2)
    by_name = host.done(
        lambda: trader.exchange.cancelOrders(ids=[one.order_id], symbol=trader.kind.unified)
    )
    by_client_id = host.done(
        lambda: trader.exchange.cancelOrdersWithClientOrderIds(["mine-1"], trader.kind.unified)
    )

    assert ["canceled"] * 2 == outcomes(by_name + by_client_id)
    assert ["CANCELED"] * 2 == [trader.book(order) for order in (one, other)]


@pytest.mark.parametrize("cls", CLASSES)
def test_install_patches_and_uninstall_restores(cls: type) -> None:
    """In all classes, whether or not objects of them have been made."""
    before = vars_of(cls)
    with adapter.install():
        assert all(patching.is_adapters(getattr(cls, method.name)) for method in METHODS)
    adapter.uninstall()

    assert before == vars_of(cls)


@pytest.mark.usefixtures("installed")
def test_an_installed_one_cancels(host: Host, sim: Simulator) -> None:
    """An object that was not attached."""
    exchange = sim.connect(host.exchange())
    order = sim.place("usdm", "BTCUSDT")
    came = host.done(lambda: exchange.cancel_orders([order.order_id], "BTC/USDT:USDT"))

    assert ["canceled"] == outcomes(came)


@pytest.mark.usefixtures("installed")
def test_a_subclass_keeps_its_own(sim: Simulator) -> None:
    """And its ``super()`` call reaches the adapter."""

    class Mine(ccxt.binance):  # type: ignore[misc]  # ccxt ships no types
        def cancel_orders(self, ids: Any, symbol: Any = None, params: Any = None) -> Any:
            return ["mine", *super().cancel_orders(ids, symbol, params)]

    exchange = sim.connect(Mine())
    order = sim.place("usdm", "BTCUSDT")
    mine, came = exchange.cancel_orders([order.order_id], "BTC/USDT:USDT")

    assert "mine" == mine
    assert "canceled" == came["outcome"]


@methods
def test_a_method_that_a_class_inherits(method: CancelMethod) -> None:
    """Is its own while that is patched, and inherited again afterwards; nobody else has it."""
    ccxt.luno()
    before = vars_of(ccxt.luno)
    assert method.name not in vars(ccxt.luno)
    patching.patch(ccxt.luno)
    try:
        assert patching.is_adapters(vars(ccxt.luno)[method.name])
        assert patching.is_adapters(vars(ccxt.luno)[method.camel_case])
        assert not patching.is_adapters(getattr(ccxt.bitstamp, method.name))
    finally:
        patching.unpatch()

    assert method.name not in vars(ccxt.luno)
    assert before == vars_of(ccxt.luno)


def test_an_id_that_is_none_suggests_no_client_ids_where_there_are_none(host: Host) -> None:
    """Deribit cancels by order id alone."""
    exchange = adapter.attach(host.exchange(id="deribit"))
    with pytest.raises(ccxt.BadRequest, match=r"cancelOrders\(\) ids\[0\]") as caught:
        host.done(lambda: exchange.cancel_orders(["a/b"], "BTC/USD:BTC"))

    assert "clientOrderIds" not in str(caught.value)


@pytest.mark.usefixtures("only_binance")
def test_an_unserved_exchange_keeps_ccxts(host: Host) -> None:
    """Without the params that only the adapter knows."""
    exchange = adapter.attach(host.exchange(id="bitvavo"))
    assert "cancel_orders" not in vars(exchange)
    with pytest.raises(ccxt.NotSupported):
        host.done(lambda: exchange.cancel_orders(["a"], "BTC/EUR", {"deadline": 1.0}))

    adapter.detach(exchange)


@spellings
def test_attach_hides_a_subclass_of_yours(
    host: Host, spelling: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning that names it, as for ``cancel_order``."""
    base = ccxt.binance if host.is_sync else ccxt.async_support.binance
    snake_case = next(m.name for m in METHODS if spelling in m.spellings)
    mine = type("Mine", (base,), {snake_case: lambda *_: "mine"})
    exchange = host.keep(mine())
    with caplog.at_level(logging.WARNING, "adapter"):
        adapter.attach(exchange)

    assert f"attach() hides the {snake_case} of Mine" in caplog.text
    assert patching.is_adapters(getattr(exchange, spelling)) or spelling in vars(exchange)


@methods
def test_install_warns_of_what_is_replaced(
    method: CancelMethod, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an object or in ccxt's class: it stays."""
    exchange = ccxt.binance()
    setattr(exchange, method.name, Mock())
    monkeypatch.setattr(ccxt.binance, method.name, lambda *_: "another's")
    with caplog.at_level(logging.WARNING, "adapter"), adapter.install():
        assert "another's" == getattr(ccxt.binance(), method.name)()

    assert f"ccxt.binance.binance.{method.name} was replaced" in caplog.text
    assert f"{method.name} of an exchange object was replaced" in caplog.text


def test_the_drop_in_import(sim: Simulator) -> None:
    """Its classes have all of them, and a subclass may override each."""
    from adapter import ccxt as attached

    class Mine(attached.binance):  # type: ignore[misc]  # made on demand
        def cancel_orders(self, ids: Any, symbol: Any = None, params: Any = None) -> Any:
            return ["mine", *super().cancel_orders(ids, symbol, params)]

    exchange = sim.connect(Mine())
    order, other = sim.place("usdm", "BTCUSDT"), sim.place("usdm", "BTCUSDT")
    mine, came = exchange.cancel_orders([order.order_id], "BTC/USDT:USDT")
    everything = exchange.cancel_all_orders("BTC/USDT:USDT")

    assert ("mine", "canceled") == (mine, came["outcome"])
    assert [(str(other.order_id), "canceled")] == [(o["id"], o["outcome"]) for o in everything]
