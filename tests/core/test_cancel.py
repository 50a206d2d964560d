"""The machine: what is canceled, accepted, gone or refused, and its time."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from policies import shipped_policy
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
    CANCELED,
    FILLED,
    GONE,
    LOST,
    NOT_FOUND,
    NOW,
    OPEN,
    ScriptedChannel,
    answer,
    play,
    unified,
)

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import Sleep
from adapter.core.cancel import CancelMachine
from adapter.core.evidence import Evidence
from adapter.core.pacing import Pacing
from adapter.errors import CancelUnknown, OrderGone
from adapter.venues.binance.options import ENDPOINT as OPTIONS
from adapter.venues.binance.pm_cm import ENDPOINT as PM_CM
from adapter.venues.binance.pm_margin import ENDPOINT as PM_MARGIN
from adapter.venues.binance.pm_um import ENDPOINT as PM_UM
from adapter.venues.binance.usdm import ENDPOINT as USDM


def test_it_asks_for_one_delete_with_the_order_id() -> None:
    """An order id travels as orderId, and nothing else names the order."""
    [request] = play(CANCELED).requests

    assert ("DELETE", "order") == (request.method, request.request.path)
    assert {"symbol": "BTCUSDT", "orderId": "7"} == request.params


def test_canceled_is_canceled() -> None:
    """An answer that the order is canceled ends the call with it."""
    played = play(CANCELED)

    assert ("D", "canceled") == (played.asked, played.order["outcome"])
    assert not played.order["queried"]


def test_each_answer_is_reported_as_it_was_taken() -> None:
    """With its meaning, and the order's status where it shows one."""
    played = play(LOST, OPEN, GONE, CANCELED)

    taken = [("AMBIGUOUS", None), ("ORDER", "open"), ("NOT_OPEN", None), ("ORDER", "canceled")]
    assert taken == played.classified


@pytest.mark.parametrize(
    "answers", [[], [LOST], [LOST, OPEN, GONE]], ids=["cancelled", "lost", "gone"]
)
def test_canceled_in_any_spelling_is_canceled(answers: list[Any]) -> None:
    """A status counts in the answer to the cancel and to a query."""
    played = play(*answers, {**CANCELED, "status": "Canceled"})

    assert "canceled" == played.order["outcome"]


def test_the_cancels_answer_and_the_querys_name_the_client_id_differently() -> None:
    """On margin a cancel names the order's own client id as the original one, a query plainly."""
    cancelled = {**CANCELED, "origClientOrderId": "mine", "clientOrderId": "x"}
    played = play(cancelled, call=BY_CLIENT_ID, product=PM_MARGIN)
    assert ("D", "canceled") == (played.asked, played.order["outcome"])

    queried = play(
        LOST, {**CANCELED, "origClientOrderId": "x"}, call=BY_CLIENT_ID, product=PM_MARGIN
    )
    assert "canceled" == queried.order["outcome"]


class TestAccepted:
    """A cancel that is answered with a live order was taken, and is followed."""

    @pytest.mark.parametrize("word", ["ACCEPTED", "NEW", "PENDING_CANCEL", "FROZEN", "ABORTED"])
    def test_until_it_is_canceled(self, word: str) -> None:
        """The query's order is returned when it is canceled."""
        played = play({**OPEN, "status": word}, OPEN, CANCELED, product=OPTIONS)

        assert ("Dqq", "canceled") == (played.asked, played.order["outcome"])
        assert played.order["queried"]

    def test_until_it_was_filled(self) -> None:
        """An accepted cancel that lost the race to a fill is no success."""
        played = play(OPEN, FILLED)

        assert isinstance(played.error, OrderGone)
        assert "closed" == played.error.state

    def test_the_looks_come_further_apart(self) -> None:
        """Each after twice the time of the one before."""
        played = play(OPEN, OPEN, OPEN, LOST, CANCELED)

        assert [0.05, 0.1, 0.2, 0.4] == [s.seconds for s in played.waits]

    def test_for_confirm_timeout_at_most(self) -> None:
        """Past that it is canceling and accepted, which is all that is known."""
        played = play(OPEN, *[OPEN] * 99, policy=shipped_policy(confirm_timeout=2.0))

        assert ("canceling", "accepted") == (played.order["status"], played.order["outcome"])
        assert "7" == played.order["id"]
        assert 0 < played.seconds <= 2.0

    def test_no_look_lasts_longer_than_that(self) -> None:
        """A query may take what is left of confirm_timeout, however far the deadline is."""
        [_, query] = play(OPEN, CANCELED, policy=shipped_policy(confirm_timeout=2.0)).requests

        assert pytest.approx(1.95) == query.timeout

    def test_a_look_that_would_have_no_time_is_not_begun(self) -> None:
        """The first one would be at the very end of confirm_timeout."""
        played = play(OPEN, CANCELED, policy=shipped_policy(confirm_timeout=0.05))

        assert ("D", "accepted") == (played.asked, played.order["outcome"])
        assert 0.0 == played.seconds

    def test_not_at_all_when_the_caller_will_not_wait(self) -> None:
        """``confirm=False`` returns the exchange's first answer."""
        played = play(OPEN, call=attrs.evolve(BY_ID, confirm=False))

        assert ("D", "accepted") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("word", ["FROZEN", "ABORTED"])
    def test_an_unknown_word_is_passed_on(self, word: str) -> None:
        """A status that nobody has seen yet is neither canceled nor an error."""
        played = play({**OPEN, "status": word}, call=attrs.evolve(BY_ID, confirm=False))

        assert (word.lower(), "accepted") == (played.order["status"], played.order["outcome"])

    def test_queries_that_fail_do_not_undo_it(self) -> None:
        """A cancel that the exchange took is accepted, though no query shows more."""
        played = play(OPEN, NOT_FOUND, LOST, *[BAD_KEY] * 20)

        assert "accepted" == played.order["outcome"]
        assert played.asked.startswith("Dqqqq")
        assert played.seconds <= 5.0


@pytest.mark.parametrize(
    ("word", "state"), [("FILLED", "closed"), ("EXPIRED", "expired"), ("REJECTED", "rejected")]
)
def test_an_order_that_ended_otherwise_is_gone(word: str, state: str) -> None:
    """A 2xx about a filled, expired or rejected order is no cancel: the error carries the order."""
    data = {**OPEN, "status": word}
    error = play(data).error

    assert isinstance(error, OrderGone)
    assert state == error.state
    how = "filled" if state == "closed" else state
    assert f"binance the order was {how} before the cancel: {data}" == str(error)
    assert error.order is not None


class TestGone:
    """A cancel of an unknown order: a query shows how it ended."""

    @pytest.mark.parametrize(("found", "state"), [(CANCELED, "canceled"), (FILLED, "closed")])
    def test_the_error_knows_how(self, found: dict[str, Any], state: str) -> None:
        """State and order are the query's; after ccxt's message comes how the order ended."""
        played = play(GONE, found)

        assert isinstance(played.error, OrderGone)
        assert ("Dq", state) == (played.asked, played.error.state)
        how = "filled" if state == "closed" else state
        assert f"binance {GONE}: the order was {how} before the cancel" == str(played.error)
        assert played.error.order is not None

    def test_an_order_that_no_query_finds_has_no_state(self) -> None:
        """Asked again, because queries lag behind; then None reports that nobody knows."""
        played = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND)

        assert isinstance(played.error, OrderGone)
        assert [Sleep(0.2)] == played.waits
        assert "its create is still under way" in str(played.error)
        assert ("Dqq", None, None) == (played.asked, played.error.state, played.error.order)

    @pytest.mark.parametrize("product", [USDM, PM_UM, PM_CM])
    def test_where_it_may_be_conditional_the_message_shows_it(
        self, product: CancelEndpoint
    ) -> None:
        """Those of futures are in another book; Binance's raw body comes first."""
        error = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, product=product).error

        hint = 'if it is a conditional order, pass params={"trigger": True}'
        assert hint == product.conditional_hint
        assert str(error).startswith(f"binance {GONE}: ")
        assert str(error).endswith(f"; {hint}; {product.not_found_hint}")

    def test_where_it_cannot_be_the_message_is_ccxts(self) -> None:
        """Options have one book for all orders of all accounts."""
        error = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, product=OPTIONS).error

        assert str(error).startswith(f"binance {GONE}: ")
        assert "trigger" not in str(error)

    def test_queries_without_an_answer_leave_it_gone(self) -> None:
        """The exchange's answer counts; only the state is unknown."""
        played = play(GONE)

        assert isinstance(played.error, OrderGone)
        assert "no query could say how it ended" in str(played.error)
        assert (None, True) == (played.error.state, played.seconds > 14.0)

    def test_a_query_that_is_refused_leaves_it_gone_at_once(self) -> None:
        """A key without read permission: the exchange's answer counts."""
        played = play(GONE, BAD_KEY)

        assert isinstance(played.error, OrderGone)
        assert ("Dq", None) == (played.asked, played.error.state)

    def test_a_status_word_that_nobody_knows_is_no_state(self) -> None:
        """The order is there to be read, and nothing is claimed of it."""
        error = play(GONE, {**OPEN, "status": "FROZEN"}).error

        assert isinstance(error, OrderGone)
        assert error.state is None
        assert error.order is not None

    @pytest.mark.parametrize("word", ["NEW", "PENDING_CANCEL"])
    def test_found_open_after_all_it_is_sent_again(self, word: str) -> None:
        """The query may have lagged behind, or the order's create: then the cancel works."""
        played = play(GONE, {**OPEN, "status": word}, CANCELED)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_found_open_to_the_end_nobody_can_say(self) -> None:
        """The error has the order as it was last seen, and what the exchange answered."""
        played = play(*[GONE, OPEN] * 6)

        assert isinstance(played.error, CancelUnknown)
        assert "DqDqDqDqDqDq" == played.asked
        assert "the exchange said 6 times that no such order is open" in str(played.error)
        assert played.error.order is not None
        assert "open" == played.error.order["status"]

    def test_a_query_that_lags_behind_is_asked_again(self) -> None:
        """It shows the order open, until it shows how it ended."""
        played = play(GONE, OPEN, OPEN, FILLED, steady=False)

        assert isinstance(played.error, OrderGone)
        assert ("Dqqq", "closed") == (played.asked, played.error.state)

    def test_a_contradiction_is_no_doubtful_send(self) -> None:
        """The exchange reports that it did nothing: ``attempts`` counts it not."""
        played = play(GONE, OPEN, CANCELED, policy=shipped_policy(attempts=1))

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_a_refusal_after_that_is_the_exchanges_word(self) -> None:
        """The order lives, and no cancel of this call has been executed."""
        played = play(GONE, OPEN, BAD_KEY)

        assert ccxt.AuthenticationError is type(played.error)


def test_a_refusal_ends_the_call_at_once() -> None:
    """A wrong key stays wrong. The message is ccxt's, with Binance's raw body."""
    played = play(BAD_KEY)

    assert ccxt.AuthenticationError is type(played.error)
    assert f"binance {BAD_KEY}" == str(played.error)
    assert "D" == played.asked


def test_the_deadline_ends_everything() -> None:
    """Answers that come slowly leave no time to send again."""
    played = play((6.0, LOST), (6.0, answer(OPEN)), (6.0, LOST))

    assert isinstance(played.error, CancelUnknown)
    assert "DqD" == played.asked
    assert played.seconds <= 15.0


@pytest.mark.parametrize("late", [0.0, 0.001])
def test_nothing_is_sent_when_the_last_answer_comes_with_the_deadline(late: float) -> None:
    """The cancel's or the query's, in time to the instant or a moment after."""
    found_open = play((5.0, LOST), (20.0, answer(OPEN)), late=late)
    assert ("Dq", CancelUnknown) == (found_open.asked, type(found_open.error))

    lost = play((20.0, LOST), late=late)
    assert ("D", CancelUnknown) == (lost.asked, type(lost.error))


@pytest.mark.parametrize("now", [15.0, 15.5, 20.0])
def test_a_call_whose_time_is_over_sends_nothing(now: float) -> None:
    """It may have waited for another call, or for the markets."""
    machine = CancelMachine(
        call=BY_ID,
        channel=ScriptedChannel(endpoint=USDM, steps=[], parse=unified),
        policy=shipped_policy(),
        evidence=Evidence("binance"),
        pacing=Pacing(lambda: now, 15.0),
        now=lambda: NOW,
        emit=lambda *_, **__: None,
    )

    with pytest.raises(ccxt.RequestTimeout, match=r"was not sent: its time was over$") as caught:
        next(machine.run())
    assert not isinstance(caught.value, CancelUnknown)
