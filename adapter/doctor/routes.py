"""Which way the cancels of some symbols go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import ccxt

from adapter.attaching import explain
from adapter.attachment import Attachment
from adapter.call import Route
from adapter.doctor.findings import WRONG, Finding
from adapter.routing import Choice, way

COMMON = ("BTC/USDT:USDT", "BTC/USD:BTC", "BTC/USDT")
"""Symbols that every large exchange has: what is asked for where no symbol is given."""


@attrs.frozen(kw_only=True)
class Routed:
    """A symbol, and the way its cancel takes."""

    symbol: str
    route: Route
    choice: Choice | None = attrs.field(default=None, repr=False)


def routed(
    exchange: Any, state: Attachment, symbols: Iterable[str]
) -> tuple[list[Routed], list[Finding]]:
    """The ways, and what is wrong with symbols that have none."""
    found, findings = [], []
    for symbol in dict.fromkeys(symbols):
        try:
            route = explain(exchange, symbol)
            choice = way(exchange, symbol, {}, state.choices, state.account).choice
        except ccxt.BaseError as e:
            findings.append(_no_way(symbol, e))
        else:
            found.append(Routed(symbol=symbol, route=route, choice=choice))
    return found, findings


def _no_way(symbol: str, error: ccxt.BaseError) -> Finding:
    return Finding(
        level=WRONG,
        where=repr(symbol),
        what=f"its cancel would go nowhere: {error}",
        remedy="Name a symbol as ccxt spells it, such as BTC/USDT:USDT.",
    )


def account_of(exchange: Any, state: Attachment) -> str:
    """The account of calls that name none."""
    return way(exchange, COMMON[0], {}, state.choices, state.account).destination.account
