"""One cancel of the demo: the requests, the answer, and whether it agrees with the book."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

import attrs
import ccxt

from adapter.simulator import Order, Served, Simulator

CANCELED = ("canceled",)


@attrs.define
class Attempt:
    """A block that cancels one order; it suppresses errors of the class ``caught``."""

    sim: Simulator
    order: Order
    answer: dict[str, Any] = attrs.field(factory=dict)
    """The unified order, set within the block."""
    raised: BaseException | None = None
    requests: tuple[Served, ...] = ()
    """What reached the simulator."""
    milliseconds: float = 0.0
    book_status: str = ""
    """The order's status in the simulator's book, after every pending event."""
    caught: type[Exception] = ccxt.BaseError
    _first: int = attrs.field(default=0, init=False)
    _began: float = attrs.field(default=0.0, init=False)

    def __enter__(self) -> Self:
        self._first, self._began = len(self.sim.requests), time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self.milliseconds = round((time.perf_counter() - self._began) * 1000, 1)
        self.sim.faults.finish()
        self.requests = tuple(self.sim.requests[self._first :])
        self.book_status = self.sim.book.now(self.order).status
        self.raised = error
        return isinstance(error, self.caught)

    @property
    def error(self) -> str | None:
        """The class of the exception."""
        return type(self.raised).__name__ if self.raised else None

    @property
    def state(self) -> str | None:
        """How the order had ended, by an ``adapter.OrderGone``."""
        return getattr(self.raised, "state", None)

    @property
    def sends(self) -> int:
        """How many times the cancel arrived."""
        return sum(r.method == "DELETE" for r in self.requests)

    @property
    def sent(self) -> Served | None:
        """The cancel as it arrived."""
        return next((r for r in self.requests if r.method == "DELETE"), None)

    @property
    def requests_before(self) -> int:
        """How many requests went ahead of the cancel."""
        return len(self.requests) if self.sent is None else self.requests.index(self.sent)

    @property
    def request_line(self) -> str | None:
        """Such as ``"DELETE /fapi/v1/order"``."""
        return f"{self.sent.method} {self.sent.path}" if self.sent else None

    @property
    def sent_as(self) -> str | None:
        """The parameter that carried the order's id or its client id."""
        ids = str(self.order.order_id), self.order.client_order_id
        params = self.sent.params if self.sent else {}
        return next((name for name, value in params.items() if value in ids), None)

    @property
    def binance_status(self) -> str | None:
        """The status as the exchange spells it."""
        status: str | None = self.answer.get("info", {}).get("status")
        return status

    @property
    def status(self) -> str:
        """The unified status, or the class of the exception."""
        return self.error or str(self.answer.get("status"))

    @property
    def outcome(self) -> str:
        """The adapter's ``outcome``; empty where there is none."""
        outcome: str = self.answer.get("outcome", "")
        return outcome

    @property
    def status_is_true(self) -> bool:
        """Whether the answer reports a canceled order as canceled."""
        return self.book_status == "CANCELED" and self.answer.get("status") in CANCELED

    @property
    def client_id_is_true(self) -> bool:
        """Whether the answer has the client id of the order."""
        return self.answer.get("clientOrderId") == self.order.client_order_id

    @property
    def is_true(self) -> bool:
        """Whether the ids of the order and its final status agree with the book."""
        ids_agree = self.answer.get("id") == str(self.order.order_id)
        return ids_agree and self.status_is_true and self.client_id_is_true

    def described(self) -> dict[str, Any]:
        """For a program."""
        return {
            "order_id": str(self.order.order_id),
            "order_client_id": self.order.client_order_id,
            "book_status": self.book_status,
            "id": self.answer.get("id"),
            "client_order_id": self.answer.get("clientOrderId"),
            "binance_status": self.binance_status,
            "status": self.answer.get("status"),
            "outcome": self.outcome or None,
            "error": self.error,
            "true": self.is_true,
            "milliseconds": self.milliseconds,
            "requests_before": self.requests_before,
        }
