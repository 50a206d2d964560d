"""An exchange that no plugin serves: one warning, and it never gets the adapter's params."""

from __future__ import annotations

import copy
import gc
import inspect
import logging
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import adapter
import adapter.integration.attach
import adapter.integration.instances

from .host import SYMBOL, Host

OURS = {"deadline": 5, "confirm": False}


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch, only_binance: None) -> Iterator[None]:  # noqa: ARG001  # no other venue
    monkeypatch.setattr(adapter.integration.attach, "_warned", set())
    yield
    adapter.uninstall()


def prepared(host: Host, exchange: Any, sent: list[Any]) -> Any:
    """With a market, and with a list instead of the network."""
    market = exchange.safe_market_structure({"id": "X", "symbol": "BTC/USDT", "spot": True})
    exchange.set_markets([{**market, "type": "spot", "base": "BTC", "quote": "USDT"}])

    def sync(*arguments: Any, **_: Any) -> Any:
        sent.append(arguments[3])
        return {"code": "0", "data": [{"ordId": "7", "sCode": "0"}]}

    async def asynchronous(*arguments: Any, **named: Any) -> Any:
        return sync(*arguments, **named)

    exchange.request = sync if host.is_sync else asynchronous
    return exchange


@pytest.mark.parametrize("spelling", ["cancel_order", "cancelOrder"])
def test_our_words_are_not_sent(host: Host, spelling: str) -> None:
    """All else goes as it came, the caller's dict stays, and `detach` gives ccxt's own back."""
    sent: list[Any] = []
    exchange = prepared(host, adapter.attach(host.exchange(id="okx")), sent)
    params = {**OURS, "tag": "mine"}
    for given in (params, {}):
        host.done(lambda: getattr(exchange, spelling)("7", "BTC/USDT", given))  # noqa: B023  # called at once
    adapter.detach(exchange)
    host.done(lambda: getattr(exchange, spelling)("7", "BTC/USDT", params))

    wanted = {"instId": "X", "ordId": "7"}
    assert [{**wanted, "tag": "mine"}, wanted, {**wanted, **params}] == sent
    assert {**OURS, "tag": "mine"} == params


def test_calls_by_client_id_and_of_a_pro_subclass_lose_them_too(host: Host) -> None:
    """Whatever leads to ``cancel_order``, also of a class of the user's own."""
    sent: list[Any] = []
    base: Any = type(host.exchange(id="okx"))

    class Mine(base):  # type: ignore[misc]  # sync or async is chosen at run time
        pass

    exchange = host.keep(Mine({"apiKey": "a", "secret": "b", "password": "c"}))
    prepared(host, adapter.attach(exchange), sent)
    host.done(
        lambda: exchange.cancel_order_with_client_order_id("mine", "BTC/USDT", {"deadline": 5})
    )

    assert [{"instId": "X", "clOrdId": "mine"}] == sent


def test_others_of_the_class_are_as_they_were(host: Host) -> None:
    """One that was not attached sends what it is given; so does a copy of one that was."""
    sent: list[Any] = []
    adapter.attach(host.exchange(id="okx"))
    other = prepared(host, host.exchange(id="okx"), sent)
    host.cancel(other, "7", "BTC/USDT", OURS)

    assert OURS.items() <= sent[0].items()


def test_the_class_is_given_back(host: Host) -> None:
    """When the last object that needs it is detached, or by `uninstall` once it is gone."""
    exchange, other = host.exchange(id="okx"), host.exchange(id="okx")
    own = type(exchange).cancel_order
    adapter.attach(exchange)
    adapter.attach(other)
    assert own is not type(exchange).cancel_order
    adapter.detach(exchange)
    with adapter.install():
        assert own is not type(exchange).cancel_order
    assert own is not type(exchange).cancel_order
    adapter.detach(other)

    assert own is type(exchange).cancel_order
    assert own is type(exchange).cancelOrder


def test_detach_under_install_leaves_the_class_until_uninstall(host: Host) -> None:
    """What an installation may need is its own to give back."""
    exchange = host.exchange(id="okx")
    own = type(exchange).cancel_order
    with adapter.install():
        adapter.detach(adapter.attach(exchange))

    assert own is type(exchange).cancel_order


def test_nothing_else_shows(host: Host) -> None:
    """No attribute, the same signature, and copies and pickles as ever."""
    exchange = host.exchange(id="kraken")
    before, signature = dict(vars(exchange)), inspect.signature(exchange.cancel_order)
    adapter.attach(exchange)

    assert before == vars(exchange)
    assert signature == inspect.signature(exchange.cancel_order)
    assert host.is_sync != inspect.iscoroutinefunction(exchange.cancel_order)
    assert copy.copy(exchange).cancel_order.__self__ is not exchange
    if host.is_sync:
        assert "kraken" == pickle.loads(pickle.dumps(exchange)).id  # noqa: S301  # our own


def test_a_method_of_the_users_own_is_called_with_all(host: Host) -> None:
    """It overrides ccxt's, on the object or in a class of ccxt's, and is left there."""
    exchange = host.exchange(id="okx")
    exchange.cancel_order = lambda *arguments: arguments
    adapter.attach(exchange)

    assert ("7", "BTC/USDT", OURS) == exchange.cancel_order("7", "BTC/USDT", OURS)


def test_a_patched_class_is_left(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a message about installing."""
    exchange = host.exchange(id="okx")
    monkeypatch.setattr(type(exchange), "cancel_order", lambda *arguments: arguments[1:])
    patched = type(exchange).cancel_order
    adapter.attach(exchange)

    assert patched is type(exchange).cancel_order
    assert ("7", "BTC/USDT", OURS) == exchange.cancel_order("7", "BTC/USDT", OURS)


def test_it_is_reported_once_for_each_exchange(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """By id and not by object, on the logger ``adapter``; `explain` shows it each time."""
    with caplog.at_level(logging.WARNING):
        for name in ("binanceus", "binanceus", "kraken"):
            exchange = adapter.attach(adapter.attach(host.exchange(id=name)))
            reason = f"no plugin in use serves {name}; ccxt's cancel_order handles every call"
            assert reason == adapter.explain(exchange, "BTC/USDT").reason
            assert adapter.explain(exchange, "BTC/USDT").plugin is None

    logged = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert [
        (
            "adapter",
            "WARNING",
            f"no plugin in use serves {name}; ccxt's cancel_order handles every call",
        )
        for name in ("binanceus", "kraken")
    ] == logged


@pytest.mark.parametrize("account", ["portfolio-margin", "classic"])
def test_an_account_that_nothing_heeds_is_a_value_error(host: Host, account: str) -> None:
    """Before anything is changed."""
    exchange = host.exchange(id="okx")
    before = dict(vars(exchange))
    with pytest.raises(ValueError, match=r"no plugin in use serves okx; .*: leave out account"):
        adapter.attach(exchange, account=account)

    assert before == vars(exchange)
    assert "nothing is attached" in str(adapter.explain(exchange, "BTC/USDT").reason)


def test_a_file_that_enables_a_plugin_again_serves_it(host: Host, tmp_path: Path) -> None:
    """Unserved, then served, then unserved: each is what `explain` shows."""
    off, on = tmp_path / "off.toml", tmp_path / "on.toml"
    off.write_text("[defaults]\nenabled = false\n", encoding="utf-8")
    on.write_text("", encoding="utf-8")
    exchange = host.exchange()
    seen = []
    for file in (off, on, off):
        route = adapter.explain(adapter.attach(exchange, plugins=file), SYMBOL)
        seen.append(route.plugin or route.reason)
    adapter.detach(exchange)

    unserved = "no plugin in use serves binance; ccxt's cancel_order handles every call"
    assert [unserved, "binance.usdm", unserved] == seen


def test_it_lives_no_longer_for_it() -> None:
    """The adapter keeps no exchange object alive."""
    host = Host("sync")
    adapter.attach(host.exchange(id="poloniex"))
    host.close()
    gc.collect()

    assert "poloniex" not in {exchange.id for exchange in adapter.integration.instances.UNSERVED}
