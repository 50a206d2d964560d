"""The steps of a call, walked by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any

import attrs
import ccxt
import pytest
from altered import altered
from policies import shipped_policy

import adapter
from adapter.contract.messages import NoResponse, Response, ResponseKind, Sleep
from adapter.core.rate_limit import RECHECK_MS
from adapter.core.single_flight import AwaitInFlight, Flight
from adapter.core.wait_queue import SPACING_MS
from adapter.engine.batch import HttpBatchRequest
from adapter.engine.direct import Direct, Send, WaitForThrottle
from adapter.engine.flow import CallCcxt, CancelFlow, LoadMarkets, cancel_flow
from adapter.venues.binance import BINANCE

SYMBOL = "BTC/USDT:USDT"
INVALID = Response(
    status=400, body="{}", data={"code": -1121, "msg": "Invalid symbol."}, headers={}, time=0
)


def attached(markets: bool = False) -> ccxt.Exchange:
    exchange = adapter.attach(ccxt.binance({"apiKey": "key", "secret": "secret"}))
    if markets:
        structure = {"id": "BTCUSDT", "symbol": SYMBOL, "type": "swap", "swap": True}
        market = exchange.safe_market_structure({**structure, "linear": True, "inverse": False})
        exchange.markets = {SYMBOL: market}
    return exchange


def test_an_invalid_symbol_of_loaded_markets_is_final() -> None:
    """ccxt's markets are what they are: nothing is loaded again."""
    exchange = attached(markets=True)
    walk = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})

    assert isinstance(next(walk), Send)
    with pytest.raises(ccxt.BadSymbol):
        walk.send(INVALID)


def test_ccxt_sees_params_that_are_none_of_a_dict() -> None:
    """What it says of them is its own affair."""
    exchange = attached()
    exchange.options["stock"] = True
    walk = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, [1])

    assert CallCcxt(("7", SYMBOL, [1])) == next(walk)
    walk.close()


def test_markets_that_say_the_same_are_no_reason_to_send_again() -> None:
    """The id was right, and the exchange does not know it."""
    exchange = attached()
    walk = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})

    assert isinstance(next(walk), Send)
    assert isinstance(walk.send(INVALID), LoadMarkets)
    exchange.markets = attached(markets=True).markets
    with pytest.raises(ccxt.BadSymbol):
        walk.send(True)


def test_each_venue_signs_with_its_own_signer() -> None:
    """Two venues serve one exchange object: neither is given what the other made of the secret."""
    exchange = attached()
    state = exchange._adapter
    option = "BTC/USDT:USDT-260327-90000-C"
    second = altered(BINANCE, make_signer=lambda secret: lambda _: f"second-{secret}")
    state.config.endpoints = tuple(
        attrs.evolve(choice, endpoint=attrs.evolve(choice.endpoint, venue=second))
        if choice.plugin == "binance.options"
        else choice
        for choice in state.config.endpoints
    )
    signatures = []
    for symbol in (SYMBOL, option, SYMBOL, option):
        walk = cancel_flow(exchange, state, "7", symbol, {})
        sent = next(walk)
        assert isinstance(sent, Send)
        signatures.append(sent.signed.url.partition("signature=")[2])
        walk.close()

    assert ["second-secret"] * 2 == signatures[1::2]
    assert all(len(signature) == 64 for signature in signatures[0::2])


def test_a_call_that_waits_too_long_for_another_is_unknown() -> None:
    """The other call is cancelling this order, and its outcome is unknown."""
    exchange = attached()
    leader = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    follower = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    assert isinstance(next(leader), Send)

    assert isinstance(next(follower), AwaitInFlight)
    with pytest.raises(adapter.CancelUnknown, match="another call is cancelling this order"):
        follower.send(None)
    leader.close()


def test_a_call_that_is_given_up_leaves_its_work_to_the_next_while_there_is_time() -> None:
    """Its time goes on while it waits."""
    exchange, clock = attached(), [0.0]
    exchange._adapter.io.clock = lambda: clock[0]
    leader = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    followers = [cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {}) for _ in range(2)]
    next(leader)
    joined = [next(follower) for follower in followers]
    leader.close()
    outcomes = [
        join.outcome.result(timeout=0) for join in joined if isinstance(join, AwaitInFlight)
    ]

    assert isinstance(followers[0].send(outcomes[0]), Send)
    followers[0].close()
    clock[0] = 20.0
    with pytest.raises(ccxt.RequestTimeout, match=r"was not sent: its time was over$"):
        followers[1].send(outcomes[1])


def test_an_order_that_was_made_while_the_first_answer_was_awaited_may_be_another() -> None:
    """A client id may be used again: only what is older than the call is surely what it meant."""
    exchange, now = attached(), [1_700_000_000_000]
    exchange.nonce = lambda: now[0]
    exchange._adapter.io.clock = lambda: (now[0] - 1_700_000_000_000) / 1000
    params = {"clientOrderId": "mine"}
    walk = cancel_flow(exchange, exchange._adapter, None, SYMBOL, params)
    next(walk)
    now[0] += 5000
    found = {"orderId": 8, "clientOrderId": "mine", "status": "NEW", "time": now[0] - 3000}
    sent = []

    def answered(step: Any) -> Response | None:
        if isinstance(step, Sleep):
            now[0] += round(step.seconds * 1000)
            return None
        sent.append(step.signed.method)
        data = {"serverTime": now[0]} if "/time" in step.signed.url else found
        return Response(status=200, body="{}", data=data)

    step = walk.send(NoResponse(may_have_been_sent=True, reason="ReadTimeout"))
    with pytest.raises(adapter.CancelUnknown, match="made after that"):
        played_out(walk, step, answered)
    assert {"GET"} == {*sent}


def played_out(walk: Any, step: Any, answered: Callable[[Any], Any]) -> None:
    while True:
        step = walk.send(answered(step))


def test_a_call_that_has_just_ended_can_still_be_waited_for() -> None:
    """It may end after another call has found it in progress, and before that one waits."""
    flights: dict[Hashable, Flight] = {}
    lead = flights["key"] = Flight("key", flights)
    with lead:
        lead.outcome = {"status": "canceled"}

    assert {"status": "canceled"} == lead.future().result(timeout=0)
    assert lead.future() is lead.future()


def test_a_copy_of_an_exchange_waits_for_no_call_on_the_original() -> None:
    """It would never get the outcome of that."""
    exchange = attached()
    leader = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    assert isinstance(next(leader), Send)
    other = copy.deepcopy(exchange)

    assert isinstance(next(cancel_flow(other, other._adapter, "7", SYMBOL, {})), Send)
    leader.close()


def test_a_turn_that_comes_too_late_is_not_used() -> None:
    """``throttle = "wait"`` and more than the deadline in the queue: nothing is sent."""
    exchange, clock = attached(), [0.0]
    state = exchange._adapter
    queued = shipped_policy(throttle="wait")
    state.config.endpoints = tuple(
        attrs.evolve(choice, policy=queued) for choice in state.config.endpoints
    )
    state.io.clock = lambda: clock[0]
    walk = cancel_flow(exchange, state, "7", SYMBOL, {})
    assert isinstance(next(walk), WaitForThrottle)

    clock[0] = 20.0
    with pytest.raises(ccxt.NetworkError, match="its time was over before it could be sent"):
        walk.send(None)


def test_a_hook_that_cannot_be_called_is_refused() -> None:
    """Its events, or those of one that would have to be awaited, would be lost."""

    async def hook(event: adapter.Event) -> None:
        """Never called."""

    hooks: tuple[Any, ...] = (hook, "hook")
    for given in hooks:
        with pytest.raises(TypeError, match="called and not awaited"):
            adapter.attach(ccxt.binance(), on_event=given)


def test_what_ccxt_is_to_take_reaches_it_as_it_came() -> None:
    """The very dict of the caller, with all that is in it."""
    exchange, params = attached(), {"stock": True, "anything": 1}
    walk = cancel_flow(exchange, exchange._adapter, "7", "TSLA/USDT", params)

    native = next(walk)
    assert isinstance(native, CallCcxt)
    assert params is native.arguments[-1]


@pytest.mark.parametrize("symbol", ["TSLA/USDT", SYMBOL])
def test_an_order_of_ccxts_own_has_an_outcome_that_is_none(symbol: str) -> None:
    """In a new dict: what ccxt may keep of the order is left as it is."""
    exchange = attached()
    ccxts = {"id": "7", "status": "canceled"}
    walk = cancel_flow(exchange, exchange._adapter, "7", symbol, {"stock": True})
    next(walk)
    with pytest.raises(StopIteration) as end:
        walk.send(ccxts)

    assert {"id": "7", "status": "canceled", "outcome": None} == end.value.value
    assert {"id": "7", "status": "canceled"} == ccxts


@pytest.mark.parametrize("given", [None, [{"id": "7"}], "dry run"], ids=str)
def test_what_is_no_order_is_passed_on_as_it_is(given: object) -> None:
    """A user's own method may return whatever it likes."""
    exchange = attached()
    walk = cancel_flow(exchange, exchange._adapter, "7", "TSLA/USDT", {"stock": True})
    next(walk)
    with pytest.raises(StopIteration) as end:
        walk.send(given)

    assert given is end.value.value


@pytest.mark.parametrize("error", [KeyError("field"), ccxt.BadSymbol("which")])
def test_an_answer_that_cannot_be_read_leaves_the_outcome_open(error: Exception) -> None:
    """The cancel was sent: an error of a plugin or of ccxt's parser is not the outcome."""
    exchange = attached()
    exchange.parse_order = lambda *_: (_ for _ in ()).throw(error)
    walk = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    next(walk)
    answer = {"orderId": 7, "status": "CANCELED"}
    with pytest.raises(adapter.CancelUnknown, match=type(error).__name__) as caught:
        walk.send(Response(status=200, body="{}", data=answer))

    assert error is caught.value.__cause__


def test_a_cancel_is_delayed_before_the_hosts_limit() -> None:
    """Nothing is signed and nothing sent: it waits, or the error shows for how long it had to."""
    exchange = attached()
    budget = exchange._adapter.limiter("fapi.binance.com", 2400)
    for _ in range(2280):
        budget.acquire(1, 0.0)
        budget.record(1, None, None, 0.0, exchange._adapter.io.clock() * 1000)
    walk = cancel_flow(exchange, exchange._adapter, "7", SYMBOL, {})
    with pytest.raises(adapter.RateLimited, match="held back for") as caught:
        next(walk)

    assert 50 < (caught.value.retry_after or 0) <= 61


def test_a_call_that_is_given_up_keeps_no_slot() -> None:
    """Whoever waits behind it waits for nobody, and whoever is not there any more for nothing."""
    exchange = attached()
    state = exchange._adapter
    state.io.clock = lambda: 0.0
    budget = state.limiter("fapi.binance.com", 2400)
    while not budget.acquire(1, 0.0):
        continue
    first, second = (cancel_flow(exchange, state, order, SYMBOL, {}) for order in ("7", "8"))
    assert next(first) == Sleep(RECHECK_MS / 1000)
    assert next(second) == Sleep((RECHECK_MS + SPACING_MS) / 1000)
    first.close()

    assert second.send(None) == Sleep(RECHECK_MS / 1000)
    second.close()
    assert {} == budget.queue.returns_at


@pytest.mark.parametrize("what", ["list", "batch"])
def test_a_request_that_is_held_back_counts_as_none(what: str) -> None:
    """Of those that a call may make."""
    exchange = attached(markets=True)
    state = exchange._adapter
    found = state.route_cache.match(exchange, SYMBOL, {}, state.config.endpoints, None)
    flow = CancelFlow(exchange, state, found, found.active, 1, state.io.clock())
    flow.parse("7", {})
    channel = flow.channel()
    assert isinstance(channel, Direct)
    channel.block(2.0)
    asked = channel.open_orders(flow.call, found.market, 15.0)
    if what == "batch":
        asked = HttpBatchRequest(channel, [flow.call, flow.call]).send(15.0)
    with pytest.raises(StopIteration) as end:
        next(asked)

    assert ResponseKind.HELD_LOCALLY is end.value.value.kind
    assert 0 == channel.requests
