"""Mocks of the methods between a cancel and the session answer, and nothing else is asked."""

from __future__ import annotations

import traceback
from typing import Any

import ccxt
import ccxt.pro
import pytest
import pytest_mock
from outcomes.simulated import Kind

import adapter
from adapter.simulator import Simulator

from .host import Host
from .instant import in_no_time
from .user_code import (
    CLOCK,
    IMPLICIT,
    TIMED_OUT,
    UNKNOWN,
    USDM,
    answer,
    cancel,
    kinds,
    mocked,
    served,
)

WHERE = ("before attach", "after attach", "on the class before", "on the class after", "install")


@pytest.fixture(autouse=True)
def nothing_installed() -> Any:
    yield
    adapter.uninstall()


def placed(
    host: Host, sim: Simulator, monkeypatch: pytest.MonkeyPatch, where: str, name: str, mock: Any
) -> Any:
    """An exchange object with the mock in place, before the adapter came or after it."""
    exchange = sim.connect(host.exchange())
    target = type(exchange) if "class" in where else exchange
    if where == "install":
        adapter.install()
    if "after" in where:
        adapter.attach(exchange)
    monkeypatch.setattr(target, name, mock)
    return exchange if where == "install" else in_no_time(adapter.attach(exchange))


@kinds
@pytest.mark.parametrize("where", WHERE)
def test_a_mocked_fetch_answers_and_nothing_leaves(
    host: Host, sim: Simulator, monkeypatch: pytest.MonkeyPatch, kind: Kind, where: str
) -> None:
    """On the object and on the class, before `attach` and after it, and under `install`."""
    fetch = mocked(host, answer(kind, "CANCELED"))
    exchange = placed(host, sim, monkeypatch, where, "fetch", fetch)
    order = cancel(host, exchange, kind)

    assert ("7", "canceled", "canceled") == (order["id"], order["status"], order["outcome"])
    url, method, *_ = fetch.call_args.args
    assert "DELETE" == method
    assert f"{kind.path}/order?" in url
    assert [] == sim.requests


@kinds
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("spelling", ["camelCase", "snake_case"])
def test_mocked_implicit_methods_answer_and_nothing_leaves(
    host: Host,
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    where: str,
    spelling: str,
) -> None:
    """The cancel and the query, which finds that the order was filled."""
    delete, get = (
        name if spelling == "camelCase" else snake_case(name) for name in IMPLICIT[kind.name]
    )
    query = mocked(host, answer(kind, "FILLED"))
    exchange = placed(host, sim, monkeypatch, where, delete, refuses := mocked(host, UNKNOWN))
    monkeypatch.setattr(type(exchange) if "class" in where else exchange, get, query)
    with pytest.raises(adapter.OrderGone, match=r"-2011.*Unknown order sent") as raised:
        cancel(host, exchange, kind)

    assert raised.value.order is not None
    assert ("closed", 2.0) == (raised.value.state, raised.value.order["filled"])
    refuses.assert_called_once_with({"symbol": kind.symbol, "orderId": "7"})
    query.assert_called_once_with({"symbol": kind.symbol, "orderId": "7"})
    assert [] == sim.requests


def snake_case(name: str) -> str:
    """As ccxt has it: the parts of the host stay together."""
    for word in ("Delete", "Get"):
        host, found, path = name.partition(word)
        if found:
            return f"{host}_{word}_{path.replace('Order', '_Order').lstrip('_')}".lower()
    raise AssertionError(name)


@kinds
def test_a_lost_answer_is_settled_by_the_users_own_query(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """A time-out shows nothing; the query does."""
    exchange = served(host, sim)
    exchange.fetch = mocked(host, TIMED_OUT, answer(kind, "CANCELED"))

    assert "canceled" == cancel(host, exchange, kind)["outcome"]
    assert ["DELETE", "GET"] == [call.args[1] for call in exchange.fetch.call_args_list]
    assert [] == sim.requests


def test_where_every_answer_is_lost_the_end_is_unknown_and_no_secret_is_shown(
    host: Host, sim: Simulator
) -> None:
    """ccxt's own time-outs quote the signed URL, and a traceback would show the causes."""
    exchange = served(host, sim)
    exchange.fetch = mocked(host)
    exchange.fetch.side_effect = TIMED_OUT
    with pytest.raises(adapter.CancelUnknown, match="RequestTimeout") as raised:
        cancel(host, exchange)
    shown = "".join(traceback.format_exception(raised.value))

    assert "f" * 64 not in shown
    assert "https://" not in shown
    assert [] == sim.requests


@pytest.mark.parametrize("spec", [False, True])
def test_what_is_next_to_a_mock_is_not_asked(
    host: Host, sim: Simulator, mocker: pytest_mock.MockerFixture, spec: bool
) -> None:
    """With only the cancel mocked, a query would go to the real exchange: name what to mock."""
    exchange = served(host, sim)
    mocker.patch.object(exchange, "fapiPrivateDeleteOrder", autospec=spec, side_effect=UNKNOWN)
    with pytest.raises(ccxt.BaseError) as raised:
        cancel(host, exchange)

    said = f"{raised.value} {raised.value.__cause__}"
    assert "fapiPrivateDeleteOrder is a mock and fapiPrivateGetOrder is not" in said
    assert [] == sim.requests


def test_a_mocked_clock_is_asked_by_ccxts_own_page(host: Host, sim: Simulator) -> None:
    """The page of the exchange's time goes through the same ``fetch``."""
    exchange = served(host, sim)
    exchange.milliseconds = lambda: 5000
    exchange.fetch = mocked(host, CLOCK, {"serverTime": "3000"}, answer(USDM, "CANCELED"))

    assert "canceled" == cancel(host, exchange)["outcome"]
    assert 2000 == exchange.options["timeDifference"]
    assert "/fapi/v1/time" in exchange.fetch.call_args_list[1].args[0]
    assert [] == sim.requests


def test_the_time_is_not_asked_next_to_a_mock(host: Host, sim: Simulator) -> None:
    """Without it, the cancel goes out once more."""
    exchange = served(host, sim)
    exchange.fapiPrivateDeleteOrder = mocked(host, CLOCK, answer(USDM, "CANCELED"))

    assert "canceled" == cancel(host, exchange)["outcome"]
    assert [] == sim.requests


def test_missing_keys_are_ccxts_own_error(host: Host, sim: Simulator) -> None:
    """ccxt finds that before it calls ``fetch``; a mock of the endpoint needs no keys."""
    exchange = served(host, sim)
    exchange.apiKey = exchange.secret = ""
    exchange.fetch = mocked(host)
    with pytest.raises(ccxt.AuthenticationError, match="apiKey"):
        cancel(host, exchange)

    exchange.fapiPrivateDeleteOrder = mocked(host, answer(USDM, "CANCELED"))
    assert "canceled" == cancel(host, exchange)["outcome"]
    assert [] == sim.requests


def test_a_patch_that_is_gone_is_forgotten(host: Host, sim: Simulator) -> None:
    """On the class and on the object: the next cancel goes out by itself again."""
    exchange, order = served(host, sim), sim.place("usdm", "BTCUSDT")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(exchange), "fetch", mocked(host, answer(USDM, "CANCELED")))
        cancel(host, exchange)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "fetch", mocked(host, answer(USDM, "CANCELED")))
        cancel(host, exchange)
    assert [] == sim.requests
    cancel(host, exchange, USDM, order.order_id)

    assert ["DELETE"] == [request.method for request in sim.requests]
