"""A method of the user's own between a cancel and the session is called, and nothing else."""

from __future__ import annotations

import asyncio
import traceback
from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import ccxt.pro
import pytest
import pytest_mock
from outcomes.simulated import BY_NAME, KINDS, Kind

import adapter
from adapter import ccxt as dropped_in
from adapter.integration.instances import INSTANCES
from adapter.simulator import Simulator
from adapter.venues.binance.usdm import ENDPOINT

from .host import API_KEY, SECRET, Host
from .instant import in_no_time

IMPLICIT = {
    "spot": ("privateDeleteOrder", "privateGetOrder"),
    "margin": ("sapiDeleteMarginOrder", "sapiGetMarginOrder"),
    "coinm": ("dapiPrivateDeleteOrder", "dapiPrivateGetOrder"),
    "usdm": ("fapiPrivateDeleteOrder", "fapiPrivateGetOrder"),
    "options": ("eapiPrivateDeleteOrder", "eapiPrivateGetOrder"),
    "pm_um": ("papiDeleteUmOrder", "papiGetUmOrder"),
    "pm_cm": ("papiDeleteCmOrder", "papiGetCmOrder"),
    "pm_margin": ("papiDeleteMarginOrder", "papiGetMarginOrder"),
}
WHERE = ("before attach", "after attach", "on the class before", "on the class after", "install")
PASSED_ON = ("fetch", "fetch2", "request", "sign", "handle_errors")
UNKNOWN = ccxt.OrderNotFound('binance {"code":-2011,"msg":"Unknown order sent."}')
CLOCK = ccxt.InvalidNonce('binance {"code":-1021,"msg":"Timestamp for this request is …"}')
TIMED_OUT = ccxt.RequestTimeout(
    f"binance DELETE https://fapi.binance.com/fapi/v1/order?orderId=7&signature={'f' * 64}"
)

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
USDM = BY_NAME["usdm"]


@pytest.fixture(autouse=True)
def nothing_installed() -> Any:
    yield
    adapter.uninstall()


def answer(kind: Kind, status: str) -> dict[str, Any]:
    """As ccxt hands it on: every number is a string."""
    return {
        "orderId": "7",
        "symbol": kind.symbol,
        "status": status,
        "clientOrderId": "mine",
        "origClientOrderId": "mine",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "price": "100",
        "origQty": "2",
        "executedQty": "2" if status == "FILLED" else "0",
        "updateTime": "1571110484038",
    }


def mocked(host: Host, *answers: Any) -> Any:
    """A mock of the exchange's mode that gives these, one after the other."""
    return (Mock if host.is_sync else AsyncMock)(side_effect=[*answers])


def served(host: Host, sim: Simulator, config: Any = None) -> Any:
    """Attached, at the simulator, and its pauses take no time."""
    return in_no_time(adapter.attach(sim.connect(host.exchange(config))))


def cancel(host: Host, exchange: Any, kind: Kind = USDM, id: Any = "7", **params: Any) -> Any:
    return host.cancel(exchange, id, kind.unified, {**kind.params, **params})


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


def host_keys() -> dict[str, Any]:
    return {"apiKey": API_KEY, "secret": SECRET, "enableRateLimit": False}


def overriding(host: Host, name: str, called: list[str]) -> Any:
    """A class of the user's own that counts the calls of this method and hands them on."""
    parent: Any = ccxt.binance if host.is_sync else ccxt.async_support.binance

    def override(self: Any, *arguments: Any, **named: Any) -> Any:
        called.append(name)
        return getattr(parent, name)(self, *arguments, **named)

    return type("Instrumented", (parent,), {name: override})


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
