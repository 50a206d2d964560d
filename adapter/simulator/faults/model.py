"""The values: a fault, and what it does to one request."""

import enum
import math
from collections.abc import Callable
from typing import Any, Literal

import attrs

from adapter.simulator.book import HISTORY
from adapter.simulator.conditions import Lag, Span
from adapter.simulator.exchange import Exchange, Reply, Request, Serve

DELAY = 30.0
"""The default of a delay, in s: longer than any client waits."""


LONGEST_LAG = HISTORY / 1000
"""The longest lag of queries behind the book, in s."""


class Connection(enum.Enum):
    """What becomes of the connection once everything has been sent."""

    KEPT = "kept"
    CLOSED = "closed"
    RESET = "reset"


METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})

BeforeHandling = Callable[[Exchange, Request, "Fault"], None]
MakeHandler = Callable[[Exchange, Request, "Fault"], Serve | None]
MakeReply = Callable[[Exchange, Request, Reply | None], Reply]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _positive(_: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    if value is not None and not (_is_number(value) and value > 0):
        raise ValueError(f"{attribute.name}={value!r} is not a number of seconds above 0")


def _within_history(_: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    if value is not None and not (_is_number(value) and 0 <= value <= LONGEST_LAG):
        most = f"{LONGEST_LAG:g}"
        raise ValueError(f"{attribute.name}={value!r} is not a number of seconds from 0 to {most}")


@attrs.frozen(kw_only=True)
class Fault:
    """One fault.

    ``text`` says in one sentence what happens, ``seen`` in a few words what the client gets.
    ``executes`` is whether the request is executed, as far as the exchange allows: a cancel of
    an order that is not open is refused under any fault.

    ``seconds`` is how long it lasts, where that applies (None: ``DELAY`` for a delay),
    ``requests`` for how many further requests, and ``on`` the one method it waits for. Change
    them with ``attrs.evolve``. A request of a method that is not in ``methods`` has no fault.

    With ``for_seconds`` it hits not one request but every one for so long, from the first on; None
    is one. ``lag`` is by how many s, 0 to 20, queries lag behind the book; None where they do not.

    How it works: ``before`` is called just before the request is handled. The exchange handles the
    request if it ``reaches`` it, and ``make_handler`` may return a replacement of the
    endpoint's function. ``make_reply`` makes the answer out of the exchange's. Then ``cut`` is the
    share of the body that is sent, and ``connection`` what becomes of the connection.
    """

    name: str
    text: str
    seen: str
    executes: bool = True
    reaches: bool = attrs.field(default=attrs.Factory(lambda self: self.executes, takes_self=True))
    before: BeforeHandling | None = attrs.field(default=None, repr=False)
    make_handler: MakeHandler | None = attrs.field(default=None, repr=False)
    make_reply: MakeReply | None = attrs.field(default=None, repr=False)
    delay: Literal["before", "after", "within"] | None = None
    cut: float = 1.0
    connection: Connection = Connection.KEPT
    silent: bool = False
    seconds: float | None = None
    requests: int = 0
    methods: frozenset[str] = METHODS
    on: str | None = None
    for_seconds: float | None = attrs.field(default=None, validator=_positive)
    lag: float | None = attrs.field(default=None, validator=_within_history)

    @property
    def span(self) -> Span | None:
        """The time for which it hits every request, not begun yet; None if it hits one."""
        return None if self.for_seconds is None else Span(round(self.for_seconds * 1000))

    @property
    def lagging(self) -> Lag | None:
        """The lag of queries that it brings, not begun yet, if it does."""
        return None if self.lag is None else Lag(round(self.lag * 1000), self.span)

    @property
    def wait_before(self) -> float:
        """For how many s the request waits before the exchange handles it."""
        return self._lasting if self.delay == "before" else 0.0

    @property
    def wait_after(self) -> float:
        """For how many s the answer waits before its first byte is sent."""
        return self._lasting if self.delay == "after" else 0.0

    @property
    def stall(self) -> float:
        """For how many s nothing is sent in the middle of the answer."""
        return self._lasting if self.delay == "within" else 0.0

    @property
    def _lasting(self) -> float:
        return DELAY if self.seconds is None else self.seconds


@attrs.frozen(kw_only=True)
class Hit:
    """What a fault did to one request, and what is to be sent.

    ``done`` is the exchange's answer, None if the request never reached it. ``reply`` is what
    the client gets, None for not one byte: wait ``wait_after`` s, send its head, which promises the
    whole body, and the first ``sent`` bytes of the body; then, if there is a ``stall``, wait for
    as many s and send the rest; then treat the connection according to ``connection``.
    """

    fault: Fault
    done: Reply | None
    reply: Reply | None
    sent: int = 0
    wait_after: float = 0.0
    stall: float = 0.0
    connection: Connection = Connection.KEPT

    @property
    def whole(self) -> bool:
        """Whether every byte of an answer is sent, however late."""
        return self.reply is not None and (self.sent == len(self.reply.body) or self.stall > 0)
