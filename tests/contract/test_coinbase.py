"""A venue of another shape: UUIDs, a POST with a JSON body, and acknowledgements."""

from __future__ import annotations

import logging
from typing import Any

import ccxt
import pytest

import adapter
from adapter.testing import Answer, Replay
from adapter.testing.replay import API_KEY, SECRET

from .answers import CLIENT_UUID, COINBASE_NOT_FOUND, OTHER_UUID, UUID, batch, coinbase
from .calls import Prepare, call, lines, mocked, mode

__all__ = ["mode"]

pytestmark = pytest.mark.usefixtures("no_time")

SYMBOL = "LTC/BTC"
CANCEL = ("POST", "/api/v3/brokerage/orders/batch_cancel")
QUERY = ("GET", f"/api/v3/brokerage/orders/historical/{UUID}")
NOW = 1_700_000_000_000
NOT_FOUND = ccxt.ExchangeError(f"coinbase {COINBASE_NOT_FOUND.body}")


def cancel(
    replay: Replay,
    mode: str,
    id: object = UUID,
    params: dict[str, Any] | None = None,
    prepare: Prepare = lambda _: None,
) -> Any:
    return call("coinbase", replay, mode, id, SYMBOL, params or {}, prepare=prepare)


def session(exchange: Any) -> None:
    exchange.options["adapter"] = {"transport": "session"}


@pytest.mark.parametrize("prepare", [lambda _: None, session], ids=["auto", "session"])
def test_the_cancel_is_signed_as_ccxt_signs_it(mode: str, prepare: Prepare) -> None:
    """The same body and headers, whichever way the adapter takes to send them."""

    def at_noon(exchange: Any) -> None:
        prepare(exchange)
        exchange.nonce = lambda: NOW

    with Replay([batch(), coinbase("CANCELLED")]) as replay:
        cancel(replay, mode, prepare=at_noon)

    sent = replay.received[0]
    theirs = ccxt.coinbase({"apiKey": API_KEY, "secret": SECRET})
    theirs.nonce = lambda: NOW
    path, api = CANCEL[1].removeprefix("/api/v3/"), ["v3", "private"]
    signed = theirs.sign(path, api, "POST", {"order_ids": [UUID]})
    assert (signed["method"], signed["body"]) == (sent.method, sent.body)
    assert signed["headers"].items() <= {k.upper(): v for k, v in sent.headers.items()}.items() | {
        ("Content-Type", sent.headers["content-type"])
    }
    assert [CANCEL, QUERY] == lines(replay)
    assert ("", {}) == (replay.received[1].body, replay.received[1].params)


def test_an_acknowledged_cancel_is_followed_until_it_is_final(mode: str) -> None:
    """Coinbase acknowledges, queues the cancel, and shows the order canceled."""
    with Replay([batch(), coinbase("CANCEL_QUEUED"), coinbase("CANCELLED")]) as replay:
        order = cancel(replay, mode)

    assert [CANCEL, QUERY, QUERY] == lines(replay)
    assert (UUID, CLIENT_UUID) == (order["id"], order["clientOrderId"])
    assert ("canceled", "canceled") == (order["status"], order["outcome"])
    assert (SYMBOL, 1673912243947, 0.2) == (order["symbol"], order["timestamp"], order["amount"])


def test_a_fill_that_came_first_is_no_success(mode: str) -> None:
    """An acknowledgement does not say that the cancel won."""
    filled = coinbase("FILLED", filled_size="0.2", average_filled_price="0.006")
    with Replay([batch(), filled]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert "closed" == caught.value.state
    assert caught.value.order is not None
    assert 0.2 == caught.value.order["filled"]
    assert "the order was filled before the cancel" in str(caught.value)


def test_what_never_becomes_final_is_accepted(mode: str) -> None:
    """Neither canceled nor unknown: the exchange has accepted the cancel."""
    with Replay([batch(), *[coinbase("CANCEL_QUEUED")] * 30]) as replay:
        order = cancel(replay, mode)

    assert ("canceling", "accepted") == (order["status"], order["outcome"])
    assert 1 == lines(replay).count(CANCEL)


def test_queries_without_an_answer_leave_it_accepted(mode: str) -> None:
    """What was acknowledged is not sent again, and nothing is claimed of it."""
    with Replay([batch(), *[COINBASE_NOT_FOUND] * 3]) as replay:
        order = cancel(replay, mode)

    assert (UUID, "canceling", "accepted") == (order["id"], order["status"], order["outcome"])
    assert 1 == lines(replay).count(CANCEL)


def test_without_confirm_nothing_is_made_up(mode: str) -> None:
    """Of an order that is only acknowledged, its id and symbol are known, and no amounts."""
    with Replay([batch()]) as replay:
        order = cancel(replay, mode, params={"confirm": False})

    assert [CANCEL] == lines(replay)
    known = {name: value for name, value in order.items() if value not in (None, [])}
    assert {
        "id": UUID,
        "symbol": SYMBOL,
        "status": "canceling",
        "outcome": "accepted",
        "info": batch().body["results"][0],
    } == known


def test_a_lost_acknowledgement_is_settled_by_a_query(mode: str) -> None:
    """Found open it is sent again, found canceled it is done."""
    answers = [Answer(body=None), coinbase("OPEN"), batch(), coinbase("CANCELLED")]
    for answer in (0, 2):
        answers[answer] = Answer(body=answers[answer].body, method="POST")
    with Replay(answers) as replay:
        order = cancel(replay, mode)

    assert "canceled" == order["outcome"]
    assert [CANCEL, QUERY] == lines(replay)[:2]
    assert 2 == lines(replay).count(CANCEL)


def test_a_refusal_inside_a_200_is_a_refusal(mode: str) -> None:
    """The order is as it was, and the message has the exchange's word."""
    refused = batch(reason="COMMANDER_REJECTED_CANCEL_ORDER")
    with Replay([refused]) as replay, pytest.raises(ccxt.OperationRejected) as caught:
        cancel(replay, mode)

    assert "COMMANDER_REJECTED_CANCEL_ORDER" in str(caught.value)
    assert [CANCEL] == lines(replay)


@pytest.mark.parametrize("reason", ["DUPLICATE_CANCEL_REQUEST", "UNKNOWN_CANCEL_FAILURE_REASON"])
def test_a_refusal_that_leaves_a_doubt_is_settled_by_a_query(mode: str, reason: str) -> None:
    """A cancel of this order may be under way."""
    with Replay([batch(reason=reason), coinbase("CANCELLED")]) as replay:
        order = cancel(replay, mode)

    assert "canceled" == order["outcome"]


@pytest.mark.parametrize("reason", ["UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED"])
def test_an_order_that_is_not_open_is_looked_up(mode: str, reason: str) -> None:
    """The query knows how it ended."""
    answers = [batch(reason=reason), coinbase("FILLED")]
    with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert "closed" == caught.value.state


def test_an_order_that_is_nowhere_takes_three_requests(mode: str) -> None:
    """Not found by the cancel, nor by two queries."""
    answers = [batch(reason="UNKNOWN_CANCEL_ORDER"), COINBASE_NOT_FOUND, COINBASE_NOT_FOUND]
    with Replay(answers) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode)

    assert caught.value.state is None
    assert [CANCEL, QUERY, QUERY] == lines(replay)


def test_an_acknowledgement_of_another_order_is_none(mode: str) -> None:
    """Nothing is known of this one."""
    with Replay([batch(OTHER_UUID)]) as replay, pytest.raises(adapter.CancelUnknown):
        cancel(replay, mode)


@pytest.mark.parametrize("id", ["283194212", 283194212, "not-a-uuid", UUID[:-1]])
def test_an_id_that_is_no_uuid_is_refused_before_anything_is_sent(mode: str, id: object) -> None:
    """The message says what an id is there, and does not advise a client id."""
    with Replay([]) as replay, pytest.raises(ccxt.BadRequest) as caught:
        cancel(replay, mode, id)

    assert [] == replay.received
    assert f"takes the order id as a UUID such as '{UUID}'; got {id!r}" in str(caught.value)
    assert "orders cannot be cancelled by client id here" in str(caught.value)
    assert "clientOrderId" not in str(caught.value)


def test_a_uuid_is_the_same_in_capitals(mode: str) -> None:
    """It is sent in the spelling that the exchange answers with."""
    with Replay([batch(), coinbase("CANCELLED")]) as replay:
        order = cancel(replay, mode, UUID.upper())

    assert {"order_ids": [UUID]} == replay.received[0].params
    assert UUID == order["id"]


def test_a_client_id_beside_the_id_is_left_out(mode: str) -> None:
    """As in ccxt, which cancels by the id: orders have no other name for the exchange here."""
    with Replay([batch(), coinbase("CANCELLED")]) as replay:
        cancel(replay, mode, params={"clientOrderId": CLIENT_UUID, "extra": 1})

    assert {"order_ids": [UUID], "extra": 1} == replay.received[0].params


class TestUserCode:
    """The user's own methods, which ccxt calls by its nested API."""

    def test_a_mocked_fetch_answers_and_nothing_leaves(self, mode: str) -> None:
        """Both requests go through it, the id of the query in its path."""
        fetch = mocked(mode, batch().body, coinbase("CANCELLED").body)
        with Replay([]) as replay:
            order = cancel(replay, mode, prepare=lambda exchange: setattr(exchange, "fetch", fetch))

        assert [] == replay.received
        assert ("canceled", UUID) == (order["outcome"], order["id"])
        (url, method, _, body), _ = fetch.call_args_list[0]
        assert (CANCEL[0], f'{{"order_ids":["{UUID}"]}}') == (method, body)
        assert url.endswith(CANCEL[1])
        (url, method, *_), _ = fetch.call_args_list[1]
        assert (QUERY[0], True) == (method, url.endswith(QUERY[1]))

    @pytest.mark.parametrize(
        ("post", "get"),
        [
            (
                "v3PrivatePostBrokerageOrdersBatchCancel",
                "v3PrivateGetBrokerageOrdersHistoricalOrderId",
            ),
            (
                "v3_private_post_brokerage_orders_batch_cancel",
                "v3_private_get_brokerage_orders_historical_order_id",
            ),
        ],
    )
    def test_mocked_implicit_methods_answer(self, mode: str, post: str, get: str) -> None:
        """In both of ccxt's spellings."""
        posted, got = mocked(mode, batch().body), mocked(mode, coinbase("CANCELLED").body)

        def prepare(exchange: Any) -> None:
            assert hasattr(exchange, post)
            setattr(exchange, post, posted)
            setattr(exchange, get, got)

        with Replay([]) as replay:
            order = cancel(replay, mode, prepare=prepare)

        assert "canceled" == order["outcome"]
        assert ({"order_ids": [UUID]}, {"order_id": UUID}) == (
            posted.call_args.args[0],
            got.call_args.args[0],
        )

    def test_an_error_that_quotes_the_exchange_is_its_answer(self, mode: str) -> None:
        """Neither the cancel nor two queries find the order, as where the adapter sends."""
        fetch = mocked(mode, batch(reason="UNKNOWN_CANCEL_ORDER").body, NOT_FOUND, NOT_FOUND)
        with Replay([]) as replay, pytest.raises(adapter.OrderGone, match="no query finds it"):
            cancel(replay, mode, prepare=lambda exchange: setattr(exchange, "fetch", fetch))

        assert 3 == fetch.call_count


def test_explain_names_ccxts_method_and_the_urls() -> None:
    """Of spot; contracts go by ccxt's methods."""
    exchange = adapter.attach(ccxt.coinbase())
    spot = adapter.explain(exchange, SYMBOL)
    assert ("POST", f"https://api.coinbase.com{CANCEL[1]}") == (spot.method, spot.url)
    assert (None, "LTC-BTC") == (spot.client_id, spot.market_id)

    contract = adapter.explain(exchange, "BTC/USDC:USDC")
    assert ("coinbase", "cancelOrder") == (contract.plugin, contract.method)

    exchange.fetch = mocked("sync")
    assert "by ccxt's v3PrivatePostBrokerageOrdersBatchCancel" in str(
        adapter.explain(exchange, SYMBOL).reason
    )


def test_an_unknown_status_is_passed_on_and_logged(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is neither final nor open."""
    with (
        caplog.at_level(logging.WARNING, "adapter"),
        Replay([batch(), *[coinbase("ODD")] * 30]) as r,
    ):
        order = cancel(r, mode)

    assert ("odd", "accepted") == (order["status"], order["outcome"])
    assert "coinbase: unknown order status 'ODD'" in caplog.messages
