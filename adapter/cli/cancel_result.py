"""How the cancel of one order ended: the same fields in every case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

import adapter
from adapter.cli.exit_codes import DONE, GONE, REFUSED, UNKNOWN
from adapter.cli.output import message
from adapter.contract.messages import Order

IDENTITY = ("id", "clientOrderId", "symbol")
DETAILS = ("datetime", "type", "side", "price", "amount")
FILLS = ("filled", "average", "remaining")
ENDED = ("closed", "expired", "rejected")
ENDINGS = {
    None: "unknown",
    "closed": "closed (filled)",
    "canceled": "canceled (before this cancel)",
}
WAIT = "Do not place a replacement yet: the order may still trade."


@attrs.frozen(kw_only=True)
class Asked:
    """The order as the command line names it."""

    id: str | None
    client_order_id: str | None
    symbol: str
    options: str = ""
    """Those of the command line, as another command takes them."""


@attrs.frozen(kw_only=True)
class Result:
    """The order that a cancel returned, or the error that it raised."""

    asked: Asked
    code: int
    """The exit code."""
    order: Order | None
    """As the exchange last showed it."""
    error: BaseException | None = None
    handled_by: str | None = None
    """Plugin and request, or ccxt's method; None where that is not known."""

    @classmethod
    def returned(cls, asked: Asked, came: Any, handled_by: str | None) -> Result:
        """The result of a call that returned, or of one order of a call for several."""
        order = came if isinstance(came, dict) else {}
        if isinstance(error := order.get("error"), Exception):
            return cls.raised(asked, error, _code(error), handled_by)
        status = order.get("status")
        code = DONE if status == "canceled" else GONE if status in ENDED else UNKNOWN
        shown = {name: value for name, value in order.items() if name != "error"}
        return cls(asked=asked, code=code, order=shown, handled_by=handled_by)

    @classmethod
    def raised(
        cls, asked: Asked, error: BaseException, code: int, handled_by: str | None
    ) -> Result:
        """The result of a call that raised."""
        order = getattr(error, "order", None)
        return cls(asked=asked, code=code, order=order, error=error, handled_by=handled_by)

    def fields(self) -> dict[str, Any]:
        """For a program."""
        return {
            **self.identity(),
            **{name: self.of_order(name) for name in ("status", "outcome", *FILLS)},
            "state": self.state,
            "successor": self.successor,
            "error": type(self.error).__name__ if self.error else None,
            "message": self.message,
            "handled_by": self.handled_by,
            "advice": self.advice,
            "retry_after": getattr(self.error, "retry_after", None),
            "exit": self.code,
            "order": self.order,
        }

    @property
    def message(self) -> str | None:
        """The message, without secrets; None where the order is canceled."""
        if self.error is not None:
            return message(self.error)
        if self.code == DONE:
            return None
        status = self.of_order("status") or "unknown"
        return f"the exchange accepted the cancel, but the order's status is {status}, not canceled"

    def of_order(self, name: str) -> Any:
        """A field of the order; None where the order is unknown."""
        return None if self.order is None else self.order.get(name)

    def identity(self) -> dict[str, Any]:
        """The order's ids and symbol, or those of the command line."""
        asked = self.asked
        given = {"id": asked.id, "clientOrderId": asked.client_order_id, "symbol": asked.symbol}
        return {name: self.of_order(name) or given[name] for name in IDENTITY}

    @property
    def state(self) -> str | None:
        """How the order had ended."""
        if self.error is None and self.code == GONE:
            return str(self.of_order("status"))
        return getattr(self.error, "state", None)

    @property
    def successor(self) -> str | None:
        """The id of the order that a conditional one has become."""
        return getattr(self.error, "successor", None)

    def lines(self) -> dict[str, object]:
        """For people; empty where the error message is enough."""
        if self.code not in (DONE, UNKNOWN, GONE):
            return {}
        shown = {**self.identity(), **self._ending()}
        if self.order is not None:
            shown |= {name: number(self.order.get(name)) for name in (*DETAILS, *FILLS)}
        return {**shown, "what to do": self.advice}

    def end(self) -> str:
        """How the cancel ended, in a word or two."""
        if self.code == DONE:
            return "canceled"
        if self.code == GONE:
            return f"gone: {ENDINGS.get(self.state, self.state) if self.state else 'not found'}"
        return "not canceled" if self.code == REFUSED else "unknown"

    def _ending(self) -> dict[str, object]:
        if self.code == GONE:
            ended = ENDINGS.get(self.state, self.state)
            return {"how it ended": ended, "it became order": self.successor}
        if self.error is not None:
            return {"last status seen": self.of_order("status") or "none"}
        return {"status": self.of_order("status"), "outcome": self.of_order("outcome")}

    @property
    def advice(self) -> str | None:
        """What to do while the order may be open."""
        if self.code != UNKNOWN:
            return None
        order_id, symbol = self.identity()["id"], self.identity()["symbol"]
        words = " ".join(filter(None, (symbol, self.asked.options)))
        again = f"with the same options: ccxt-adapter cancel {order_id} {words}"
        if order_id is None:
            return f"{WAIT} Look at your open orders: ccxt-adapter orders {words}"
        if self.asked.id is None:
            return f"{WAIT} If the order shown is the one you mean, cancel it by its id, {again}"
        return f"{WAIT} Cancel it again, {again}"


def _code(error: Exception) -> int:
    """The exit code for one of several orders."""
    if isinstance(error, adapter.OrderGone):
        return GONE
    return UNKNOWN if isinstance(error, adapter.CancelUnknown) else REFUSED


def number(value: object) -> object:
    """A float in plain digits, without an exponent; anything else as it is."""
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else value
