"""Schedules of faults as values, and what hypothesis makes them of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st

from adapter.cli.demo.samples import SAMPLES, STOPS, Sample
from adapter.simulator import FAULTS, Fault, Order

from .changes import CHANGES, CLOCK

NOT_SENT = Fault(
    name="not_sent",
    text="Not a byte of the request leaves the machine.",
    seen="connection refused",
    executes=False,
    silent=True,
)
MOVES: Mapping[str, Fault] = MappingProxyType({**FAULTS, NOT_SENT.name: NOT_SENT})
"""What may hit a request: the simulator's faults, and one that the simulator never sees."""

BY_PRODUCT = {sample.plugin.partition(".")[2]: sample for sample in (*SAMPLES, *STOPS)}
IDENTITIES = ("id", "client id")
CLIENT_ID = "mine"

Move: TypeAlias = str | tuple[str, Mapping[str, Any]]
"""A name, or a name with arguments of `Schedule.play`: ``on``, ``for_seconds`` and more."""
Change: TypeAlias = tuple[str, Mapping[str, Any]]
"""One of `CHANGES`, with ``request`` (the number of the one in progress) or ``at`` (in s)."""


def named(move: Move) -> tuple[str, Mapping[str, Any]]:
    """The name of a move, and its arguments."""
    return (move, {}) if isinstance(move, str) else move


@attrs.frozen(repr=False)
class Schedule:
    """One cancel and all that goes wrong with it. Its repr is the code that makes it."""

    product: str
    identity: str
    moves: tuple[Move, ...] = ()
    deadline: float = attrs.field(default=15.0, kw_only=True)
    timeout: float = attrs.field(default=10.0, kw_only=True)
    """Of the exchange object, in s."""
    attempts: int = attrs.field(default=6, kw_only=True)
    confirm: bool = attrs.field(default=True, kw_only=True)
    filled: str = attrs.field(default="0", kw_only=True)
    """How much of the order's 2 has traded before the call. Conditional orders do not trade."""
    age: float = attrs.field(default=60.0, kw_only=True)
    """For how many s the order has been in the book."""
    skew: int = attrs.field(default=0, kw_only=True)
    """By how many ms the caller's clock is ahead of the exchange's."""
    phase: int = attrs.field(default=0, kw_only=True)
    """How many ms of the exchange's minute are over when the call begins."""
    reused: int | None = attrs.field(default=None, kw_only=True)
    """After which request the order trades and somebody uses its client id again."""
    changes: tuple[Change, ...] = attrs.field(default=(), kw_only=True)
    """What happens to the caller's own world."""

    @property
    def sample(self) -> Sample:
        """The market of the product."""
        return BY_PRODUCT[self.product]

    @property
    def doubts_5xx(self) -> bool:
        """Whether spot's documentation is the product's: any HTTP 5xx is unknown."""
        return self.product in ("spot", "margin")

    @property
    def names(self) -> list[str]:
        """The faults by name."""
        return [named(move)[0] for move in self.moves]

    def arguments(self, order: Order) -> tuple[str | None, str, dict[str, Any]]:
        """What ``cancel_order`` is called with."""
        params = {**self.sample.params, "deadline": self.deadline, "confirm": self.confirm}
        if self.identity == "id":
            return str(order.order_id), self.sample.symbol, params
        return None, self.sample.symbol, {**params, "clientOrderId": order.client_order_id}

    def __repr__(self) -> str:
        own = [a for a in attrs.fields(Schedule)[3:] if getattr(self, a.name) != a.default]
        rest = "".join(f", {a.name}={getattr(self, a.name)!r}" for a in own)
        return f"Schedule({self.product!r}, {self.identity!r}, {self.moves!r}{rest})"


LOSSY = (
    *("drop_before", "drop_after", "reset_before", "reset_after", "cut_body", "stall"),
    *("delay_before", "delay_before", "delay_before", "delay_after", "not_sent"),
    *("http_500", "http_502_page_executed", "code_1007", "cut_json", "null_200"),
)
"""What leaves a call in doubt, so that it goes on."""
TURNS = (
    *("fill_before", "fill_part_before", "expire_before", "cancel_before", "reject_before"),
    *("accepted_only", "accepted_then_filled", "unknown_2011", "not_found_lag"),
    *("other_order_200", "limited_429", "throttled_1008", "none"),
)
"""What changes what the next answer is about."""
SECONDS: Mapping[str, tuple[float, ...]] = {
    # just after a time-out is between the look that follows and the next cancel
    **dict.fromkeys(("delay_before", "delay_after", "stall"), (1.0015, 0.3, 10.0015, 2.5, 30.0)),
    **dict.fromkeys(("limited_429", "limited_429_bare"), (0.5, 1.0, 20.0)),
    **dict.fromkeys(("banned_418", "banned_418_bare"), (0.5, 2.0, 120.0)),
}
JUMPS = "skew_"
"""The host's clock jumps, but not the times in the book: those do not distinguish orders."""
COUNTED = ("accepted_only", "accepted_then_filled", "not_found_lag")
"""What lasts for so many further requests."""


BURSTS = (0.3, 1.0, 2.0, 5.0, 30.0)
LAGS = (0.0, 0.1, 0.2, 1.0, 1.5, 3.0, 20.0)
STEPS = (1000, -1000, 900, -900, 3_600_000, -3_600_000)
"""ms by which a clock is put ahead."""


@st.composite
def moves(draw: st.DrawFn, pace: float, jumps: bool = True) -> Move:
    """One fault, as long as it likes, on whatever request comes or on one method only."""
    hits = [name for name, fault in MOVES.items() if fault.lag is None]
    names = [name for name in hits if jumps or not name.startswith(JUMPS)]
    name = draw(st.one_of(*map(st.sampled_from, (LOSSY, TURNS, names))))
    arguments: dict[str, Any] = {}
    if (on := draw(st.sampled_from((None, None, "DELETE", "GET")))) is not None:
        arguments["on"] = on
    if name in SECONDS:
        arguments["seconds"] = draw(st.sampled_from(SECONDS[name])) * pace
    if name in COUNTED:
        arguments["requests"] = draw(st.integers(1, 4))
    if draw(st.integers(0, 3)) == 3:
        arguments["for_seconds"] = draw(st.sampled_from(BURSTS)) * pace
    return (name, arguments) if arguments else name


@st.composite
def lags(draw: st.DrawFn, pace: float) -> Move:
    """Queries lag behind the book, for good or for a while."""
    arguments = {"lag": draw(st.sampled_from(LAGS)) * pace}
    if (span := draw(st.sampled_from((None, *BURSTS)))) is not None:
        arguments["for_seconds"] = span * pace
    return ("query_lag", arguments)


@st.composite
def changes(draw: st.DrawFn, pace: float) -> Change:
    """One change of the caller's world, while a request is in progress or at some moment."""
    name = draw(st.sampled_from(CHANGES))
    arguments: dict[str, Any] = {}
    if draw(st.booleans()):
        arguments["request"] = draw(st.integers(1, 5))
    else:
        arguments["at"] = draw(st.sampled_from((0.0005, 0.02, 0.1, 0.3, 1.2, 5.0))) * pace
    if name == CLOCK:
        arguments["ms"] = draw(st.sampled_from(STEPS))
    return (name, arguments)


@st.composite
def schedules(draw: st.DrawFn, pace: float = 1.0, reused: bool = False) -> Schedule:
    """Up to six faults of one cancel; ``pace`` 0.1 makes all times a tenth."""

    def one_of(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    lagging = draw(st.lists(lags(pace), max_size=1)) if one_of(True, False) else []
    own = draw(st.lists(changes(pace), max_size=2)) if one_of(True, False, False) else []
    product = one_of(*BY_PRODUCT)
    return Schedule(
        product,
        "client id" if reused else one_of(*IDENTITIES),
        (*lagging, *draw(st.lists(moves(pace, not reused), max_size=6))),
        deadline=one_of(15.0, 15.0, 5.0, 2.0, 0.3) * pace,
        timeout=one_of(10.0, 1.0) * pace,
        attempts=one_of(6, 6, 2, 1),
        confirm=one_of(True, True, False),
        filled="0" if BY_PRODUCT[product].is_stop else one_of("0", "0.4"),
        age=one_of(60.0, 0.0, 0.4, 1.0, 1.5, 3.0, 4 * 86_400.0),
        skew=one_of(0, 0, *STEPS),
        phase=draw(st.integers(0, 59_999)),
        reused=draw(st.integers(1, 6)) if reused else None,
        changes=tuple(own),
    )
