"""The values that plugins, core and transports exchange: requests, responses, classifications."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import attrs
import ccxt

CLASSIC = "classic"
PORTFOLIO_MARGIN = "portfolio-margin"
ACCOUNTS = (CLASSIC, PORTFOLIO_MARGIN)

ENDED = "ended"
"""The status of an order that is not open any more, where nothing says whether it was filled."""

Order = dict[str, Any]
"""ccxt's unified order structure."""
Errors = Mapping[str, type[ccxt.BaseError]]
"""The error class of each code and message of an exchange."""


@attrs.frozen(kw_only=True)
class Market:
    """The market of a symbol. ``derived`` means: from the symbol alone, without loaded markets."""

    id: str
    structure: Mapping[str, Any] = attrs.field(repr=False)
    """ccxt's market structure. In a derived one, unknown fields are None."""
    derived: bool = False


@attrs.frozen(kw_only=True)
class MarketRoute:
    """The market type and account that ccxt's rules select for a call, or why none is served."""

    market: Market | None = None
    market_type: str = ""
    """``"linear"``, ``"inverse"``, ``"option"``, ``"margin"`` or ``"spot"``."""
    account: str = CLASSIC
    conditional: bool = False
    """Whether the order is in the book of conditional orders."""
    params: Mapping[str, Any] = attrs.field(factory=dict)
    """The parameters that the route adds to every request of the call."""
    unserved_reason: str | None = None
    """Why no plugin may handle it, or None."""
    note: str | None = None
    """What may be unexpected about it, or None. `adapter.explain` shows it."""


@attrs.frozen(kw_only=True)
class Credentials:
    """An API key and the function that signs a payload with its secret. The repr shows neither."""

    api_key: str = attrs.field(repr=False)
    sign: Callable[[str], str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CancelRequest:
    """One cancel, checked and routed. At least one of the two ids is set; see `with_one_id`."""

    market_id: str
    order_id: str | None
    client_order_id: str | None
    params: Mapping[str, Any] = attrs.field(factory=dict)
    """The params that are sent unchanged with the cancel, in the caller's order."""
    route_params: Mapping[str, Any] = attrs.field(factory=dict)
    """The params that the cancel and each query have by their route; see `MarketRoute`."""
    recv_window: int | None = None
    """ms; None for the setting of the exchange object."""
    deadline: float
    """Seconds for the whole call, from its start."""
    confirm: bool
    """Whether to query an order whose cancel was accepted, until its status is final."""

    def with_one_id(self, *, query: bool) -> CancelRequest:
        """The request with one id: of two, a query keeps the order id, a cancel the client id."""
        if self.order_id is None or self.client_order_id is None:
            return self
        if query:
            return attrs.evolve(self, client_order_id=None)
        return attrs.evolve(self, order_id=None)


@attrs.frozen(kw_only=True)
class ApiRequest:
    """One HTTP request before it is signed; ``api`` is ccxt's name for a host, see `OrderApi`."""

    method: str
    api: str
    path: str
    params: Mapping[str, Any]
    weight: int
    recv_window: int | None = None


@attrs.frozen
class Sleep:
    """An effect: wait for this number of seconds."""

    seconds: float


@attrs.frozen(kw_only=True)
class SignedRequest:
    """One HTTP request as it is sent. Its repr contains no URL, key or signature."""

    method: str
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: str | None = attrs.field(default=None, repr=False)
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    """Key and signature, as a response may quote them. They are redacted from messages."""


@attrs.frozen(kw_only=True)
class Response:
    """An HTTP response.

    ``body`` is the text as received, with quoted keys and signatures redacted.
    ``data`` is the parsed JSON; None where the body is not JSON.
    ``headers`` have lower-case names.
    ``time`` is the exchange object's clock at receipt, in ms since the epoch.
    """

    status: int
    body: str
    data: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    time: int = 0
    may_have_been_sent: ClassVar[bool] = True
    """As of a `NoResponse`."""


@attrs.frozen(kw_only=True)
class NoResponse:
    """No HTTP response came.

    ``may_have_been_sent`` is False only if certainly no byte of the request was sent.
    """

    may_have_been_sent: bool
    reason: str
    cause: BaseException | None = attrs.field(default=None, repr=False, eq=False)
    retry_after: float | None = None
    """Seconds until the host is unblocked, where the adapter did not send because of a block."""


class ResponseKind(enum.Enum):
    """What a response means for the cancel."""

    ORDER = "an order and its status"
    ACKNOWLEDGED = "the cancel was accepted, and no order is shown"
    NOT_OPEN = "no such open order"
    REFUSED = "refused by the exchange, and nothing changed"
    DISPUTED = "refused by the exchange, perhaps because the order has ended"
    RATE_LIMITED = "not executed: too many requests"
    HELD_LOCALLY = "not sent: the host is blocked for now"
    CLOCK_SKEW = "not executed: the timestamp is out of the window"
    NOT_EXECUTED = "not executed, as the exchange states"
    NOT_SENT = "not sent"
    AMBIGUOUS = "sent, without a usable response"
    UNREADABLE = "a response on which the plugin raised"


@attrs.frozen(kw_only=True)
class Classification:
    """What a response means, and the error to raise if the call ends with it."""

    kind: ResponseKind
    text: str
    """The text for messages: the exchange's raw body, where there is one."""
    error: type[ccxt.BaseError] = ccxt.ExchangeError
    status: str | None = None
    """The unified status of the order in the response."""
    created: int | None = None
    """The creation time of the order in the response, in ms since the epoch, where it has one."""
    retry_after: float | None = None
    """Seconds to wait before the next request."""
    server_time: int | None = None
    """The exchange's clock in ms since the epoch, where the response has it and it is needed."""
    successor: str | None = None
    """The id of the order that the one in the response has become, where it has."""
    is_out_of_reach: bool = False
    """Whether the order that the response shows is in a book that the cancel does not reach."""
    response: Response | None = attrs.field(default=None, repr=False)
    """The response, where it shows or acknowledges an order, or has the exchange's clock."""
    cause: BaseException | None = attrs.field(default=None, repr=False, eq=False)
    """The operating system's error, where there was no response."""


@attrs.frozen(kw_only=True)
class Route:
    """The endpoint of a cancel. ``plugin`` is None where ccxt handles it; ``reason`` says why.

    ``distribution`` is name and version of what contains the plugin. ``method`` is the HTTP method,
    and ``url`` the URL without its query; where ccxt's own methods send, ``method`` is ccxt's name,
    and ``url`` is None. ``client_id`` is the parameter that carries a client id, or None. Where a
    plugin handles it, ``reason`` is what may be unexpected about the route, or None.
    """

    plugin: str | None = None
    distribution: str | None = None
    method: str | None = None
    url: str | None = None
    market_id: str | None = None
    """Where ccxt's own methods send, the symbol."""
    client_id: str | None = None
    reason: str | None = None
