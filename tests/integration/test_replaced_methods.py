"""A ``cancel_order`` of the user's own, set before attach() or after it, stays in use."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest

import adapter
from adapter.simulator import Simulator

from .host import SYMBOL, Host

SPELLINGS = ("cancel_order", "cancelOrder")


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
