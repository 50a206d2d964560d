"""Whether what a cancel reported is true of the order in the book, and how often that was so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, Reported, verdict

COLUMNS = {"true": TRUE, "unknown": UNKNOWN, "false": FALSE}
"""The verdicts by the words of tables."""
BOTH = ("ccxt", "adapter")
HEADS = ["", "ccxt: true", "unknown", "false", "the adapter: true", "unknown", "false"]

Json = dict[str, Any]


def judge(
    result: Any,
    *,
    order_id: str,
    status: str,
    fills: Collection[float | None],
    is_open: bool,
    by_call: bool,
) -> str:
    """True, false or unknown, of what a call returned or raised.

    The rest is of the order in the book as the call ended: ``fills`` are what may be reported as
    filled, ``by_call`` is whether nobody else canceled it.
    """
    answer = result if isinstance(result, dict) else {}
    reported = answer.get("status")
    if reported == "canceled" and answer.get("filled") not in fills:
        return FALSE
    if answer.get("outcome") == "accepted" and is_open:
        return TRUE  # in progress, by the exchange's answer
    claim = Reported(
        status=reported,
        names_it=reported is None or answer.get("id") in (None, order_id),
        error=type(result) if isinstance(result, Exception) else None,
        state=getattr(result, "state", None),
    )
    return verdict(claim, status, by_call=by_call)


def counts(found: Iterable[tuple[str, str]]) -> Json:
    """How often each of `BOTH` was true, unknown and false; an item is one and a verdict."""
    was = Counter(found)
    return {who: {name: was[who, word] for name, word in COLUMNS.items()} for who in BOTH}


def cells(counted: Json) -> list[str]:
    return [str(counted[who][word]) for who in BOTH for word in COLUMNS]
