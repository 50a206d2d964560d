"""Events: what a call sent, received and concluded, for the logger ``adapter`` and callbacks."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

log = logging.getLogger("adapter")

LEVELS = {"settled": logging.INFO, "interrupted": logging.INFO}
"""By event; the others are DEBUG."""

call_numbers = itertools.count(1)

listeners: tuple[Callable[[Event], object], ...] = ()
"""They are called with every event in this process, of any exchange object."""


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
    """``sent``, ``replied``, ``classified``, ``waited``, ``blocked``, ``resynced``, and at the end
    ``settled``, or ``interrupted`` where the caller left before that. A call that shared another's
    outcome has only the end."""
    plugin: str
    market_id: str
    order_id: str | None
    client_order_id: str | None
    details: Mapping[str, Any] = attrs.field(converter=_frozen, hash=False)


def is_enabled(what: str, on_event: object) -> bool:
    """Whether such an event has a listener."""
    return (
        on_event is not None or bool(listeners) or log.isEnabledFor(LEVELS.get(what, logging.DEBUG))
    )


def emit(event: Event, on_event: Callable[[Event], object] | None) -> None:
    """Log an event, with its fields as ``record.adapter``, and call the listeners."""
    log.log(LEVELS.get(event.what, logging.DEBUG), "%s", _format(event), extra={"adapter": event})
    for listener in listeners if on_event is None else (*listeners, on_event):
        _notify(event, listener)


def _notify(event: Event, listener: Callable[[Event], object]) -> None:
    """An error of the listener is logged, and does not affect the cancel."""
    try:
        listener(event)
    except Exception:
        log.exception("on_event failed for %s", event)


def _format(event: Event) -> str:
    identity = event.order_id or event.client_order_id
    details = " ".join(f"{name}={value}" for name, value in event.details.items())
    return f"#{event.call} {event.plugin} {event.market_id} {identity} {event.what} {details}"
