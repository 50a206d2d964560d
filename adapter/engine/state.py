"""What the adapter keeps with one exchange object."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import Credentials, Errors
from adapter.contract.venue import Venue
from adapter.core.events import Event
from adapter.core.rate_limit import HostLimiter
from adapter.core.routing import ActiveEndpoint, RouteCache
from adapter.core.single_flight import SingleFlight
from adapter.engine.tap import Tap
from adapter.engine.user_code import UserCode

STATE = "_adapter"
"""The attribute of an exchange object that holds its `ExchangeState`."""


@attrs.define(kw_only=True)
class Configuration:
    """Which plugins serve an exchange object, and how. Another `adapter.attach` replaces it."""

    endpoints: tuple[ActiveEndpoint, ...]
    """What serves it, highest priority first; never empty."""
    error_classes: Mapping[str, Errors] = attrs.field(repr=False)
    """By plugin."""
    account: str | None = None
    on_event: Callable[[Event], object] | None = None
    """The user's callback for events."""


@attrs.define(kw_only=True)
class ExchangeIO:
    """What reaches the world, sync or async as the exchange object is, for as long as that is."""

    send: Callable[..., Any] = attrs.field(repr=False)
    """Sends a request."""
    connect: Callable[..., Any] = attrs.field(repr=False)
    """Opens connections beforehand."""
    sleep: Callable[[float], Any] = attrs.field(repr=False)
    """Sleeps for so many seconds."""
    run_with_deadline: Callable[..., Any] = attrs.field(repr=False)
    """``(function, ends)``: what the function returns, by ``ends`` of ``time.monotonic()``."""
    clock: Callable[[], float] = attrs.field(default=time.monotonic, repr=False)
    """Monotonic seconds."""


@attrs.define
class ExchangeState:
    """What the adapter keeps with one exchange object: settings, I/O, and what its calls share."""

    config: Configuration
    io: ExchangeIO
    credentials: dict[Venue, tuple[str, str, Credentials]] = attrs.field(factory=dict, repr=False)
    """By venue, the last key and secret and what was made of them."""
    limiters: dict[str, HostLimiter] = attrs.field(factory=dict, repr=False)
    """By `Venue.limit_group`."""
    single_flight: SingleFlight = attrs.field(factory=SingleFlight, repr=False)
    route_cache: RouteCache = attrs.field(factory=RouteCache, repr=False)
    user_code: UserCode = attrs.field(factory=UserCode, repr=False)
    tap: Tap = attrs.field(factory=Tap, repr=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> ExchangeState:
        """What is kept with a copy of the exchange object."""
        fields = [field.name for field in attrs.fields(ExchangeState)]
        return ExchangeState(**{name: copy.deepcopy(getattr(self, name), memo) for name in fields})

    def __reduce__(self) -> NoReturn:
        """Raise ``TypeError``: the bound methods would be lost without notice."""
        raise TypeError(
            "an exchange object that the adapter is attached to cannot be pickled: detach() it"
            " and attach the copy, or use adapter.install(), which leaves the objects as they are"
        )

    def limiter(self, group: str, limit: int | None) -> HostLimiter:
        """The limiter of a host, or of those that share one."""
        limiter = self.limiters.get(group)
        if limiter is None:
            limiter = self.limiters.setdefault(
                group, HostLimiter(math.inf if limit is None else limit)
            )
        return limiter

    def get_credentials(self, exchange: Any, endpoint: CancelEndpoint) -> Credentials:
        """The exchange's keys as they are at this moment; a venue parses one secret once.

        Raises ``ccxt.AuthenticationError`` where one is missing or cannot be read.
        """
        api_key, secret, venue = exchange.apiKey, exchange.secret, endpoint.venue
        parsed = self.credentials.get(venue)
        if parsed is not None and parsed[0] == api_key and parsed[1] == secret:
            return parsed[2]
        exchange.check_required_credentials()
        if not all("!" <= c <= "~" for c in api_key):
            raise ccxt.AuthenticationError(
                f"{exchange.id} apiKey has a character that no HTTP header can carry, such as a"
                " line end: strip it"
            )
        if parsed is not None and parsed[1] == secret:
            keys = attrs.evolve(parsed[2], api_key=api_key)
        else:
            keys = Credentials(api_key=api_key, sign=venue.make_signer(secret))
        self.credentials[venue] = (api_key, secret, keys)
        return keys
