"""Attaching and detaching: the same object, both spellings, and everything given back."""

from __future__ import annotations

import copy
import inspect
import logging
import pickle
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec

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


def _wrapped(host: Host, exchange: Any, log: list[Any]) -> Any:
    own = exchange.cancel_order

    def sync(id: Any, symbol: Any = None, params: Any = None) -> Any:
        log.append(id)
        return own(id, symbol, params or {})

    async def asynchronous(id: Any, symbol: Any = None, params: Any = None) -> Any:
        log.append(id)
        return await own(id, symbol, params or {})

    return sync if host.is_sync else asynchronous


@pytest.mark.parametrize("spellings", [SPELLINGS, SPELLINGS[:1], SPELLINGS[1:]], ids=str)
def test_a_method_that_was_replaced_before_stays(
    host: Host, spellings: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """It is called, `attach` warns once, `explain` reports it, and `detach` leaves it, too."""
    exchange = host.exchange()
    wrapper = _wrapped(host, exchange, [])
    for spelling in spellings:
        setattr(exchange, spelling, wrapper)
    adapter.attach(adapter.attach(exchange))

    [records] = [r for r in caplog.records if "was replaced before attach()" in r.getMessage()]
    assert f"binance: {' and '.join(spellings)} of this exchange object" in records.getMessage()
    reason = str(adapter.explain(exchange, SYMBOL).reason)
    assert f"{spellings[0]} of this exchange object is called first" in reason
    for spelling in SPELLINGS:
        assert (spelling in spellings) == (getattr(exchange, spelling) is wrapper)
    adapter.detach(exchange)
    for spelling in SPELLINGS:
        assert (spelling in spellings) == (getattr(exchange, spelling) is wrapper)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_mock_of_the_method_is_called_and_nothing_is_sent(
    host: Host, sim: Simulator, spelling: str
) -> None:
    """A test that mocks ``cancel_order`` before `attach` means that nothing leaves."""
    exchange = sim.connect(host.exchange())
    placed = sim.place("usdm", "BTCUSDT")
    mock = (Mock if host.is_sync else AsyncMock)(return_value={"id": "mocked"})
    setattr(exchange, spelling, mock)
    adapter.attach(exchange)
    order = host.done(lambda: getattr(exchange, spelling)(str(placed.order_id), SYMBOL))

    assert {"id": "mocked"} == order
    mock.assert_called_once_with(str(placed.order_id), SYMBOL)
    assert [] == sim.requests


def test_a_mock_of_the_classs_method_is_called_and_nothing_is_sent(
    host: Host, sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Likewise where the mock was put into ccxt's class."""
    exchange = sim.connect(host.exchange())
    mock = (Mock if host.is_sync else AsyncMock)(return_value={"id": "mocked"})
    monkeypatch.setattr(type(exchange), "cancel_order", mock)
    adapter.attach(exchange)

    assert {"id": "mocked"} == host.cancel(exchange, "7", SYMBOL)
    assert [] == sim.requests
    assert "cancel_order of this exchange object or its class was replaced" in caplog.text
    reason = str(adapter.explain(exchange, SYMBOL).reason)
    assert "cancel_order of the class binance is called first" in reason


@pytest.mark.parametrize(
    "make", [Mock, MagicMock, pytest.param(create_autospec, marks=pytest.mark.long)]
)
def test_a_mock_of_a_whole_exchange_stays_one(make: Any) -> None:
    """It only looks like ccxt's class: `attach` gives it back as it is."""
    mock = make(spec=ccxt.binance) if make is not create_autospec else make(ccxt.binance, True)
    mock.id = "binance"
    attached = adapter.attach(mock)

    assert attached is mock
    assert "_adapter" not in vars(mock)
    assert mock.cancel_order.return_value is attached.cancel_order("7", SYMBOL)
    assert adapter.explain(mock, SYMBOL).plugin is None


def test_a_wrapper_around_the_adapter_survives_a_detach(host: Host) -> None:
    """A method that the user sets over ours is the user's: `detach` does not remove it."""
    exchange = host.attached()
    wrapper = _wrapped(host, exchange, [])
    exchange.cancel_order = wrapper
    adapter.detach(exchange)

    assert exchange.cancel_order is wrapper
    assert getattr(type(exchange), "cancelOrder") is exchange.cancelOrder.__func__  # noqa: B009


def test_a_wrapper_around_the_adapter_survives_another_attach(host: Host, sim: Simulator) -> None:
    """Attaching again does not make a circle of the user's wrapper and ours."""
    log: list[Any] = []
    exchange = sim.connect(host.attached())
    exchange.cancel_order = _wrapped(host, exchange, log)
    adapter.attach(exchange)
    placed = sim.place("usdm", "BTCUSDT")
    order = host.cancel(exchange, placed.order_id, SYMBOL)

    assert str(placed.order_id) == order["id"]
    assert 1 == len([r for r in sim.requests if r.method == "DELETE"])


def test_a_wrapper_around_the_adapter_survives_new_settings(host: Host, tmp_path: Path) -> None:
    """`attach` with another plugins.toml takes the settings and leaves the user's wrapper."""
    file = tmp_path / "mine.toml"
    file.write_text("[defaults]\ndeadline = 3.0\n", encoding="utf-8")
    exchange = host.attached()
    wrapper = _wrapped(host, exchange, [])
    exchange.cancel_order = wrapper
    adapter.attach(exchange, plugins=file)

    assert exchange.cancel_order is wrapper


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
    "thing",
    [ccxt.binance, ccxt.async_support.binance, None, "binance", 5, {}, ccxt, object()],
    ids=["class", "async class", "None", "str", "int", "dict", "module", "object"],
)
def test_only_an_exchange_object_can_be_attached_to(thing: Any) -> None:
    """A class is the mistake most at hand: ``TypeError`` that shows what is required."""
    with pytest.raises(TypeError, match=r"ccxt\.binance\(\)"):
        adapter.attach(thing)


@pytest.mark.parametrize("account", ["nonsense", "", "PORTFOLIO-MARGIN", "papi", True, 5])
def test_another_account_is_a_value_error(host: Host, account: Any) -> None:
    """It names the accounts that there are, and leaves the exchange as it was."""
    exchange = host.exchange()
    with pytest.raises(ValueError, match="portfolio-margin"):
        adapter.attach(exchange, account=account)

    assert "cancel_order" not in vars(exchange)


def test_a_copy_stands_on_its_own_feet(host: Host, sim: Simulator) -> None:
    """``copy.deepcopy`` of an attached exchange cancels with its own keys, urls and markets."""
    if not host.is_sync:
        pytest.skip("ccxt's async classes hold a future and cannot be copied once used")
    exchange = sim.connect(host.attached({"apiKey": "first", "secret": "one"}))
    placed = [sim.place("usdm", "BTCUSDT") for _ in range(3)]
    host.cancel(exchange, placed[0].order_id, SYMBOL)
    copied = host.keep(copy.deepcopy(exchange))
    copied.apiKey, copied.secret = "second", "two"
    sim.add_key("second", "two")
    host.cancel(copied, placed[1].order_id, SYMBOL)
    host.cancel(exchange, placed[2].order_id, SYMBOL)

    assert ["first", "second", "first"] == [r.headers["X-MBX-APIKEY"] for r in sim.requests]
    assert copied.cancel_order.__self__ is copied
    assert copied.cancelOrder.__self__ is copied


def test_a_flat_copy_that_is_attached_stands_on_its_own_feet(host: Host, sim: Simulator) -> None:
    """``copy.copy`` shares what it likes, and after ``attach`` neither cancel nor account."""
    exchange = sim.connect(host.attached({"apiKey": "first", "secret": "one"}))
    copied = host.keep(adapter.attach(copy.copy(exchange), account="portfolio-margin"))
    copied.apiKey, copied.secret = "second", "two"
    sim.add_key("second", "two")
    host.cancel(copied, sim.place("pm_um", "BTCUSDT").order_id, SYMBOL)
    host.cancel(exchange, sim.place("usdm", "BTCUSDT").order_id, SYMBOL)

    assert [("second", "/papi/v1/um/order"), ("first", "/fapi/v1/order")] == [
        (request.headers["X-MBX-APIKEY"], request.path) for request in sim.requests
    ]
    assert copied.cancel_order.__self__ is copied
    assert copied.cancelOrder.__self__ is copied
    assert exchange.cancel_order.__self__ is exchange


def test_a_fresh_copy_works_in_both_modes(host: Host, sim: Simulator) -> None:
    """Copied before its first call, an exchange of either mode is served."""
    exchange = host.attached({"apiKey": "first", "secret": "one"}, account="portfolio-margin")
    copied = host.keep(copy.deepcopy(exchange))
    sim.connect(copied)
    placed = sim.place("pm_um", "BTCUSDT")
    order = host.cancel(copied, placed.order_id, SYMBOL)

    assert "canceled" == order["outcome"]
    assert copied.cancel_order.__self__ is copied
    assert "cancel_order" in vars(exchange)
    adapter.detach(copied)
    assert "cancel_order" in vars(exchange)


def test_pickling_shows_what_to_do(host: Host) -> None:
    """Methods on an object would not come back: a copy that cancels as ccxt does must not be."""
    with pytest.raises(TypeError, match=r"detach\(\) it and attach the copy, or use .*install\(\)"):
        pickle.dumps(host.attached())


def test_a_cancel_order_of_the_users_class_is_not_passed_in_silence(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """The method that attach sets takes precedence over it, and one warning is enough."""
    base: Any = ccxt.binance if host.is_sync else ccxt.async_support.binance
    careful = type("Careful", (base,), {"cancel_order": lambda *arguments: arguments})
    exchange = host.keep(careful())
    adapter.attach(adapter.attach(exchange))

    assert [
        "binance: attach() hides the cancel_order of Careful; call adapter.install() to keep it in"
        " use"
    ] == [record.getMessage() for record in caplog.records]


def test_sixteen_at_once_on_one_exchange(host: Host, sim: Simulator) -> None:
    """Sixteen threads, or tasks, with one exchange object: each gets its own order."""
    exchange = sim.connect(host.attached())
    placed = [sim.place("usdm", "BTCUSDT", client_order_id=f"c{i}") for i in range(16)]

    def call(i: int) -> Any:
        if i % 2:
            return lambda: exchange.cancel_order(placed[i].order_id, SYMBOL)
        return lambda: exchange.cancel_order(None, SYMBOL, {"clientOrderId": f"c{i}"})

    orders = host.together([call(i) for i in range(16)])

    assert [str(order.order_id) for order in placed] == [order["id"] for order in orders]
    assert [f"c{i}" for i in range(16)] == [order["clientOrderId"] for order in orders]
    assert {"CANCELED"} == {sim.book.now(order).status for order in placed}


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
