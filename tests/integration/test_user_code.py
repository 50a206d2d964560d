"""A method of the user's own between a cancel and the session is called, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import ccxt
import ccxt.pro
import pytest
from outcomes.simulated import Kind

import adapter
from adapter import ccxt as dropped_in
from adapter.integration.instances import INSTANCES
from adapter.simulator import Simulator
from adapter.venues.binance.usdm import ENDPOINT

from .host import Host
from .instant import in_no_time
from .user_code import (
    IMPLICIT,
    TIMED_OUT,
    USDM,
    answer,
    cancel,
    host_keys,
    kinds,
    mocked,
    overriding,
    served,
)

PASSED_ON = ("fetch", "fetch2", "request", "sign", "handle_errors")


@pytest.fixture(autouse=True)
def nothing_installed() -> Any:
    yield
    adapter.uninstall()


@kinds
def test_the_class_of_a_refusal_is_the_same_on_every_product(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """Where ccxt has another one, the exchange's settings decide."""
    exchange = served(host, sim)
    body = '{"code":-2011,"msg":"Unknown order sent."}'
    exchange.fetch = mocked(
        host, ccxt.OperationRejected(f"binance {body}"), answer(kind, "CANCELED")
    )
    with pytest.raises(adapter.OrderGone) as raised:
        cancel(host, exchange, kind)

    how = "the order was canceled before the cancel"
    assert ("canceled", f"binance {body}: {how}") == (raised.value.state, str(raised.value))
    assert [] == sim.requests


@kinds
@pytest.mark.parametrize("name", PASSED_ON)
def test_a_subclass_that_hands_on_is_called_and_settles(
    host: Host, sim: Simulator, kind: Kind, name: str
) -> None:
    """An instrumented exchange: cancel and query pass through it, and the order's end is known."""
    called: list[str] = []
    exchange = sim.connect(host.keep(overriding(host, name, called)(dict(host_keys()))))
    exchange.timeout_on_exit = 0
    in_no_time(adapter.attach(exchange))
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play("fill_before", on="DELETE")
    with pytest.raises(adapter.OrderGone) as raised:
        cancel(host, exchange, kind, order.order_id)

    assert "closed" == raised.value.state
    assert ["DELETE", "GET"] == [request.method for request in sim.requests]
    assert [name] * 2 == called


def test_a_plain_function_may_be_next_to_ccxts_own(host: Host, sim: Simulator) -> None:
    """It may be a wrapper that hands on, so ccxt's own query is asked, as by ccxt itself."""
    exchange = served(host, sim)
    own = exchange.fapiPrivateDeleteOrder
    exchange.fapiPrivateDeleteOrder = lambda params: own(params)
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("fill_before", on="DELETE")
    with pytest.raises(adapter.OrderGone) as raised:
        cancel(host, exchange, USDM, order.order_id)

    assert "closed" == raised.value.state


def test_a_ban_blocks_the_users_own_code(host: Host, sim: Simulator) -> None:
    """``Retry-After`` counts, which ccxt keeps with its last answer."""
    called: list[str] = []
    exchange = in_no_time(
        adapter.attach(sim.connect(host.keep(overriding(host, "fetch", called)(host_keys()))))
    )
    exchange.timeout_on_exit = 0
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("limited_429", on="DELETE", seconds=60)
    for _ in range(2):
        with pytest.raises(adapter.RateLimited) as raised:
            cancel(host, exchange, USDM, order.order_id)
        assert 0 < (raised.value.retry_after or 0) <= 60

    assert ["fetch"] == called
    assert 1 == len(sim.requests)


def test_a_call_that_is_over_is_not_made(host: Host, sim: Simulator) -> None:
    """The user's own method takes what time it likes; after the deadline it is not called again."""
    events: list[adapter.Event] = []
    exchange = served(host, sim)
    exchange._adapter.config.on_event = events.append
    clock = exchange._adapter.io.clock

    def slow(*_: Any) -> Any:
        clock.now += 20.0
        raise TIMED_OUT

    exchange.fetch = slow
    with pytest.raises(adapter.CancelUnknown):
        cancel(host, exchange)

    assert ["DELETE"] == [e.details["method"] for e in events if e.what == "sent"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_a_caller_that_gives_up_is_not_kept(host: Host, sim: Simulator, error: Any) -> None:
    """It is no answer of the exchange."""
    exchange = served(host, sim)

    def interrupted(*_: Any) -> Any:
        raise error

    exchange.fapiPrivateDeleteOrder = interrupted
    if error is KeyboardInterrupt and not host.is_sync:
        pytest.skip("asyncio hands that to the whole loop")
    with pytest.raises(error):
        cancel(host, exchange)


def test_a_call_that_never_returns_ends_by_the_deadline(sim: Simulator) -> None:
    """In async it is cut off; then its outcome is unknown."""
    host = Host("async")
    exchange = adapter.attach(sim.connect(host.exchange()))

    async def hangs(*_: Any) -> Any:
        await asyncio.Event().wait()

    exchange.fetch = hangs
    with pytest.raises(adapter.CancelUnknown, match="TimeoutError"):
        cancel(host, exchange, deadline=0.01)
    host.close()

    assert [] == sim.requests


@kinds
def test_explain_shows_whose_code_it_is(host: Host, sim: Simulator, kind: Kind) -> None:
    """And which method of ccxt's is called."""
    exchange = served(host, sim)
    before = adapter.explain(exchange, kind.unified, kind.params)
    exchange.fetch = mocked(host)
    exchange.throttle = mocked(host)
    after = adapter.explain(exchange, kind.unified, kind.params)
    delete, _ = IMPLICIT[kind.name]

    assert f"through your own fetch, throttle, by ccxt's {delete}" in str(after.reason)
    assert "your own" not in str(before.reason)
    assert before.url == after.url


def test_ccxts_own_code_is_nobodys(host: Host) -> None:
    """Of every class that we serve, as it is, under `install`, and dropped in."""
    module: Any = ccxt if host.is_sync else ccxt.async_support
    ours: Any = dropped_in if host.is_sync else dropped_in.async_support
    classes = [getattr(module, name) for name in ("binance", "binanceusdm", "binancecoinm")]
    made = [cls(host_keys()) for cls in (*classes, ours.binance, ccxt.pro.binance)]
    adapter.install()
    for exchange in made:
        exchange.timeout_on_exit = 0
        host.keep(exchange)
        exchange.fetch = exchange.fetch  # a bound method of its own
        state = vars(exchange).get("_adapter") or INSTANCES.state_of(exchange)

        assert state is not None
        assert () == state.user_code.overrides(exchange, ENDPOINT)


def test_a_method_of_another_object_is_not_its_own(host: Host, sim: Simulator) -> None:
    """What is called there has other keys and another host."""
    exchange, other = served(host, sim), host.exchange()
    other.fetch = mocked(host, answer(USDM, "CANCELED"))
    exchange.request = other.request

    assert "canceled" == cancel(host, exchange)["outcome"]
    assert [] == sim.requests
    other.fetch.assert_called_once()


def test_ccxts_second_send_is_switched_off(host: Host, sim: Simulator) -> None:
    """``maxRetriesOnFailure`` would hide that a cancel was sent twice; params stay the caller's."""
    exchange = served(host, sim, {"options": {"maxRetriesOnFailure": 3}})
    exchange.fetch = mocked(host, TIMED_OUT, answer(USDM, "CANCELED"))
    params: dict[str, Any] = {"recvWindow": 777}

    assert "canceled" == host.cancel(exchange, "7", USDM.unified, params)["outcome"]
    urls: list[str] = [call.args[0] for call in exchange.fetch.call_args_list]
    assert 2 == len(urls)
    assert all("recvWindow=777" in url and "maxRetries" not in url for url in urls)
    assert {"recvWindow": 777} == params


def test_the_users_code_is_charged_once(host: Host, sim: Simulator) -> None:
    """By ccxt's own throttle, which its implicit method asks."""
    exchange = served(host, sim, {"enableRateLimit": True})
    exchange.throttle = mocked(host, None)
    exchange.fetch = mocked(host, answer(USDM, "CANCELED"))
    cancel(host, exchange)

    exchange.throttle.assert_called_once_with(1)
    if not host.is_sync:
        assert 0 == exchange.throttler.config["tokens"]
