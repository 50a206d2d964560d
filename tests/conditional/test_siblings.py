"""A cancel without ccxt's words: where one book does not have the order, the other is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
from contract.calls import Prepare, call, lines, mocked, mode

import adapter
from adapter.testing import Answer, Replay

from .answers import ALGO_ACCEPTED, NO_SUCH_ORDER, UNKNOWN_ORDER, algo, strategy

__all__ = ["mode"]

pytestmark = pytest.mark.usefixtures("no_time")

NOWHERE = [UNKNOWN_ORDER, NO_SUCH_ORDER, NO_SUCH_ORDER]
"""The regular book, asked three times."""
REGULAR, ALGO = "/fapi/v1/order", "/fapi/v1/algoOrder"
ASKED = [("DELETE", REGULAR), ("GET", REGULAR), ("GET", REGULAR)]
HINT = 'if it is a conditional order, pass params={"trigger": True}'
ALGO_ID, CLIENT_ID = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"


@attrs.frozen
class Pair:
    """A symbol and an account, and the answers of its two books about an open conditional order."""

    symbol: str
    id: str
    open: list[Answer]
    canceled: list[Answer]
    account: str | None = None


def coin(status: str) -> Answer:
    return algo(status, symbol="BTCUSD_PERP")


PORTFOLIO = "portfolio-margin"
STRATEGY = [Answer(body=strategy(status)) for status in ("NEW", "CANCELED")]
PAIRS = {
    "usdm": Pair("BTC/USDT:USDT", ALGO_ID, [algo("NEW")], [ALGO_ACCEPTED, algo("CANCELED")]),
    "coinm": Pair("BTC/USD:BTC", ALGO_ID, [coin("NEW")], [ALGO_ACCEPTED, coin("CANCELED")]),
    "pm_um": Pair(
        *("BTC/USDT:USDT", ALGO_ID, [algo("NEW")]),
        [Answer(body={"complete": True}), algo("CANCELED")],
        PORTFOLIO,
    ),
    "pm_cm": Pair("BTC/USD:BTC-200925", "123445", STRATEGY[:1], STRATEGY[1:], PORTFOLIO),
}


def cancel(
    replay: Replay,
    mode: str,
    id: object = ALGO_ID,
    prepare: Prepare = lambda _: None,
    **params: Any,
) -> Any:
    return call("binance", replay, mode, id, "BTC/USDT:USDT", params, prepare=prepare)


def gone(replay: Replay, mode: str, id: object = ALGO_ID, **params: Any) -> adapter.OrderGone:
    """The error, which is Binance's first answer in any case."""
    with pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode, id, **params)
    assert str(caught.value).startswith(f"binance {UNKNOWN_ORDER.body}: ")
    return caught.value


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_by_its_order_id_it_is_cancelled_there(mode: str, pair: Pair) -> None:
    """It is looked at first, and cancelled and followed as with ccxt's words."""
    with Replay([*NOWHERE, *pair.open, *pair.canceled]) as replay:
        order = call("binance", replay, mode, pair.id, pair.symbol, {}, account=pair.account)

    assert (pair.id, "canceled", "canceled") == (order["id"], order["status"], order["outcome"])
    assert ["DELETE", "GET", "GET", "GET", "DELETE"] == [r.method for r in replay.received][:5]


def test_by_client_id_it_is_only_told(mode: str) -> None:
    """The same name may stand in both books; the message has the order's id and the word."""
    with Replay([*NOWHERE, algo("NEW")]) as replay:
        error = gone(replay, mode, None, clientOrderId=CLIENT_ID)

    assert (None, None) == (error.state, error.order)
    assert f"conditional order {ALGO_ID} has that id and is open; {HINT}" in str(error)
    assert [*ASKED, ("GET", ALGO)] == lines(replay)
    assert {"symbol": "BTCUSDT", "clientAlgoId": CLIENT_ID} == replay.received[3].unsigned_params


def test_with_both_ids_it_is_only_told(mode: str) -> None:
    """The client id is what is sent, so it may mean another order."""
    with Replay([*NOWHERE, algo("NEW")]) as replay:
        error = gone(replay, mode, ALGO_ID, clientOrderId=CLIENT_ID)

    assert "has that id and is open" in str(error)
    assert 4 == len(replay.received)


def test_the_settings_may_forbid_it(mode: str, tmp_path: Path) -> None:
    """``conditional = "tell"``: the order is not cancelled there."""
    own = tmp_path / "plugins.toml"
    own.write_text('[defaults]\nconditional = "tell"\n', encoding="utf-8")
    with Replay([*NOWHERE, algo("NEW")]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode, prepare=lambda x: adapter.attach(x, plugins=own))

    assert f"conditional order {ALGO_ID} has that id and is open" in str(caught.value)
    assert [*ASKED, ("GET", ALGO)] == lines(replay)


@pytest.mark.parametrize(
    ("shown", "state", "successor"),
    [
        (algo("TRIGGERED", actualOrderId="283194212"), "triggered", "283194212"),
        (algo("CANCELED"), "canceled", None),
        (algo("EXPIRED"), "expired", None),
    ],
    ids=["triggered", "canceled", "expired"],
)
def test_one_that_has_ended_there_is_gone_with_its_state(
    mode: str, shown: Answer, state: str, successor: str | None
) -> None:
    """An order id means one order, so that is how it ended; nothing is cancelled."""
    with Replay([*NOWHERE, shown]) as replay:
        error = gone(replay, mode)

    assert (state, successor) == (error.state, error.successor)
    assert error.order is not None
    assert [*ASKED, ("GET", ALGO)] == lines(replay)


def test_one_that_triggers_meanwhile_is_gone(mode: str) -> None:
    """Between the look and the cancel: the order that it became is not touched."""
    triggered = algo("TRIGGERED", actualOrderId="283194212")
    with Replay([*NOWHERE, algo("NEW"), UNKNOWN_ORDER, triggered]) as replay:
        error = gone(replay, mode)

    assert ("triggered", "283194212") == (error.state, error.successor)


def test_in_neither_book_it_is_gone_and_no_hint_leads_there(mode: str) -> None:
    """One more request, and the message says no more that it may be conditional."""
    with Replay([*NOWHERE, NO_SUCH_ORDER]) as replay:
        error = gone(replay, mode)

    assert error.state is None
    assert "conditional" not in str(error)
    assert [*ASKED, ("GET", ALGO)] == lines(replay)


def test_one_of_another_symbol_is_not_touched(mode: str) -> None:
    """Binance finds an algo order by its id alone."""
    with Replay([*NOWHERE, algo("NEW", symbol="ETHUSDT")]) as replay:
        error = gone(replay, mode)

    assert "conditional" not in str(error)
    assert 4 == len(replay.received)


def test_a_book_that_does_not_answer_is_looked_at_again(mode: str) -> None:
    """A lost answer and an error, and then it is cancelled."""
    answers = [Answer(body=None), Answer(status=500, body="oops"), algo("NEW")]
    with Replay([*NOWHERE, *answers, ALGO_ACCEPTED, algo("CANCELED")]) as replay:
        order = cancel(replay, mode)

    assert "canceled" == order["outcome"]


@pytest.mark.parametrize(
    ("answer", "looks"),
    [
        (Answer(status=500, body="oops"), 3),
        (Answer(status=401, body='{"code":-2015,"msg":"Invalid API-key"}'), 3),
        (Answer(status=429, body="{}", headers={"Retry-After": "60"}), 1),
    ],
    ids=["errors", "refused", "limited"],
)
def test_a_book_that_never_answers_leaves_the_first_word(
    mode: str, answer: Answer, looks: int
) -> None:
    """The order is gone as far as is known, and the hint stays; what came is the cause."""
    with Replay([*NOWHERE, *[answer] * 3]) as replay:
        error = gone(replay, mode)

    assert error.state is None
    assert HINT in str(error)
    assert error.__cause__ is not None
    assert [*ASKED, *[("GET", ALGO)] * looks] == lines(replay)


def test_a_mock_of_one_endpoint_is_not_passed_by(mode: str) -> None:
    """What the user mocked stands in for the exchange: nothing is sent past it."""
    rejected = ccxt.OrderNotFound(f"binance {UNKNOWN_ORDER.body}")
    methods = {
        "fapiPrivateDeleteOrder": mocked(mode, rejected),
        "fapiPrivateGetOrder": mocked(mode, rejected, rejected),
    }

    def prepare(exchange: Any) -> None:
        for name, method in methods.items():
            setattr(exchange, name, method)

    with Replay([]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode, prepare=prepare)

    assert [] == replay.received
    assert HINT in str(caught.value)


def test_a_mocked_fetch_answers_for_both_books(mode: str) -> None:
    """Its answers are all that there is."""
    bodies = [algo("NEW").body, ALGO_ACCEPTED.body, algo("CANCELED").body]
    not_found = [ccxt.OrderNotFound(f"binance {answer.body}") for answer in NOWHERE]
    fetch = mocked(mode, *not_found, *bodies)
    with Replay([]) as replay:
        order = cancel(replay, mode, prepare=lambda exchange: setattr(exchange, "fetch", fetch))

    assert [] == replay.received
    assert "canceled" == order["outcome"]


def test_a_plugin_that_is_disabled_is_not_looked_at(mode: str, tmp_path: Path) -> None:
    """The hint says what the caller may do instead."""
    own = tmp_path / "plugins.toml"
    own.write_text("[binance.usdm_algo]\nenabled = false\n", encoding="utf-8")
    with Replay(NOWHERE) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel(replay, mode, prepare=lambda x: adapter.attach(x, plugins=own))

    assert HINT in str(caught.value)
    assert ASKED == lines(replay)


def test_both_conversations_have_one_deadline_and_their_plugins_events(mode: str) -> None:
    """The events say which endpoint was asked; the call ends once."""
    events: list[adapter.Event] = []
    with Replay([*NOWHERE, *PAIRS["usdm"].open, *PAIRS["usdm"].canceled]) as replay:
        cancel(replay, mode, prepare=lambda x: adapter.attach(x, on_event=events.append))

    sent = [event.plugin for event in events if event.what == "sent"]
    assert ["binance.usdm"] * 3 + ["binance.usdm_algo"] * 3 == sent
    assert 1 == len({event.call for event in events})
    assert ["settled"] == [event.what for event in events if event.what == "settled"]
