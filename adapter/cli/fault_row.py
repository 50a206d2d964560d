"""A row of the demo's faults: what was said under one of them, and whether it is true."""

from __future__ import annotations

from typing import Any

import attrs

from adapter.cli.attempt import Attempt
from adapter.cli.verdict import Said, verdict
from adapter.simulator.faults import Fault

BY_ANOTHER = ("cancel_before",)
"""The faults in which somebody else cancels the order."""


@attrs.frozen
class FaultRow:
    """The adapter's cancel of one order, and ccxt's of another that met the same fault."""

    fault: Fault
    plugin: str
    ours: Attempt
    ccxts: Attempt

    @property
    def words(self) -> str:
        """What the fault does, in few words."""
        text = self.fault.text.removesuffix(".").removesuffix(", which tells nothing")
        text = text.removeprefix("The request is ").replace(", and the answer is", "; answer:")
        return text[:1].lower() + text[1:]

    @property
    def product(self) -> str:
        """The plugin's name without its venue."""
        return self.plugin.partition(".")[2]

    @property
    def verdict(self) -> str:
        """Whether what the adapter reported is true."""
        return self._verdict(self.ours)

    @property
    def ccxts_verdict(self) -> str:
        """Whether what ccxt reported is true."""
        return self._verdict(self.ccxts)

    def _verdict(self, attempt: Attempt) -> str:
        said = Said(
            status=attempt.answer.get("status"),
            names_it=attempt.answer.get("id") in (None, str(attempt.order.order_id)),
            error=type(attempt.raised) if attempt.raised else None,
            state=attempt.state,
        )
        return verdict(said, attempt.book_status, by_call=self.fault.name not in BY_ANOTHER)

    def described(self) -> dict[str, Any]:
        """For a program."""
        return {
            "fault": self.fault.name,
            "text": self.fault.text,
            "product": self.plugin,
            "request": self.ours.request_line,
            "adapter": _described(self.ours, self.verdict),
            "ccxt": _described(self.ccxts, self.ccxts_verdict),
        }


def _described(attempt: Attempt, verdict: str) -> dict[str, Any]:
    return {
        "order_id": str(attempt.order.order_id),
        "id": attempt.answer.get("id"),
        "status": attempt.answer.get("status"),
        "outcome": attempt.outcome or None,
        "error": attempt.error,
        "state": attempt.state,
        "book_status": attempt.book_status,
        "verdict": verdict,
        "sends": attempt.sends,
        "milliseconds": attempt.milliseconds,
    }
