"""Whether the exchange accepts the key: by a signed query of an order that cannot be there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import ccxt

from adapter.call import Meaning, NoReply, Reply, Verdict
from adapter.doctor.asking import Asked, Asker, used_weight
from adapter.doctor.findings import WARNING, WRONG, Finding, short
from adapter.doctor.judging import is_accepted, of_query
from adapter.routing import Choice

DIFFERENCE = "timeDifference"


@attrs.frozen(kw_only=True)
class Query:
    """One signed query, and what came of it."""

    plugin: str
    symbol: str
    accepted: bool | None = None
    """Whether key, signature, address and time will do; None where the answer does not tell."""
    answer: str
    """The exchange's own words, or why there are none."""
    ms: float | None = None
    used_weight: int | None = None
    clock_refused: bool = False
    """Whether the time was refused at first; the answer is that to the exchange's own time."""


def asked(
    asker: Asker, choice: Choice, symbol: str, market_id: str
) -> tuple[Query, Finding | None]:
    """Ask for the order; where the time is refused, once more with the exchange's own time."""
    try:
        first = asker.query(choice, market_id)
        second = _in_time(asker, choice, market_id, first.reply)
    except ccxt.BaseError as e:
        return _unsent(choice, symbol, e)
    last = second or first
    verdict = asker.verdict(last.reply, choice, market_id)
    finding = of_query(last.reply, verdict, choice.plugin, choice.product.venue, symbol)
    query = Query(
        plugin=choice.plugin,
        symbol=symbol,
        accepted=_is_accepted(verdict, finding),
        answer=short(verdict.text),
        ms=last.ms,
        used_weight=used_weight(last.reply, choice),
        clock_refused=second is not None,
    )
    return query, finding


def _is_accepted(verdict: Verdict, finding: Finding | None) -> bool | None:
    if is_accepted(verdict):
        return True
    said_no = finding is not None and finding.level == WRONG
    return False if said_no and verdict.meaning is Meaning.REFUSED else None


def _unsent(choice: Choice, symbol: str, error: ccxt.BaseError) -> tuple[Query, Finding]:
    why = short(str(error))
    finding = Finding(
        level=WARNING,
        where=choice.plugin,
        what=f"nothing could be asked of it with the key: {why}",
        remedy="If that names a setting, mend it; else tell the plugin's author.",
    )
    return Query(plugin=choice.plugin, symbol=symbol, answer=why), finding


def _in_time(
    asker: Asker, choice: Choice, market_id: str, refused: Reply | NoReply
) -> Asked | None:
    """The answer to the exchange's own time; None where time is not what was wrong."""
    if not isinstance(refused, Reply):
        return None
    server = choice.product.venue.server_time(refused)
    is_clock = asker.verdict(refused, choice, market_id).meaning is Meaning.CLOCK
    if not is_clock or server is None:
        return None
    with _difference(asker.exchange, refused.time - server):
        return asker.query(choice, market_id)


@contextmanager
def _difference(exchange: Any, ms: int) -> Iterator[None]:
    """Let the exchange object's clock be corrected so in the block."""
    options = exchange.options
    before = {name: value for name, value in options.items() if name == DIFFERENCE}
    options[DIFFERENCE] = ms
    try:
        yield
    finally:
        del options[DIFFERENCE]
        options.update(before)
