"""Attaching and detaching: the same object, both spellings, and everything given back."""

from __future__ import annotations

import inspect
import logging
from pathlib import Path
from typing import Any

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest

import adapter
from adapter.simulator import Simulator

from .host import SYMBOL, Host, moved, still
from .server import CANCELED, Server, http

SPELLINGS = ("cancel_order", "cancelOrder")


@pytest.mark.parametrize("id", ["binance", "binanceusdm", "binancecoinm"])
def test_attach_returns_the_same_object(host: Host, id: str) -> None:
    """No wrapper: the object that was given, of the class that it had."""
    exchange = host.exchange(id=id)
    before = type(exchange)

    assert adapter.attach(exchange) is exchange
    assert before is type(exchange)


def test_both_spellings_and_the_inherited_calls_are_served(host: Host, sim: Simulator) -> None:
    """``cancel_order``, ``cancelOrder`` and the two methods of the base class that call them."""
    exchange = sim.connect(host.attached())
    orders = [sim.place("usdm", "BTCUSDT", client_order_id=f"c{i}") for i in range(4)]
    done = [
        host.done(lambda: exchange.cancel_order(str(orders[0].order_id), SYMBOL)),
        host.done(lambda: exchange.cancelOrder(str(orders[1].order_id), SYMBOL)),
        host.done(lambda: exchange.cancel_order_with_client_order_id("c2", SYMBOL)),
        host.done(
            lambda: exchange.cancel_unified_order({"id": str(orders[3].order_id), "symbol": SYMBOL})
        ),
    ]

    assert [str(o.order_id) for o in orders] == [order["id"] for order in done]
    assert ["canceled"] * 4 == [order["outcome"] for order in done]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_method_is_of_the_exchanges_mode(host: Host, spelling: str) -> None:
    """A coroutine function on async classes, a plain one on sync; signature as in ccxt."""
    method = getattr(host.attached(), spelling)
    ccxts = inspect.signature(host.exchange().cancel_order)

    assert host.is_sync != inspect.iscoroutinefunction(method)
    assert list(ccxts.parameters) == list(inspect.signature(method).parameters)
    assert [p.default for p in ccxts.parameters.values()] == [
        p.default for p in inspect.signature(method).parameters.values()
    ]


def test_a_pro_exchange_is_served(sim: Simulator) -> None:
    """``ccxt.pro`` inherits the async class."""
    host = Host("async")
    exchange = ccxt.pro.binance({"enableRateLimit": False})
    exchange.timeout_on_exit = 0
    sim.connect(host.keep(exchange))
    placed = sim.place("usdm", "BTCUSDT")
    order = host.cancel(adapter.attach(exchange), placed.order_id, SYMBOL)
    host.close()

    assert "canceled" == order["outcome"]


def test_a_subclass_of_the_users_own_is_served(host: Host, sim: Simulator) -> None:
    """What counts is ``exchange.id``."""
    base: Any = ccxt.binance if host.is_sync else ccxt.async_support.binance

    class Mine(base):  # type: ignore[misc]  # sync or async is chosen at run time
        pass

    exchange = host.keep(Mine({"enableRateLimit": False}))
    exchange.timeout_on_exit = 0
    placed = sim.place("usdm", "BTCUSDT")

    assert "outcome" in host.cancel(adapter.attach(sim.connect(exchange)), placed.order_id, SYMBOL)


def test_a_second_attach_is_harmless(host: Host, sim: Simulator) -> None:
    """One request per cancel, however often it was attached; one detach undoes it."""
    exchange = host.exchange()
    own = exchange.cancel_order
    for _ in range(3):
        adapter.attach(exchange)
    sim.connect(exchange)
    placed = sim.place("usdm", "BTCUSDT")
    host.cancel(exchange, placed.order_id, SYMBOL)

    assert 1 == len([r for r in sim.requests if r.method == "DELETE"])
    assert own == adapter.detach(exchange).cancel_order


def test_a_second_attach_keeps_what_is_not_given_again(host: Host) -> None:
    """The account stays until another one is given."""
    exchange = host.attached(account="portfolio-margin")
    adapter.attach(exchange)
    kept = adapter.explain(exchange, SYMBOL)
    adapter.attach(exchange, account="classic")

    assert "binance.pm_um" == kept.plugin
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin


def test_detach_gives_ccxts_own_methods_back(host: Host) -> None:
    """Afterwards the object has nothing of ours."""
    exchange = host.exchange()
    before = dict(vars(exchange))
    adapter.detach(adapter.attach(exchange))

    assert before.keys() == vars(exchange).keys()
    for spelling in SPELLINGS:
        assert getattr(type(exchange), spelling) is getattr(exchange, spelling).__func__


def test_detach_without_attach_changes_nothing(host: Host) -> None:
    """It is harmless, once and twice."""
    exchange = host.exchange()
    before = dict(vars(exchange))

    assert adapter.detach(exchange) is exchange
    assert adapter.detach(adapter.detach(adapter.attach(exchange))) is exchange
    assert before.keys() == vars(exchange).keys()


def test_attach_after_detach_works_again(host: Host, sim: Simulator) -> None:
    """Once more is as good as the first time."""
    exchange = sim.connect(adapter.attach(adapter.detach(host.attached())))
    placed = sim.place("usdm", "BTCUSDT")

    assert "outcome" in host.cancel(exchange, placed.order_id, SYMBOL)


@pytest.mark.usefixtures("only_binance")
@pytest.mark.parametrize("id", ["kraken", "binanceus", "okx"])
def test_an_exchange_of_another_venue_is_untouched(host: Host, id: str) -> None:
    """No plugin serves it: nothing is attached, `explain` shows that, and `detach` is harmless."""
    exchange = host.exchange(id=id)
    before = dict(vars(exchange))
    attached = adapter.attach(exchange)

    assert attached is exchange
    assert before == vars(exchange)
    assert adapter.explain(exchange, "BTC/USDT").plugin is None
    assert adapter.explain(exchange, "BTC/USDT").reason
    assert adapter.detach(exchange) is exchange


@pytest.mark.parametrize(
    "function",
    [
        adapter.attach,
        adapter.detach,
        adapter.prewarm,
        lambda exchange: adapter.explain(exchange, SYMBOL),
    ],
    ids=["attach", "detach", "prewarm", "explain"],
)
@pytest.mark.parametrize(
    "thing",
    [ccxt.binance, ccxt.async_support.binance, None, "binance", 5, {}, ccxt, object()],
    ids=["class", "async class", "None", "str", "int", "dict", "module", "object"],
)
def test_anything_but_an_exchange_object_is_refused(function: Any, thing: Any) -> None:
    """A class is the mistake most at hand: ``TypeError`` that shows what is required."""
    with pytest.raises(TypeError, match=r"ccxt\.binance\(\)"):
        function(thing)


@pytest.mark.parametrize("account", ["nonsense", "", "PORTFOLIO-MARGIN", "papi", True, 5])
def test_another_account_is_a_value_error(host: Host, account: Any) -> None:
    """It names the accounts that there are, and leaves the exchange as it was."""
    exchange = host.exchange()
    with pytest.raises(ValueError, match="portfolio-margin"):
        adapter.attach(exchange, account=account)

    assert "cancel_order" not in vars(exchange)


def test_the_constructors_portfolio_margin_is_reported_once(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """A warning at `attach`, by the logger ``adapter``, and not at every call."""
    with Server() as server, caplog.at_level(logging.WARNING):
        exchange = moved(host.attached({"portfolioMargin": True}), server.url)
        adapter.attach(exchange)
        host.cancel(exchange, "7", SYMBOL)
        host.cancel(exchange, "7", SYMBOL)

    records = [r for r in caplog.records if "portfolioMargin" in r.getMessage()]
    assert ["adapter"] == [record.name for record in records]
    assert ["WARNING"] == [record.levelname for record in records]


def test_a_plugin_that_is_off_leaves_its_calls_to_ccxt(host: Host, tmp_path: Path) -> None:
    """``enabled = false`` for one product gives it back to ccxt's own method, and only it."""
    file = tmp_path / "mine.toml"
    file.write_text("[binance.usdm]\nenabled = false\n", encoding="utf-8")
    with Server(http(CANCELED)) as server:
        exchange = still(moved(host.attached(plugins=file), server.url))
        order = host.cancel(exchange, "7", SYMBOL)

    assert order["outcome"] is None
    assert adapter.explain(exchange, SYMBOL).plugin is None
    assert adapter.explain(exchange, SYMBOL, {"papi": True}).plugin == "binance.pm_um"
