"""Connections that are open before they are needed."""

from __future__ import annotations

import logging
from typing import Any

import ccxt
import pytest

import adapter
from adapter.simulator import Simulator

from .host import SYMBOL, Host, moved
from .unreachable import closed_port


def test_so_many_stand_and_a_cancel_takes_one(host: Host) -> None:
    """Opened ones count; a second call opens what is missing."""
    with Simulator() as sim:
        exchange = adapter.attach(sim.connect(host.exchange()))
        once = host.done(lambda: adapter.prewarm(exchange, 3))
        again = host.done(lambda: adapter.prewarm(exchange, 12, symbols=[SYMBOL]))
        order = sim.place("usdm", "BTCUSDT")
        outcome = host.cancel(exchange, order.order_id, SYMBOL)["outcome"]
        host.close_exchanges()
        url = sim.url

    assert {url: 3} == once
    assert {url: 12} == again
    assert "canceled" == outcome
    pings = [request for request in sim.requests if request.path.endswith("/ping")]
    assert ["DELETE"] == [request.method for request in sim.requests if request not in pings]
    assert 15 <= len(pings)


def test_a_host_that_cannot_be_reached_has_none(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """That is logged, once, and costs nothing else."""
    with closed_port() as nobody:
        exchange = moved(host.attached(), f"http://{nobody}")
        stand = host.done(lambda: adapter.prewarm(exchange, 3, symbols=[SYMBOL]))

    assert {f"http://{nobody}": 0} == stand
    [warnings] = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warnings.startswith(f"binance: no connection to http://{nobody}: ")


def test_an_exchange_whose_cancels_ccxt_sends_has_no_hosts() -> None:
    """ccxt's own session opens its connections."""
    assert {} == adapter.prewarm(adapter.attach(ccxt.okx()), 3)


def test_hosts_that_are_missing_are_left_out(host: Host) -> None:
    """As in demo mode, where Portfolio Margin has none."""
    with Simulator() as sim:
        exchange = adapter.attach(sim.connect(host.exchange()))
        del exchange.urls["api"]["papi"], exchange.urls["api"]["eapiPrivate"]
        stand = host.done(lambda: adapter.prewarm(exchange))
        host.close_exchanges()
        url = sim.url

    assert {url: 1} == stand


def test_what_goes_to_ccxts_own_method_opens_nothing(host: Host) -> None:
    """What cannot be a symbol is not ours."""
    assert {} == host.done(lambda: adapter.prewarm(host.attached(), symbols=["not a symbol"]))


def test_a_proxy_that_is_not_there_has_none(host: Host) -> None:
    """The pings go the route of the cancels."""
    exchange = host.attached({"httpsProxy": "http://127.0.0.1:9"})
    stand = host.done(lambda: adapter.prewarm(exchange, symbols=[SYMBOL]))

    assert [0] == [*stand.values()]


@pytest.mark.parametrize("n", [0, 1001, 1.0, "3", True, None])
def test_a_number_that_cannot_be(host: Host, n: object) -> None:
    """An error before anything is opened."""
    wrong: Any = n
    with pytest.raises(ValueError, match="n must be a whole number from 1 to 1000"):
        adapter.prewarm(host.attached(), wrong)


def test_an_exchange_without_the_adapter(host: Host) -> None:
    """The error says what to call first."""
    with pytest.raises(ValueError, match=r"call adapter\.attach\(exchange\) first"):
        adapter.prewarm(host.exchange())
