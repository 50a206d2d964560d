"""A cancel that the exchange only acknowledges, and orders that end in other ways."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
    CANCELED,
    GONE,
    HELD,
    LATE,
    LOST,
    NOT_FOUND,
    NOT_SENT,
    NOW,
    OPEN,
    Played,
    answer,
    limited,
    play,
)

from adapter.contract.messages import NoResponse, Response
from adapter.errors import CancelUnknown, OrderGone
from adapter.venues.binance.usdm import ENDPOINT as USDM

ACK = {"msg": "success"}
ACK_WITH_ID = {"msg": "success", "orderId": 7}
TRIGGERED = {**OPEN, "status": "TRIGGERED", "successor": 88}
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
NEWER = answer({**OPEN, "orderId": 9, "time": NOW + 60_000}, date=DATE)
OTHER = {**CANCELED, "orderId": 8, "clientOrderId": "other"}

ENDPOINT = attrs.evolve(
    USDM,
    is_acknowledgement=lambda answer, _: isinstance(answer, dict) and "msg" in answer,
    ends={"triggered": "triggered"},
    fields=attrs.evolve(USDM.fields, successor="successor"),
)


def acked(*answers: Any, ack: Any = ACK, **settings: Any) -> Played:
    """What comes of an acknowledged cancel whose queries have these answers."""
    return play(ack, *answers, product=ENDPOINT, steady=False, **settings)


def test_it_is_queried_until_it_is_canceled() -> None:
    """The query's order is returned, and the cancel is not sent again."""
    played = acked(OPEN, {**OPEN, "status": "PENDING_CANCEL"}, CANCELED)

    assert ("Dqqq", "canceled") == (played.asked, played.order["outcome"])
    assert [("ACKNOWLEDGED", None), ("ORDER", "open")] == played.classified[:2]
    assert played.order["queried"]


def test_one_that_was_seen_before_is_returned_as_it_was_seen() -> None:
    """The acknowledgement shows less than the query before it did."""
    call = attrs.evolve(BY_ID, confirm=False)
    played = play(LOST, OPEN, ACK, product=ENDPOINT, call=call)

    assert "DqD" == played.asked
    assert ("7", "canceling", "accepted") == (
        played.order["id"],
        played.order["status"],
        played.order["outcome"],
    )
    assert played.order["queried"]


@pytest.mark.parametrize(
    ("word", "state", "how"),
    [
        ("FILLED", "closed", "filled"),
        ("EXPIRED", "expired", "expired"),
        ("REJECTED", "rejected", "rejected"),
        ("TRIGGERED", "triggered", "triggered"),
    ],
)
def test_an_end_of_another_kind_is_gone(word: str, state: str, how: str) -> None:
    """The acknowledged cancel came too late; both answers are in the message."""
    found = {**OPEN, "status": word}
    error = acked(found).error

    assert isinstance(error, OrderGone)
    assert (state, None) == (error.state, error.successor)
    assert f"binance the order was {how} before the cancel: {found}, after {ACK}" == str(error)


@pytest.mark.parametrize("answers", [[ACK], [LOST], [LOST, OPEN, GONE], [GONE]])
def test_an_order_that_became_another_is_gone_with_its_successor(answers: list[Any]) -> None:
    """Whatever the cancel was answered."""
    error = play(*answers, TRIGGERED, product=ENDPOINT).error

    assert isinstance(error, OrderGone)
    assert ("triggered", "88") == (error.state, error.successor)
    assert "triggered before the cancel, and became order 88, which may be open" in str(error)


def test_an_end_that_an_endpoint_does_not_name_is_an_unknown_word() -> None:
    """Only endpoints with such orders have more ends."""
    error = play(GONE, TRIGGERED).error

    assert isinstance(error, OrderGone)
    assert error.state is None


def test_it_is_no_doubt() -> None:
    """Queries that fail to the end leave it accepted, after one send."""
    played = acked(NOT_FOUND, LOST, NOT_SENT, *[BAD_KEY] * 30)

    assert "accepted" == played.order["outcome"]
    assert "canceling" == played.order["status"]
    assert 1 == played.asked.count("D")


def test_after_a_lost_one_it_is_followed_as_well() -> None:
    """A query that shows the order open has the cancel sent again, which is acknowledged."""
    played = play(LOST, OPEN, ACK, CANCELED, product=ENDPOINT)

    assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])


def test_without_confirm_it_is_accepted_at_once() -> None:
    """Nothing is queried, and the order is not called canceled."""
    played = acked(call=attrs.evolve(BY_ID, confirm=False))

    assert ("D", "canceling", "accepted") == (
        played.asked,
        played.order["status"],
        played.order["outcome"],
    )


def test_an_id_in_it_is_what_queries_go_by() -> None:
    """The exchange has named the order that bore the client id."""
    played = acked(CANCELED, ack=ACK_WITH_ID, call=BY_CLIENT_ID)

    assert [{"orderId"}] == [{*r.params} - {"symbol"} for r in played.requests[1:]]
    assert "canceled" == played.order["outcome"]


def test_a_newer_order_that_lives_is_not_the_one_that_was_cancelled() -> None:
    """It bears the client id now; what was acknowledged is accepted, and no more."""
    played = acked(*[NEWER] * 30, call=BY_CLIENT_ID)

    assert (None, "canceling", "accepted") == (
        played.order["id"],
        played.order["status"],
        played.order["outcome"],
    )


def test_an_order_id_of_another_order_proves_nothing() -> None:
    """The other one's cancel is not ours: queries go by the client id from then on."""
    both = attrs.evolve(BY_CLIENT_ID, order_id="8")
    played = acked(OTHER, OPEN, CANCELED, call=both)

    assert [{"orderId"}, {"origClientOrderId"}, {"orderId"}] == [
        {*r.params} - {"symbol"} for r in played.requests[1:]
    ]
    assert ("7", "canceled") == (played.order["id"], played.order["outcome"])


def test_one_that_cannot_be_read_is_unknown() -> None:
    """A plugin that fails at it leaves nothing to say of the cancel."""

    def failing(*_: Any) -> bool:
        raise KeyError("x")

    played = play(ACK, product=attrs.evolve(ENDPOINT, is_acknowledgement=failing))

    assert isinstance(played.error, CancelUnknown)
    assert ("D", KeyError) == (played.asked, type(played.error.__cause__))


STATUSES = ("NEW", "PENDING_CANCEL", "FROZEN", "CANCELED", "FILLED", "EXPIRED", "TRIGGERED")
ENDS = {"CANCELED": "canceled", "FILLED": "closed", "EXPIRED": "expired", "TRIGGERED": "triggered"}
OURS = [answer({**OPEN, "status": word}, date=DATE) for word in STATUSES]
OTHERS = [
    *(answer(data) for data in (NOT_FOUND, BAD_KEY, LATE, ACK, ACK_WITH_ID, OTHER, {})),
    *(LOST, NOT_SENT, HELD, NEWER, limited(1), limited(60)),
    *(Response(status=200, body=str(data), data=data) for data in (None, [], [CANCELED], 7)),
]
ANSWERS = st.lists(st.sampled_from([*OURS[:3], *OURS, *OTHERS]), max_size=12)


def word_of(given: Response | NoResponse) -> str:
    """The status of the order that was meant, where an answer shows it."""
    is_ours = any(given is one for one in OURS)
    return str(given.data["status"]) if is_ours and isinstance(given, Response) else ""


@given(
    ANSWERS,
    st.sampled_from([ACK, ACK_WITH_ID]),
    st.sampled_from([BY_ID, BY_CLIENT_ID, attrs.evolve(BY_CLIENT_ID, order_id="7")]),
    st.floats(0.0, 1.0),
)
def test_the_end_is_what_an_answer_has_shown(
    answers: list[Response | NoResponse], ack: dict[str, Any], call: Any, seconds: float
) -> None:
    """Canceled, or gone, exactly where a query shows that, and accepted otherwise."""
    given: list[Response | NoResponse] = []
    left = iter(answers)

    def world(method: str, _: float) -> Any:
        if method == "DELETE":
            return answer(ack)
        given.append(next(left, LOST))
        return seconds, given[-1]

    played = play(world=world, call=call, product=ENDPOINT)
    ends = [ENDS[word_of(one)] for one in given if word_of(one) in ENDS]

    assert 1 == played.asked.count("D")
    if not ends:
        assert played.error is None
        assert "accepted" == played.order["outcome"]
        assert played.order["id"] in (None, "7")
        assert played.order["status"] in ("canceling", "frozen")
    elif ends == ["canceled"]:
        assert ("7", "canceled") == (played.order["id"], played.order["outcome"])
    else:
        assert isinstance(played.error, OrderGone)
        assert ends == [played.error.state]
