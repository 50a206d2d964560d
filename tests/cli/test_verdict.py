"""What is true by the book, what shows nothing of it, and what is false."""

from __future__ import annotations

import ccxt
import pytest

import adapter
from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, Reported, claim, verdict

LIVE = ("NEW", "PARTIALLY_FILLED")
ENDED = {"closed": "FILLED", "expired": "EXPIRED", "rejected": "REJECTED"}
STATES = (*LIVE, "CANCELED", *ENDED.values())


def said(what: str | type[Exception], state: str | None = None) -> Reported:
    return Reported(status=what) if isinstance(what, str) else Reported(error=what, state=state)


class TestOrders:
    """A returned order reports its status."""

    @pytest.mark.parametrize(
        ("status", "book"),
        [("canceled", "CANCELED"), ("canceling", "CANCELED"), *ENDED.items()],
    )
    def test_a_final_status_is_true_of_one_state_alone(self, status: str, book: str) -> None:
        """It is false of all others, but canceling of an order that ended shows nothing of it."""
        ended = UNKNOWN if status == "canceling" else FALSE
        others = {state: ended if state in ENDED.values() else FALSE for state in STATES}
        assert {**others, book: TRUE} == {s: verdict(said(status), s) for s in STATES}

    def test_open(self) -> None:
        """Open is false of an order that was canceled or has ended."""
        assert [TRUE] * 2 + [FALSE] * 4 == [verdict(said("open"), state) for state in STATES]

    def test_whoever_canceled_it(self) -> None:
        """Canceled is true of an order that somebody else canceled."""
        assert TRUE == verdict(said("canceled"), "CANCELED", by_call=False)

    @pytest.mark.parametrize("status", [None, "frozen"])
    def test_no_status_shows_nothing(self, status: str | None) -> None:
        """An order without a status that means something leaves its caller with nothing."""
        assert {UNKNOWN} == {verdict(Reported(status=status), state) for state in STATES}

    def test_another_order(self) -> None:
        """A report about another order is false, however the right one ended."""
        other = Reported(status="canceled", names_it=False)
        assert {FALSE} == {verdict(other, state) for state in STATES}


class TestErrors:
    """An error reports a state by its class, and perhaps by its ``state``."""

    @pytest.mark.parametrize(
        "error",
        [
            ccxt.NetworkError,
            ccxt.RequestTimeout,
            ccxt.ExchangeNotAvailable,
            ccxt.OperationFailed,
            ccxt.BadResponse,
            adapter.CancelUnknown,
            AttributeError,
        ],
    )
    def test_the_network_shows_nothing(self, error: type[Exception]) -> None:
        """Neither do time-outs, failures of the exchange, and what ccxt trips over."""
        assert claim(said(error)) is None
        assert {UNKNOWN} == {verdict(said(error), state) for state in STATES}

    def test_not_found(self) -> None:
        """It is false of a live order and of one that the call canceled."""
        assert [FALSE] * 3 + [TRUE] * 3 == [verdict(said(ccxt.OrderNotFound), s) for s in STATES]
        assert TRUE == verdict(said(ccxt.OrderNotFound), "CANCELED", by_call=False)

    @pytest.mark.parametrize(("state", "book"), list(ENDED.items()))
    def test_gone_with_a_state(self, state: str, book: str) -> None:
        """The state of an OrderGone is true of one state of the book alone."""
        gone = said(adapter.OrderGone, state)
        assert [book] == [s for s in STATES if verdict(gone, s) == TRUE]
        assert {TRUE, FALSE} == {verdict(gone, s) for s in STATES}

    def test_gone_because_it_was_canceled(self) -> None:
        """That is true when somebody else was first, and false when it was this very call."""
        gone = said(adapter.OrderGone, "canceled")
        assert TRUE == verdict(gone, "CANCELED", by_call=False)
        assert {FALSE} == {verdict(gone, state) for state in STATES}

    @pytest.mark.parametrize(
        "error", [ccxt.PermissionDenied, ccxt.OperationRejected, ccxt.MarketClosed]
    )
    def test_refused_and_alive(self, error: type[Exception]) -> None:
        """A refusal of a live order is true of live orders alone."""
        assert [TRUE] * 2 + [FALSE] * 4 == [verdict(said(error), state) for state in STATES]

    @pytest.mark.parametrize(
        "error",
        [
            ccxt.ExchangeError,
            ccxt.AuthenticationError,
            ccxt.BadRequest,
            ccxt.DDoSProtection,
            ccxt.RateLimitExceeded,
            ccxt.InvalidNonce,
            adapter.errors.RateLimited,
        ],
    )
    def test_not_executed(self, error: type[Exception]) -> None:
        """A no is false only when the call has canceled the order after all."""
        assert ["CANCELED"] == [s for s in STATES if verdict(said(error), s) == FALSE]
        assert TRUE == verdict(said(error), "CANCELED", by_call=False)
