"""What a call did and knew, step by step, on the logger ``adapter`` and to a hook."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

log = logging.getLogger("adapter")

numbers = itertools.count(1)

listeners: tuple[Callable[[Event], object], ...] = ()
"""Who hears of every event in this process, whatever exchange object it is of."""


def _frozen(details: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(details))


@attrs.frozen(kw_only=True)
class Event:
    """One thing that happened in one call. It holds no key, secret, signature or signed URL."""

    call: int
    """The same number for all events of one call."""
    time: int
    """ms since the epoch, by the exchange object's clock."""
    what: str
    """``sent``, ``replied``, ``judged``, ``waited``, ``held``, ``resynced`` or ``settled``. A call
    that shared another's outcome has only the last."""
    plugin: str
    market_id: str
    order_id: str | None
    client_order_id: str | None
    details: Mapping[str, Any] = attrs.field(converter=_frozen, hash=False)


def is_heard(what: str, hook: object) -> bool:
    """Whether anybody would be told of such an event."""
    return hook is not None or bool(listeners) or log.isEnabledFor(_level(what))


def _level(what: str) -> int:
    return logging.INFO if what == "settled" else logging.DEBUG


@attrs.frozen(kw_only=True)
class Trail:
    """Tells the events of one call."""

    call: int
    time: Callable[[], int]
    plugin: str
    market_id: str
    order_id: str | None
    client_order_id: str | None
    hook: Callable[[Event], object] | None = None

    def tell(self, what: str, **details: Any) -> None:
        """Log an event, with its fields as ``record.adapter``, and hand it to the hook."""
        hooks = listeners if self.hook is None else (*listeners, self.hook)
        event = Event(
            call=self.call,
            time=self.time(),
            what=what,
            plugin=self.plugin,
            market_id=self.market_id,
            order_id=self.order_id,
            client_order_id=self.client_order_id,
            details=details,
        )
        log.log(_level(what), "%s", _line(event), extra={"adapter": event})
        for hook in hooks:
            self._hand(event, hook)

    def _hand(self, event: Event, hook: Callable[[Event], object]) -> None:
        """A hook that fails is told of, and costs no cancel."""
        try:
            hook(event)
        except Exception:
            log.exception("on_event failed for %s", event)


def _line(event: Event) -> str:
    identity = event.order_id or event.client_order_id
    details = " ".join(f"{name}={value}" for name, value in event.details.items())
    return f"#{event.call} {event.plugin} {event.market_id} {identity} {event.what} {details}"
