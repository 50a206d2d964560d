"""Conditional orders: fields and ends of their own, an acknowledgement, and two queries."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest
from contract.calls import Prepare, call, lines, mocked, mode

import adapter
from adapter.testing import Answer, Replay

from .answers import ALGO_ACCEPTED, NO_SUCH_ORDER, UNKNOWN_ORDER, algo, strategy

__all__ = ["mode"]

pytestmark = pytest.mark.usefixtures("no_time")

ALGO_ID, CLIENT_ID = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"
ALGO = "/fapi/v1/algoOrder"
ROOT = "/papi/v1/cm/conditional"
UNKNOWN_STATUS = '{"code":-1007,"msg":"Timeout waiting for response from backend server."}'
TWO_QUERIES = [("GET", f"{ROOT}/openOrder"), ("GET", f"{ROOT}/orderHistory")]


def cancel(
    replay: Replay,
    mode: str,
    id: object = ALGO_ID,
    prepare: Prepare = lambda _: None,
    **params: Any,
) -> Any:
    arguments = id, "BTC/USDT:USDT", {"trigger": True, **params}
    return call("binance", replay, mode, *arguments, prepare=prepare)


def cancel_strategy(replay: Replay, mode: str, id: object = "123445", **params: Any) -> Any:
    arguments = id, "BTC/USD:BTC-200925", {"stop": True, **params}
    return call("binance", replay, mode, *arguments, account="portfolio-margin")


def test_triggered_is_an_end_with_a_successor(mode: str) -> None:
    """The order that it became may be open, and is not touched: the message names it."""
    triggered = algo("TRIGGERED", actualOrderId="283194212")
    with Replay([ALGO_ACCEPTED, triggered]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert ("triggered", "283194212") == (caught.value.state, caught.value.successor)
    assert caught.value.order is not None
    assert "triggered" == caught.value.order["status"]
    assert (
        "binance the order was triggered before the cancel, and became order 283194212, which may"
        " be open: " in str(caught.value)
    )
    assert [("DELETE", ALGO), ("GET", ALGO)] == lines(replay)


@pytest.mark.parametrize("actual", ["", None, 0])
def test_a_successor_that_the_exchange_does_not_name_is_none(mode: str, actual: object) -> None:
    """Binance shows an empty text until it is known."""
    triggered = algo("TRIGGERED", actualOrderId=actual)
    with Replay([ALGO_ACCEPTED, triggered]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert ("triggered", None) == (caught.value.state, caught.value.successor)
    assert "became" not in str(caught.value)


def test_unknown_to_the_cancel_and_triggered_by_the_query(mode: str) -> None:
    """The same end as after an acknowledgement."""
    answers = [UNKNOWN_ORDER, algo("FINISHED", actualOrderId=283194212)]
    with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert ("triggered", "283194212") == (caught.value.state, caught.value.successor)


def test_one_that_stays_in_between_is_neither_gone_nor_canceled(mode: str) -> None:
    """The cancel finds none, and every query says that it is being triggered."""
    stuck = [
        Answer(status=400, body=UNKNOWN_ORDER.body, method="DELETE"),
        algo("TRIGGERING"),
    ] * 40
    with Replay(stuck) as replay, pytest.raises(adapter.CancelUnknown) as caught:
        cancel(replay, mode)

    assert caught.value.order is not None
    assert "open" == caught.value.order["status"]


def test_a_client_id_is_sent_as_the_endpoint_names_it(mode: str) -> None:
    """The acknowledgement has the order's id, and the queries go by that."""
    with Replay([ALGO_ACCEPTED, algo("CANCELED")]) as replay:
        order = cancel(replay, mode, None, clientOrderId=CLIENT_ID)

    sent, queried = (request.unsigned_params for request in replay.received)
    assert {"symbol": "BTCUSDT", "clientAlgoId": CLIENT_ID} == sent
    assert {"symbol": "BTCUSDT", "algoId": ALGO_ID} == queried
    assert (ALGO_ID, CLIENT_ID, "canceled") == (
        order["id"],
        order["clientOrderId"],
        order["outcome"],
    )


def test_an_acknowledgement_of_another_client_id_is_none(mode: str) -> None:
    """What it acknowledges is another order's cancel."""
    with Replay([ALGO_ACCEPTED]) as replay, pytest.raises(adapter.CancelUnknown):
        cancel(replay, mode, None, clientOrderId="mine", confirm=False)


def test_an_acknowledgement_without_ids_is_followed_by_the_one_that_was_given(mode: str) -> None:
    """By client id, until a query shows the order that was there before the call."""
    answers = [Answer(body={"complete": True}), algo("NEW"), algo("CANCELED")]
    arguments = None, "BTC/USDT:USDT", {"trigger": True, "clientOrderId": CLIENT_ID}
    with Replay(answers) as replay:
        order = call("binance", replay, mode, *arguments, account="portfolio-margin")

    query = ("GET", "/papi/v1/um/algo/algoOrder")
    assert [("DELETE", "/papi/v1/um/algo/order"), query, query] == lines(replay)
    assert [{"clientAlgoId"}, {"clientAlgoId"}, {"algoId"}] == [
        {*request.unsigned_params} - {"symbol"} for request in replay.received
    ]
    assert (ALGO_ID, "canceled") == (order["id"], order["outcome"])


def test_the_id_may_be_in_params_by_its_own_name(mode: str) -> None:
    """As ccxt's users pass it."""
    with Replay([ALGO_ACCEPTED, algo("CANCELED")]) as replay:
        order = cancel(replay, mode, None, algoId=2146760)

    assert ALGO_ID == replay.received[0].params["algoId"] == order["id"]


@pytest.mark.parametrize(
    ("id", "params", "sent"),
    [
        (None, {"strategyId": 2146760}, {"algoId": ALGO_ID}),
        ("5", {"strategyId": ALGO_ID}, {"algoId": ALGO_ID}),
        (None, {"newClientStrategyId": CLIENT_ID}, {"clientAlgoId": CLIENT_ID}),
    ],
)
def test_the_ids_of_the_older_path_are_sent_as_todays(
    mode: str, id: str | None, params: dict[str, Any], sent: dict[str, str]
) -> None:
    """``um/conditional/order`` of Portfolio Margin is ``um/algo/order`` since 2026-04-28."""
    arguments = id, "BTC/USDT:USDT", {"trigger": True, **params}
    with Replay([Answer(body={"complete": True}), algo("CANCELED")]) as replay:
        order = call("binance", replay, mode, *arguments, account="portfolio-margin")

    assert "/papi/v1/um/algo/order" == replay.received[0].path
    assert {"symbol": "BTCUSDT", **sent} == replay.received[0].unsigned_params
    assert "canceled" == order["outcome"]


def test_the_word_in_params_selects_the_book() -> None:
    """Without it, the endpoint of regular orders takes the call."""
    exchange = adapter.attach(ccxt.binance())
    plugins = [
        adapter.explain(exchange, "BTC/USDT:USDT", params).plugin
        for params in ({}, {"trigger": True}, {"stop": True}, {"conditional": True})
    ]

    assert ["binance.usdm", *["binance.usdm_algo"] * 3] == plugins


def test_a_mocked_fetch_answers_and_nothing_leaves(mode: str) -> None:
    """By ccxt's method of that endpoint; a triggered order ends as when the adapter sends."""
    triggered = algo("TRIGGERED", actualOrderId="283194212").body
    fetch = mocked(mode, ALGO_ACCEPTED.body, triggered)
    with Replay([]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode, prepare=lambda exchange: setattr(exchange, "fetch", fetch))

    assert [] == replay.received
    assert "283194212" == caught.value.successor
    assert ["DELETE", "GET"] == [sent.args[1] for sent in fetch.call_args_list]
    assert all(ALGO in sent.args[0] for sent in fetch.call_args_list)


class TestTwoQueries:
    """The open ones are one request, those that have ended another."""

    def test_the_second_is_made_where_the_first_finds_none(self, mode: str) -> None:
        """It shows how the order ended, and what it became."""
        ended = Answer(body=[strategy("TRIGGERED", orderId=23456, status="NEW")])
        answers = [UNKNOWN_ORDER, NO_SUCH_ORDER, ended]
        with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
            cancel_strategy(replay, mode)

        assert ("triggered", "23456") == (caught.value.state, caught.value.successor)
        assert [("DELETE", f"{ROOT}/order"), *TWO_QUERIES] == lines(replay)

    def test_the_second_is_not_made_where_the_first_finds_it(self, mode: str) -> None:
        """The order is open after all, and the cancel is sent again."""
        answers = [Answer(body=None), Answer(body=strategy("NEW"), method="GET")]
        canceled = Answer(body=strategy("CANCELED"), method="DELETE")
        with Replay([*answers, canceled]) as replay:
            order = cancel_strategy(replay, mode)

        assert "canceled" == order["outcome"]
        assert TWO_QUERIES[1] not in lines(replay)

    @pytest.mark.parametrize("ended", [[], [strategy("CANCELED", strategyId=1)], [7, None]])
    def test_an_order_that_neither_finds_is_gone_without_a_state(
        self, mode: str, ended: list[Any]
    ) -> None:
        """A list without the order says that there is none, whatever else is in it."""
        neither = [NO_SUCH_ORDER, Answer(body=ended)]
        answers = [UNKNOWN_ORDER, *neither, *neither]
        with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
            cancel_strategy(replay, mode)

        assert caught.value.state is None
        assert "no query finds it either" in str(caught.value)
        assert [("DELETE", f"{ROOT}/order"), *TWO_QUERIES, *TWO_QUERIES] == lines(replay)

    def test_a_second_query_that_fails_is_no_order_not_found(self, mode: str) -> None:
        """Nothing is concluded until it has an answer."""
        answers = [UNKNOWN_ORDER, NO_SUCH_ORDER, Answer(status=500, body="oops")]
        found = [NO_SUCH_ORDER, Answer(body=[strategy("EXPIRED")])]
        with Replay([*answers, *found]) as replay, pytest.raises(adapter.OrderGone) as caught:
            cancel_strategy(replay, mode)

        assert "expired" == caught.value.state

    def test_by_client_id_both_are_asked_for_it(self, mode: str) -> None:
        """Until an answer shows the order's id."""
        answers = [Answer(body=None), NO_SUCH_ORDER, Answer(body=[strategy("CANCELLED")])]
        with Replay(answers) as replay:
            order = cancel_strategy(replay, mode, None, clientOrderId="abc")

        assert ("123445", "abc", "canceled") == (
            order["id"],
            order["clientOrderId"],
            order["outcome"],
        )
        assert all(r.params["newClientStrategyId"] == "abc" for r in replay.received)

    def test_the_history_of_another_client_id_is_not_this_order(self, mode: str) -> None:
        """The list is read by the id that was asked for."""
        answers = [UNKNOWN_ORDER, *[NO_SUCH_ORDER, Answer(body=[strategy("CANCELLED")])] * 2]
        with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
            cancel_strategy(replay, mode, None, clientOrderId="another")

        assert caught.value.state is None

    def test_the_history_of_a_client_id_that_was_used_before(self, mode: str) -> None:
        """The newest counts: the one before it was canceled, and this one has triggered."""
        before = strategy("CANCELED", strategyId=1, bookTime=1566818724000)
        lost = Answer(status=503, body=UNKNOWN_STATUS)
        answers = [lost, NO_SUCH_ORDER, Answer(body=[before, strategy("TRIGGERED", orderId=9)])]
        with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
            cancel_strategy(replay, mode, None, clientOrderId="abc")

        assert ("triggered", "9") == (caught.value.state, caught.value.successor)


@pytest.mark.parametrize(
    ("market_id", "symbol"), [("ETHUSDT", "ETH/USDT:USDT"), ("what-ever", "what-ever")]
)
@pytest.mark.parametrize("status", ["CANCELED", "FINISHED"])
def test_the_order_of_another_market_is_shown_as_that(
    mode: str, market_id: str, symbol: str, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Binance cancels an algo order by its id alone: the symbol is that of the order."""
    with Replay([ALGO_ACCEPTED, algo(status, symbol=market_id)]) as replay:
        if status == "CANCELED":
            order = cancel(replay, mode)
        else:
            with pytest.raises(adapter.OrderGone) as caught:
                cancel(replay, mode)
            order = caught.value.order

    assert symbol == order["symbol"]
    assert [
        f"binance: order {ALGO_ID} is one of {market_id}, not of BTCUSDT: Binance finds"
        " it by its id alone"
    ] == caplog.messages


def test_the_order_of_the_market_that_was_asked_for_is_no_warning(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its symbol is that of the call."""
    with Replay([ALGO_ACCEPTED, algo("CANCELED")]) as replay:
        order = cancel(replay, mode)

    assert "BTC/USDT:USDT" == order["symbol"]
    assert [] == caplog.messages
