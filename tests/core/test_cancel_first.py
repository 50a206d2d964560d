"""A cancel that a request for several orders has carried, and such a request itself."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
    CANCELED,
    ERRORS,
    FILLED,
    GONE,
    HELD,
    LATE,
    LOST,
    NOT_FOUND,
    NOT_SENT,
    NOW,
    OPEN,
    OVERLOADED,
    Played,
    limited,
    play,
    timed,
)

from adapter.contract.messages import CancelRequest, Classification, ResponseKind
from adapter.core.cancel import CancelMachine
from adapter.core.machine import Received
from adapter.errors import CancelUnknown, RateLimited
from adapter.venues.binance.usdm import ENDPOINT as USDM

ANSWERS = (CANCELED, OPEN, FILLED, GONE, NOT_FOUND, OVERLOADED, LATE, BAD_KEY, LOST, NOT_SENT)
answers = st.sampled_from((*ANSWERS, HELD, limited(1)))


def carried(first: Any, *answers: Any, call: CancelRequest = BY_ID, **settings: Any) -> Played:
    """What comes of a call whose first cancel had this answer, and whose others have these."""
    _, came = timed(first)
    asked = call.with_one_id(query=False)
    found = USDM.venue.classify(came, call=asked, endpoint=USDM, errors=ERRORS)

    def run(machine: CancelMachine) -> Any:
        machine.channel.has_left = first not in (NOT_SENT, HELD)
        return machine.run(Received(found, 0.0, NOW))

    return play(*answers, call=call, run=run, **settings)


@given(answers, st.lists(answers, max_size=6), st.sampled_from((BY_ID, BY_CLIENT_ID)))
def test_it_ends_as_if_it_had_been_sent_alone(
    first: Any, others: list[Any], call: CancelRequest
) -> None:
    """Whatever comes back: the same order or error, after the same requests but the first."""
    alone = play(first, *others, call=call, steady=False)
    together = carried(first, *others, call=call, steady=False)

    assert alone.order == together.order
    assert type(alone.error) is type(together.error)
    assert alone.asked == "D" + together.asked
    assert alone.classified == together.classified
    assert alone.seconds == together.seconds


def test_a_deadline_that_is_over_leaves_what_is_known() -> None:
    """An answer that came in time counts, and without one nobody can say."""
    call = attrs.evolve(BY_ID, deadline=0.0)

    assert "canceled" == carried(CANCELED, call=call).order["outcome"]
    assert isinstance(carried(LOST, call=call).error, CancelUnknown)


def test_an_answer_that_cannot_be_read() -> None:
    """A plugin that fails at it leaves the cancel unknown."""
    found = Classification(kind=ResponseKind.UNREADABLE, text="", cause=ZeroDivisionError())
    played = play(run=lambda machine: machine.run(Received(found, 0.0, NOW)))

    assert isinstance(played.error, CancelUnknown)
    assert isinstance(played.error.__cause__, ZeroDivisionError)


def sent(*answers: Any, **settings: Any) -> Played:
    """What comes of one request for several orders."""
    return play(*answers, run=lambda machine: machine.send(machine.channel.cancel), **settings)


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (CANCELED, ResponseKind.ORDER),
        (LOST, ResponseKind.AMBIGUOUS),
        (GONE, ResponseKind.NOT_OPEN),
        (BAD_KEY, ResponseKind.REFUSED),
    ],
    ids=["executed", "lost", "gone", "refused"],
)
def test_what_is_left_to_each_order(came: Any, kind: ResponseKind) -> None:
    """Executed, refused or unknown: the request is not sent again."""
    played = sent(came)

    assert "D" == played.asked
    assert kind is played.order.kind  # type: ignore[attr-defined]  # it returns a meaning


@pytest.mark.parametrize("came", [OVERLOADED, NOT_SENT, HELD, LATE, limited(1)])
def test_what_was_not_executed_is_sent_again(came: Any) -> None:
    """Once more, and then it is."""
    played = sent(came, CANCELED)

    assert "DD" == played.asked
    assert ResponseKind.ORDER is played.order.kind  # type: ignore[attr-defined]  # as above


def test_what_is_not_executed_in_time_raises() -> None:
    """The error of a single cancel."""
    assert isinstance(sent(limited(120)).error, RateLimited)
    assert isinstance(sent(LATE, LATE).error, ccxt.InvalidNonce)
    assert isinstance(sent(*[OVERLOADED] * 40).error, ccxt.ExchangeNotAvailable)


def test_a_deadline_that_is_over_sends_nothing() -> None:
    """And says so."""
    played = sent(CANCELED, call=attrs.evolve(BY_ID, deadline=0.0))

    assert "" == played.asked
    assert "was not sent" in str(played.error)
