"""What ``ccxt-adapter cancel`` reports: the same fields for every outcome of the cancel."""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal
from typing import Any

import attrs

from adapter.cli.exit_codes import DONE, GONE, UNKNOWN
from adapter.cli.output import as_json, error_line, facts, message
from adapter.contract.messages import Order

IDENTITY = ("id", "clientOrderId", "symbol")
DETAILS = ("datetime", "type", "side", "price", "amount")
FILLS = ("filled", "average")
ENDED = ("closed", "expired", "rejected")
ENDINGS = {
    None: "unknown",
    "closed": "closed (filled)",
    "canceled": "canceled (before this cancel)",
}
WAIT = "Do not place a replacement yet: the order may still trade."


@attrs.frozen(kw_only=True)
class Result:
    """The order that a cancel returned, or the error that it raised."""

    args: argparse.Namespace
    code: int
    """The exit code."""
    order: Order | None
    """As the exchange last showed it."""
    error: BaseException | None = None

    @classmethod
    def returned(cls, args: argparse.Namespace, order: Order) -> Result:
        """The result of a call that returned."""
        status = order["status"]
        if status == "canceled":
            return cls(args=args, code=DONE, order=order)
        return cls(args=args, code=GONE if status in ENDED else UNKNOWN, order=order)

    @classmethod
    def raised(cls, args: argparse.Namespace, error: BaseException, code: int) -> Result:
        """The result of a call that raised."""
        return cls(args=args, code=code, order=getattr(error, "order", None), error=error)

    def show(self) -> int:
        """Print it; returns the exit code. Without --json, only a canceled order goes to stdout."""
        if self.error is not None:
            print(error_line(self.error), file=sys.stderr)
        elif self.message is not None:
            print(f"ccxt-adapter: {self.message}", file=sys.stderr)
        if self.args.json:
            as_json(self.fields())
        elif lines := self._lines():
            facts(lines, file=sys.stdout if self.code == DONE else sys.stderr)
        return self.code

    def fields(self) -> dict[str, Any]:
        """For a program."""
        return {
            **self._identity(),
            **{name: self._of_order(name) for name in ("status", "outcome", *FILLS, "remaining")},
            "state": self._state(),
            "error": type(self.error).__name__ if self.error else None,
            "message": self.message,
            "advice": self._advice(),
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
        status = self._of_order("status") or "unknown"
        return f"the exchange accepted the cancel, but the order's status is {status}, not canceled"

    def _of_order(self, name: str) -> Any:
        return None if self.order is None else self.order.get(name)

    def _identity(self) -> dict[str, Any]:
        """The order's ids and symbol, or those of the command line."""
        given = {
            "id": self.args.id,
            "clientOrderId": self.args.client_order_id,
            "symbol": self.args.symbol,
        }
        return {name: self._of_order(name) or given[name] for name in IDENTITY}

    def _state(self) -> str | None:
        """How the order had ended."""
        if self.error is None and self.code == GONE:
            return str(self._of_order("status"))
        return getattr(self.error, "state", None)

    def _lines(self) -> dict[str, object]:
        """For people; empty where the error message is enough."""
        if self.code not in (DONE, UNKNOWN, GONE):
            return {}
        shown = {**self._identity(), **self._ending()}
        if self.order is not None:
            shown |= {name: _number(self.order.get(name)) for name in (*DETAILS, *self._fills())}
        return {**shown, "what to do": self._advice()}

    def _ending(self) -> dict[str, object]:
        if self.code == GONE:
            state = self._state()
            return {"how it ended": ENDINGS.get(state, state)}
        if self.error is not None:
            return {"last status seen": self._of_order("status") or "none"}
        return {"status": self._of_order("status"), "outcome": self._of_order("outcome")}

    def _fills(self) -> tuple[str, ...]:
        is_untouched = self.code == DONE and not self._of_order("filled")
        return ("remaining",) if is_untouched else (*FILLS, "remaining")

    def _advice(self) -> str | None:
        """What to do while the order may be open."""
        if self.code != UNKNOWN:
            return None
        order_id, symbol = self._identity()["id"], self._identity()["symbol"]
        again = f"with the same options: ccxt-adapter cancel {order_id} {symbol}"
        if order_id is None:
            return f"{WAIT} Look at your open orders at the exchange."
        if self.args.id is None:
            return f"{WAIT} If the order shown is the one you mean, cancel it by its id, {again}"
        return f"{WAIT} Cancel it again, {again}"


def _number(value: object) -> object:
    """A float in plain digits, without an exponent; anything else as it is."""
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else value
