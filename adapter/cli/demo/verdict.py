"""Whether what a cancel reported is true of the book: one rule for the adapter and for ccxt."""

from __future__ import annotations

import attrs
import ccxt

TRUE = "true"
UNKNOWN = "unknown"
FALSE = "FALSE"
VERDICTS = (TRUE, UNKNOWN, FALSE)

OPEN = "open"
BY_CALL = "canceled by the call"
BY_ANOTHER = "canceled by somebody else"
FINAL_STATES = {"FILLED": "closed", "EXPIRED": "expired", "REJECTED": "rejected"}
ENDED = frozenset(FINAL_STATES.values())
CANCELED = frozenset({BY_CALL, BY_ANOTHER})
EVERYTHING = ENDED | CANCELED | {OPEN}

STILL_OPEN = (ccxt.PermissionDenied, ccxt.OperationRejected)
"""The exchange refused to cancel the order, which is still open."""
REFUSED = (ccxt.ExchangeError, ccxt.DDoSProtection, ccxt.RateLimitExceeded, ccxt.InvalidNonce)
"""The exchange did not execute the cancel; any other network error leaves that unknown."""


@attrs.frozen(kw_only=True)
class Reported:
    """What a call reported: an order, or an error."""

    status: str | None = None
    """The order's unified status; a status that ccxt does not define shows nothing."""
    names_it: bool = True
    """Whether the order is the one that was to be cancelled."""
    error: type[BaseException] | None = None
    state: str | None = None
    """The ``state`` of an ``adapter.OrderGone``."""


def verdict(reported: Reported, book: str, *, by_call: bool = True) -> str:
    """``TRUE``, ``UNKNOWN`` when the order's state was not reported, or ``FALSE``.

    ``book`` is the status in the exchange's book once everything has finished; ``by_call`` is
    whether it was this call that cancelled an order which is ``CANCELED``.
    """
    actual = _actual_state(book, by_call)
    claimed = claim(reported)
    if claimed is None or (reported.status == "canceling" and actual in ENDED):
        return UNKNOWN
    return TRUE if actual in claimed else FALSE


def claim(reported: Reported) -> frozenset[str] | None:
    """The states of the order for which the report is true, or None when it shows no state."""
    return (
        _of_order(reported) if reported.error is None else _of_error(reported.error, reported.state)
    )


def _actual_state(book: str, by_call: bool) -> str:
    if book == "CANCELED":
        return BY_CALL if by_call else BY_ANOTHER
    return FINAL_STATES.get(book, OPEN)


def _of_order(reported: Reported) -> frozenset[str] | None:
    if not reported.names_it:
        return frozenset()
    if reported.status in ("canceled", "canceling"):
        return CANCELED
    return frozenset({reported.status}) if reported.status in ENDED | {OPEN} else None


def _of_error(error: type[BaseException], state: str | None) -> frozenset[str] | None:
    """An order that is not found was not cancelled by this call, nor is it open."""
    if issubclass(error, ccxt.OrderNotFound):
        gone = {"canceled": frozenset({BY_ANOTHER}), None: ENDED | {BY_ANOTHER}}
        return gone.get(state, frozenset({state or ""}))
    if issubclass(error, STILL_OPEN):
        return frozenset({OPEN})
    return EVERYTHING - {BY_CALL} if issubclass(error, REFUSED) else None
