"""One thing that may happen, with what ccxt and what the adapter make of the same answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import requests

import adapter

from .cases import CASES, Case
from .wire import Answers, Canned, Outcome, Seen

NAMES = {
    "spot": "spot",
    "margin": "margin",
    "usdm": "USDⓈ-M",
    "coinm": "COIN-M",
    "options": "options",
    "pm_um": "PM UM",
    "pm_cm": "PM CM",
    "pm_margin": "PM margin",
}
TOGETHER = {"PM UM, PM CM, PM margin": "PM", "options, PM": "options and PM"}


def made(outcome: Outcome) -> str:
    """The status of the order; or the class of the error, and how the order had ended."""
    if outcome.error is None:
        return f"the order, `{outcome.order['status']}`"
    name = f"`{type(outcome.error).__name__}`"
    if not isinstance(outcome.error, adapter.OrderGone):
        return name
    state = outcome.error.state
    return f"{name}, `{state}`" if state else f"{name}, None"


def field(name: str) -> Callable[[Outcome], str]:
    """The value that this field of the order has."""
    return lambda outcome: f"`{outcome.order.get(name, 'KeyError')}`"


def timestamp(outcome: Outcome) -> str:
    """The field of Binance's answer that has become the timestamp."""
    answer, stamp = outcome.order["info"], str(outcome.order["timestamp"])
    (name,) = (name for name in answer if str(answer[name]) == stamp)
    return f"Binance's `{name}`"


def asked(outcome: Outcome) -> str:
    """What was requested apart from the symbol; or the error, when nothing was sent."""
    if not outcome.seen:
        return f"`{type(outcome.error).__name__}`, nothing is sent"
    words = {name: text for name, text in outcome.seen[0].asked.items() if name != "symbol"}
    return f"sends `{'&'.join(f'{name}={text}' for name, text in words.items())}`"


def window(outcome: Outcome) -> str:
    """The recvWindow that was sent first."""
    return f"sends `recvWindow={outcome.seen[0].params['recvWindow']}`"


def host(outcome: Outcome) -> str:
    """Where it was sent to."""
    return f"goes to `{outcome.seen[0].place.removeprefix('DELETE https://')}`"


def by_id(exchange: Any, case: Case) -> Any:
    """The plain cancel."""
    return exchange.cancel_order(case.order_id, case.symbol)


@attrs.frozen(kw_only=True)
class Difference:
    """A row of a table, on the products that it may happen on.

    An answer is one as it is, or the status in the product's own answer, or None: it is lost.
    """

    what: str
    cancel: Canned | str | None = "CANCELED"
    query: Canned | str | None = "CANCELED"
    cases: Sequence[Case] = CASES
    show: Callable[[Outcome], str] = made
    form: Callable[[Any, Case], Any] = by_id
    config: dict[str, Any] = attrs.field(factory=dict)

    def cells(self) -> list[str]:
        """What happens, what ccxt makes of it, and what the adapter makes of it."""
        return [self.what, self.made(ours=False), self.made(ours=True)]

    def made(self, *, ours: bool) -> str:
        """What either makes of it, and on which products, where they differ."""
        names: dict[str, list[str]] = {}
        for case in self.cases:
            names.setdefault(self.show(self.outcome(case, ours=ours)), []).append(NAMES[case.name])
        if len(names) == 1:
            return next(iter(names))
        return "; ".join(f"{_together(products)}: {text}" for text, products in names.items())

    def outcome(self, case: Case, *, ours: bool) -> Outcome:
        """What really comes of the call."""
        return case.run(
            lambda exchange: self.form(exchange, case),
            self._answers(case),
            ours=ours,
            config=dict(self.config),
        )

    def _answers(self, case: Case) -> Answers:
        def answers(seen: Seen) -> Canned:
            answer = self.cancel if seen.method == "DELETE" else self.query
            if answer is None:
                raise requests.ReadTimeout("no answer came")
            return (
                answer if isinstance(answer, Canned) else Canned({**case.answer, "status": answer})
            )

        return answers


def _together(products: Sequence[str]) -> str:
    text = ", ".join(products)
    for names, word in TOGETHER.items():
        text = text.replace(names, word)
    return text
