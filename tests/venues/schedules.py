"""Schedules of faults for a model exchange as values, and what hypothesis makes them of."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st

from venues.models.faults import PENDING
from venues.models.model import Model

NAMES = ("id", "client id")
LOSSY = ("delay", "answer_delay", "lost_before", "lost_after", "html", "http_502_html", "timed_out")
"""What leaves a call in doubt, so that it goes on."""
REFUSED = ("busy", "rate_limit", "clock")
TURNS = ("fill_before", "partly_fill_before", "cancel_before", *PENDING)
"""What changes what the next answer is about."""
OF_TRIGGERS = ("cancel_before", "ack_lag")
"""Those of a trigger order, which is not filled before it is triggered."""
HARMLESS = ("partly_fill_before",)
"""What does not keep a call from knowing."""
EVENTS = ("fill", "part", "cancel")
TRIGGER_EVENTS = ("trigger", "cancel")
"""What others, or the market, do to the order while the call goes on."""

Fault: TypeAlias = tuple[str, str, dict[str, Any]]
"""What `Model.fault` is called with."""
Event: TypeAlias = tuple[str, float]
"""One of these, and after how many seconds."""


@attrs.frozen(repr=False)
class Schedule:
    """Cancels on one exchange object, and all that goes wrong with them. Its repr makes it."""

    symbol: str
    faults: tuple[Fault, ...] = ()
    deadline: float = attrs.field(default=2.0, kw_only=True)
    calls: tuple[tuple[int, str], ...] = attrs.field(default=((0, "id"),), kw_only=True)
    """Which order each of the calls, all at once, cancels, and by which of its ids."""
    confirm: bool = attrs.field(default=True, kw_only=True)
    timeout: float = attrs.field(default=10.0, kw_only=True)
    """Of the exchange object, in s."""
    age: float = attrs.field(default=60.0, kw_only=True)
    """For how many s the orders have been in the book."""
    is_filled: bool = attrs.field(default=False, kw_only=True)
    """Whether half of each has been filled before."""
    is_trigger: bool = attrs.field(default=False, kw_only=True)
    """Whether they are trigger orders."""
    events: tuple[Event, ...] = attrs.field(default=(), kw_only=True)

    @property
    def kinds(self) -> set[str]:
        return {fault[0] for fault in self.faults}

    @property
    def has_faults(self) -> bool:
        return bool(self.kinds.difference(HARMLESS) or self.events)

    @property
    def has_fills(self) -> bool:
        return any(name != "cancel" for name, _ in self.events)

    def has_rivals(self, order: int) -> bool:
        """Whether anybody else cancels an order of a call."""
        is_twice = sum(each == order for each, _ in self.calls) > 1
        return is_twice or "cancel_before" in self.kinds or "cancel" in dict(self.events)

    def __repr__(self) -> str:
        own = [a for a in attrs.fields(Schedule)[2:] if getattr(self, a.name) != a.default]
        rest = "".join(f", {a.name}={getattr(self, a.name)!r}" for a in own)
        return f"Schedule({self.symbol!r}, {self.faults!r}{rest})"


@st.composite
def faults(draw: st.DrawFn, model: type[Model], turns: tuple[str, ...]) -> Fault:
    """One fault of cancels or queries: a burst by number or time, with its lag."""
    on = draw(st.sampled_from(("cancel", "cancel", "query")))
    kinds = (LOSSY, REFUSED, turns) if on == "cancel" else (LOSSY, REFUSED, ("query_lag",) * 3)
    known = [[k for k in group if _is_known(model, k)] for group in kinds]
    kind = draw(st.one_of(*map(st.sampled_from, known)))
    settings: dict[str, Any] = {}
    if draw(st.booleans()):
        settings["times"] = draw(st.integers(1, 4))
    else:
        settings["seconds"] = draw(st.sampled_from((0.3, 0.8, 1.5, 60.0)))
    if "lag" in kind or "delay" in kind or kind in PENDING:
        settings["lag"] = draw(st.sampled_from((0.1, 0.4, 1.0, 2.5)))
    if kind in ("html", "timed_out"):
        settings["executed"] = draw(st.booleans())
    return kind, on, settings


def _is_known(model: type[Model], kind: str) -> bool:
    """Whether the venue can have a fault; see `Model.fault`."""
    return not (kind in PENDING and model.FINAL) and (
        kind not in ("timed_out", *REFUSED) or kind in model.ERRORS
    )


@st.composite
def schedules(draw: st.DrawFn, model: type[Model]) -> Schedule:
    """Up to four faults of one to three cancels, all of trigger orders or none.

    No trigger order that the call looks for in the book of those is triggered if it then trades
    under its own id: it is not documented where it is.
    """

    def one_of(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    symbol = one_of(*model.MARKETS)
    is_trigger = symbol in model.TRIGGERS and one_of(True, False, False)
    is_named = model.CANCEL_BY is not None and not is_trigger
    names = NAMES if is_named else NAMES[:1]
    turns: tuple[str, ...] = TURNS
    happen: tuple[str, ...] = EVENTS
    if is_trigger:
        is_lost = model.TRADES_AS_ITSELF and symbol in model.TRIGGER_BOOKS
        turns, happen = OF_TRIGGERS, TRIGGER_EVENTS[is_lost:]
    calls = [(0, one_of(*names))]
    if one_of(True, False, False):
        # of several orders, one has a client id
        others = st.sampled_from([(0, names[-1]), (1, "id"), (2, "id")])
        calls += draw(st.lists(others, max_size=2))
    events = st.tuples(st.sampled_from(happen), st.sampled_from((0.02, 0.1, 0.4, 1.0)))
    schedule = Schedule(
        symbol,
        tuple(draw(st.lists(faults(model, turns), max_size=4))),
        deadline=one_of(1.0, 2.0, 3.0),
        calls=tuple(calls),
        confirm=one_of(True, True, False),
        timeout=one_of(10.0, 0.5),
        age=one_of(60.0, 60.0, 0.0, 0.5),
        is_filled=not is_trigger and one_of(False, True),
        is_trigger=is_trigger,
        events=tuple(draw(st.lists(events, max_size=1))) if one_of(True, False, False) else (),
    )
    # else a machine that is slow for a second would be a fault
    return schedule if schedule.has_faults else attrs.evolve(schedule, deadline=15.0)
