import pytest

import adapter
from adapter.testing import Answer, Replay, cancel

SYMBOL, ORDER_ID = "BTC/USD", "1453282316578816"
MARKET = {"id": "btcusd", "symbol": SYMBOL, "base": "BTC", "quote": "USD", "spot": True}
CONFIG = {"markets": {SYMBOL: MARKET}}
TAKEN = Answer(body={"id": int(ORDER_ID), "amount": "1", "price": "9", "market": SYMBOL})
LOST, PAGE = Answer(body=None), Answer(body="<html>Please wait</html>")
NOT_FOUND = Answer(body={"status": "error", "reason": "Order not found.", "code": "API0000"})


def shown(status: str) -> Answer:
    return Answer(body={"id": int(ORDER_ID), "status": status, "amount_remaining": "0"})


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("first", [TAKEN, LOST, PAGE], ids=["taken", "lost", "page"])
def test_an_order_is_canceled_once_a_query_shows_it(first: Answer, mode: str) -> None:
    with Replay([first, shown("Canceled")]) as replay:
        order = cancel("bitstamp", replay, None, ORDER_ID, SYMBOL, mode=mode, config=CONFIG)
    assert (ORDER_ID, "canceled", "canceled") == (order["id"], order["status"], order["outcome"])


@pytest.mark.parametrize(
    ("status", "state"), [("Finished", "closed"), ("Expired", "expired"), ("Canceled", "canceled")]
)
def test_an_order_that_had_ended(status: str, state: str) -> None:
    with Replay([NOT_FOUND, shown(status)]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel("bitstamp", replay, None, ORDER_ID, SYMBOL, config=CONFIG)
    assert state == caught.value.state
