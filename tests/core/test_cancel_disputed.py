"""The machine, where a refusal may mean that the order has ended, or that it is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import ccxt
import pytest
from policies import shipped_policy
from scripted import BY_ID, NOW

from adapter.contract.messages import ENDED, CancelRequest, Classification, ResponseKind, Sleep
from adapter.core.cancel import CancelMachine
from adapter.core.channel import Asking
from adapter.core.evidence import Evidence
from adapter.core.pacing import Pacing
from adapter.errors import CancelUnknown, OrderGone

REFUSED = Classification(kind=ResponseKind.DISPUTED, text="no such order", error=ccxt.OrderNotFound)
INVALID = attrs.evolve(REFUSED, text="invalid order", error=ccxt.InvalidOrder)
DOUBT = Classification(kind=ResponseKind.AMBIGUOUS, text="lost", error=ccxt.RequestTimeout)
ABSENT = Classification(kind=ResponseKind.NOT_OPEN, text="absent", error=ccxt.OrderNotFound)
LIMITED = attrs.evolve(DOUBT, kind=ResponseKind.RATE_LIMITED)
FILLED = attrs.evolve(ABSENT, text="filled", status="closed")
HELD = attrs.evolve(DOUBT, kind=ResponseKind.HELD_LOCALLY, retry_after=0.1)


def shown(status: str) -> Classification:
    return Classification(kind=ResponseKind.ORDER, text="shown", status=status)


@attrs.define
class Channel:
    """Gives what each response means; the last one from then on."""

    cancels: list[Classification]
    queries: list[Classification]
    asked: str = ""
    has_listener: bool = True
    has_left: bool = True
    requests: int = 1

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:  # noqa: ARG002
        self.asked += "D"
        return self._next(self.cancels)

    def query(self, call: CancelRequest, seconds: float) -> Asking:  # noqa: ARG002
        self.asked += "q"
        return self._next(self.queries)

    def pause_before_resend(self, seconds: float) -> float:  # noqa: ARG002
        return 0.0

    def _next(self, left: list[Classification]) -> Asking:
        yield Sleep(0.01)
        return left.pop(0) if len(left) > 1 else left[0]

    def parse_order(self, found: Classification) -> dict[str, Any]:
        return {"id": "7", "clientOrderId": None, "status": found.status}


def run(cancels: list[Classification], queries: list[Classification]) -> tuple[Any, str]:
    """The order or the error, and what was asked."""
    clock, channel = [0.0], Channel(cancels, queries)
    machine = CancelMachine(
        call=BY_ID,
        channel=channel,  # type: ignore[arg-type]  # what a call by order id asks of it
        policy=shipped_policy(),
        evidence=Evidence("some"),
        pacing=Pacing(lambda: clock[0], BY_ID.deadline, 1),
        now=lambda: NOW,
        emit=lambda *_, **__: None,
    )
    steps: Iterator[Sleep] = machine.run()
    try:
        for step in steps:
            clock[0] += step.seconds
    except ccxt.BaseError as e:
        return e, channel.asked
    raise AssertionError("the call returned an order")


@pytest.mark.parametrize("sent", [REFUSED, INVALID])
@pytest.mark.parametrize("status", ["closed", "canceled", "expired"])
def test_a_look_that_shows_the_end_explains_it(sent: Classification, status: str) -> None:
    """The order had ended before the cancel."""
    error, asked = run([sent], [shown(status)])

    assert isinstance(error, OrderGone)
    assert ("Dq", status) == (asked, error.state)


def test_an_end_of_unknown_kind_has_no_state() -> None:
    """Closed, filled or not."""
    error, _ = run([REFUSED], [shown(ENDED)])

    assert isinstance(error, OrderGone)
    assert error.state is None
    assert None is (error.order or {})["status"]


@pytest.mark.parametrize("queries", [[shown("open")], [DOUBT], [DOUBT, shown("open")], [LIMITED]])
def test_a_refusal_that_nothing_explains_is_the_error(queries: list[Classification]) -> None:
    """The exchange did not cancel it, and the order is not known to have ended."""
    error, _ = run([INVALID], queries)

    assert ccxt.InvalidOrder is type(error)


@pytest.mark.parametrize(
    ("queries", "wanted"),
    [([DOUBT], CancelUnknown), ([LIMITED], CancelUnknown), ([shown("open")], ccxt.ExchangeError)],
)
def test_an_answer_that_ccxt_does_not_know_refuses_nothing_by_itself(
    queries: list[Classification], wanted: type[ccxt.BaseError]
) -> None:
    """It may come from a proxy; an order that is open has not been cancelled."""
    error, _ = run([attrs.evolve(INVALID, error=ccxt.ExchangeError)], queries)

    assert wanted is type(error)


def test_such_an_answer_is_looked_into_until_the_end_of_the_call() -> None:
    """A look that is answered late still says how the order ended."""
    unexplained = attrs.evolve(INVALID, error=ccxt.ExchangeError)
    error, asked = run([unexplained], [DOUBT] * 6 + [shown("closed")])

    assert isinstance(error, OrderGone)
    assert "D" + "q" * 7 == asked


def test_not_found_of_an_order_that_is_open_is_another_error() -> None:
    """A bot would take ``OrderNotFound`` for its end."""
    error, _ = run([REFUSED], [shown("open")])

    assert ccxt.ExchangeError is type(error)


def test_a_look_that_is_lost_is_tried_again() -> None:
    """Three times."""
    error, asked = run([INVALID], [DOUBT, DOUBT, shown("closed")])

    assert isinstance(error, OrderGone)
    assert "Dqqq" == asked


@pytest.mark.parametrize("looks", [3, 5])
def test_a_look_that_is_held_back_is_none(looks: int) -> None:
    """It waits as long as it is told, and is made then."""
    error, asked = run([INVALID], [*[HELD] * looks, shown("closed")])

    assert isinstance(error, OrderGone)
    assert "Dq" + "q" * looks == asked


def test_looks_that_are_held_back_beyond_the_deadline_are_not_made() -> None:
    """The refusal is all that is known."""
    error, asked = run([INVALID], [attrs.evolve(HELD, retry_after=60.0)])

    assert ccxt.InvalidOrder is type(error)
    assert "Dq" == asked


def test_not_found_that_nothing_proves_is_unknown() -> None:
    """The order may be open in another book."""
    error, asked = run([REFUSED], [ABSENT])

    assert isinstance(error, CancelUnknown)
    assert "may be open in another book" in str(error)
    assert "Dq" == asked


def test_another_refusal_of_an_order_that_is_absent_is_the_error() -> None:
    """It says more than that."""
    error, _ = run([INVALID], [ABSENT])

    assert ccxt.InvalidOrder is type(error)


def test_a_refusal_after_a_lost_answer_may_be_of_our_own_making() -> None:
    """It is followed by queries until the end of the call."""
    error, _ = run([DOUBT, REFUSED], [shown("open"), shown("open"), DOUBT])

    assert isinstance(error, CancelUnknown)


def test_how_the_order_ended_by_the_exchanges_word_alone() -> None:
    """The cancel was told that it was filled, and no query shows it."""
    error, _ = run([FILLED], [ABSENT])

    assert isinstance(error, OrderGone)
    assert "closed" == error.state


def test_the_refusal_knows_more_than_a_query() -> None:
    """Of an order that the query shows as closed, filled or not."""
    error, _ = run([FILLED], [shown(ENDED)])

    assert isinstance(error, OrderGone)
    assert "closed" == error.state
