"""The plain values that cross the seams: what was asked, what is sent, what came back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs
import ccxt

CLASSIC = "classic"
PORTFOLIO_MARGIN = "portfolio-margin"
ACCOUNTS = (CLASSIC, PORTFOLIO_MARGIN)


@attrs.frozen(kw_only=True)
class CancelRequest:
    """One cancel, checked and routed. A request carries one of its two ids: see `addressed`."""

    market_id: str
    order_id: str | None
    client_order_id: str | None
    params: Mapping[str, Any] = attrs.field(factory=dict)
    """What goes to the wire as it is, in the caller's order."""
    recv_window: int | None = None
    """ms, or None for the exchange object's own."""
    deadline: float
    """Seconds for the whole call."""
    confirm: bool
    """Whether to follow an accepted cancel to its end."""

    def with_one_id(self, *, query: bool) -> CancelRequest:
        """The same call with one id: where both are given, a query goes by the order id."""
        if self.order_id is None or self.client_order_id is None:
            return self
        if query:
            return attrs.evolve(self, client_order_id=None)
        return attrs.evolve(self, order_id=None)


@attrs.frozen(kw_only=True)
class ApiRequest:
    """One HTTP request before it is signed; ``api`` is a key of ccxt's ``exchange.urls["api"]``."""

    method: str
    api: str
    path: str
    params: Mapping[str, Any]
    weight: int
    recv_window: int | None = None


@attrs.frozen
class Sleep:
    """A step: let so many seconds pass."""

    seconds: float


@attrs.frozen(kw_only=True)
class SignedRequest:
    """One HTTP request as it goes on the wire. Its repr holds no URL, key or signature."""

    method: str
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    """What must not be shown of it, as it would be quoted: the key and the signature."""


@attrs.frozen(kw_only=True)
class Response:
    """An HTTP answer. ``data`` is the parsed JSON, None if it is none.

    Headers are found by their lower-case names.
    ``body`` is as it came but for keys and signatures that it quotes, so that it can be shown.
    ``time`` is the exchange object's clock at receipt, in ms since the epoch.
    """

    status: int
    body: str
    data: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    time: int = 0


@attrs.frozen(kw_only=True)
class NoResponse:
    """No HTTP answer. ``sent`` is False only when not one byte of the request can have left."""

    may_have_been_sent: bool
    reason: str
    cause: BaseException | None = attrs.field(default=None, repr=False, eq=False)
    retry_after: float | None = None
    """Seconds for which the host takes nothing: it was held back here."""


class ResponseKind(enum.Enum):
    """What an answer says about the cancel."""

    ORDER = "an order and its status"
    NOT_OPEN = "no such open order"
    REFUSED = "the exchange said no, and nothing changed"
    RATE_LIMITED = "not executed: too many requests"
    HELD_LOCALLY = "held back here, because the host takes nothing for now"
    CLOCK_SKEW = "not executed: the timestamp is out of the window"
    NOT_EXECUTED = "not executed, by the exchange's word"
    NOT_SENT = "never left this machine"
    AMBIGUOUS = "sent, and no usable answer"
    UNREADABLE = "an answer that the plugin fails at"


@attrs.frozen(kw_only=True)
class Classification:
    """What a reply means, and the error to end with if this is the last word."""

    kind: ResponseKind
    text: str
    """What came back, for people: the exchange's raw body where there is one."""
    error: type[ccxt.BaseError] = ccxt.ExchangeError
    status: str | None = None
    """The unified status of the order in the answer."""
    created: int | None = None
    """When the order in the answer was made, in ms, where the answer says."""
    retry_after: float | None = None
    """Seconds."""
    server_time: int | None = None
    """The exchange's clock in ms, where the answer shows it and the call has use for it."""
    response: Response | None = attrs.field(default=None, repr=False)
    """The answer itself, where it shows an order or the exchange's clock."""
    cause: BaseException | None = attrs.field(default=None, repr=False, eq=False)
    """What the operating system said, where there was none."""


@attrs.frozen(kw_only=True)
class Route:
    """Which way a cancel goes. Without a plugin it is ccxt's own, and ``reason`` says why."""

    plugin: str | None = None
    distribution: str | None = None
    """Name and version of the distribution that brought the plugin."""
    method: str | None = None
    url: str | None = None
    """Without the query."""
    market_id: str | None = None
    client_id: str | None = None
    """The name under which a client id travels."""
    reason: str | None = None
    """Why ccxt's own method takes it, or what may surprise about the way."""
