"""The leverage brackets of USDⓈ-M: the same for all symbols.

Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Notional-and-Leverage-Brackets
"""

from decimal import Decimal

import attrs

from adapter.simulator.answers import Json


@attrs.frozen
class Bracket:
    """The leverage and the maintenance margin of positions worth ``floor`` to ``cap`` USDT."""

    leverage: int
    floor: int
    cap: int
    rate: Decimal
    cum: int


BRACKETS = (
    Bracket(125, 0, 50_000, Decimal("0.004"), 0),
    Bracket(100, 50_000, 600_000, Decimal("0.005"), 50),
    Bracket(50, 600_000, 10_000_000, Decimal("0.01"), 3_050),
    Bracket(5, 10_000_000, 1_000_000_000, Decimal("0.1"), 903_050),
)


def most_notional(leverage: int) -> int | None:
    """Return what a position with this leverage may be worth in USDT; None: no such leverage."""
    return max((b.cap for b in BRACKETS if 1 <= leverage <= b.leverage), default=None)


def maintenance(notional: Decimal) -> Decimal:
    """Return the margin in USDT below which a position worth ``notional`` is liquidated."""
    bracket = next(b for b in reversed(BRACKETS) if notional >= b.floor)
    return notional * bracket.rate - bracket.cum


def of_symbol(symbol: str) -> Json:
    """Return what ``GET /fapi/v1/leverageBracket`` returns for one symbol."""
    return {"symbol": symbol, "brackets": [_as_json(n, b) for n, b in enumerate(BRACKETS, 1)]}


def _as_json(number: int, bracket: Bracket) -> Json:
    return {
        "bracket": number,
        "initialLeverage": bracket.leverage,
        "notionalCap": bracket.cap,
        "notionalFloor": bracket.floor,
        "maintMarginRatio": float(bracket.rate),
        "cum": float(bracket.cum),
    }
