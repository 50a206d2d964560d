"""The state of the exchange objects that `adapter.install` serves.

It is kept outside the objects, so that copies, pickles and ``vars()`` of them do not show it.
"""

from __future__ import annotations

import asyncio
import importlib
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import attrs

from adapter.core.events import Event
from adapter.core.routing import ActiveEndpoint
from adapter.engine.state import STATE, Configuration, ExchangeIO, ExchangeState
from adapter.errors import PluginError
from adapter.integration.account import restore_account
from adapter.integration.options import raw_option

UNSERVED: weakref.WeakSet[Any] = weakref.WeakSet()
"""The objects that `adapter.attach` was called for and that no plugin serves."""


class StateFactory(Protocol):
    """An installation, which decides what serves an exchange object."""

    def make_state(self, exchange: Any, current: ExchangeState | None) -> ExchangeState | None:
        """The state of the object; None where no plugin serves it. ``current`` is the old state."""


def configure(
    exchange: Any,
    current: ExchangeState | None,
    endpoints: tuple[ActiveEndpoint, ...],
    *,
    account: str | None,
    on_event: Callable[[Event], object] | None,
) -> ExchangeState:
    """The state of an exchange object, sync or async, that these endpoints serve.

    ``current`` is configured anew: its calls under way, bans and limits stay.
    """
    venues = {each.endpoint.venue for each in endpoints}
    of_venue = {venue: venue.error_classes(exchange) for venue in venues}
    classes = {each.plugin: of_venue[each.endpoint.venue] for each in endpoints}
    if current is not None:
        # calls under way may be of a plugin that is not in use any more
        classes = {**current.config.error_classes, **classes}
    config = Configuration(
        endpoints=endpoints, error_classes=classes, account=account, on_event=on_event
    )
    if current is None:
        return ExchangeState(config, _io(exchange))
    current.config = config
    return current


def _io(exchange: Any) -> ExchangeIO:
    # loaded on first use: not every bot needs its libraries
    transport = importlib.import_module("adapter.transports.transport").make_transport(exchange)
    worker = importlib.import_module("adapter.transports.worker")
    return ExchangeIO(
        send=transport.send,
        connect=transport.connect,
        sleep=_sleep(exchange),
        run_with_deadline=worker.run_with_deadline,
    )


@attrs.frozen(kw_only=True, eq=False)
class _Entry:
    installation: StateFactory | None
    """The one that made the state; None where `adapter.detach` was called."""
    option: tuple[str, Any]
    """The exchange's id and ``options["adapter"]`` when the state was made."""
    state: ExchangeState | None
    exchange: weakref.ref[Any] = attrs.field(repr=False)


@attrs.define
class Instances:
    """States by exchange object, with weak references to the objects."""

    installations: tuple[StateFactory, ...] = ()
    """The installations in force, the newest last. The newest decides."""
    _entries: dict[int, _Entry] = attrs.field(factory=dict)

    def state_of(self, exchange: Any) -> ExchangeState | None:
        """The state of the exchange object; None where ccxt's method handles its cancels.

        It is made again when the installation or ``options["adapter"]`` has changed. Raises
        `PluginError` where one of them is wrong.
        """
        factories, entry = self.installations, self._entry_of(exchange)
        if not factories:
            return None
        newest, option = factories[-1], _option(exchange)
        if entry is not None and (
            entry.installation is None or (entry.installation is newest and entry.option == option)
        ):
            return entry.state
        current = entry.state if entry is not None else None
        made = self._make_entry(exchange, newest, option, newest.make_state(exchange, current))
        if entry is None:
            # atomic: threads that meet a new object at once get one state
            return self._entries.setdefault(id(exchange), made).state
        self._entries[id(exchange)] = made
        return made.state

    def release(self, exchange: Any) -> None:
        """Let ccxt handle the object's cancels for as long as an installation is in force."""
        if self.installations:
            self._entries[id(exchange)] = self._make_entry(exchange, None, _option(exchange), None)

    def renew(self) -> None:
        """Give every exchange object the account of the installation in force."""
        for exchange in self._served_objects():
            try:
                self.state_of(exchange)
            except PluginError:
                continue  # the object's next cancel raises it

    def clear(self) -> None:
        """Remove all installations and states, and restore the accounts."""
        self.installations = ()
        for exchange in self._served_objects():
            restore_account(exchange)
        self._entries.clear()

    def _served_objects(self) -> list[Any]:
        """The objects of the entries, without those that `adapter.attach` was called for."""
        objects = [entry.exchange() for entry in [*self._entries.values()]]
        return [each for each in objects if each is not None and STATE not in vars(each)]

    def _entry_of(self, exchange: Any) -> _Entry | None:
        entry = self._entries.get(id(exchange))
        return entry if entry is not None and entry.exchange() is exchange else None

    def _make_entry(
        self,
        exchange: Any,
        installation: StateFactory | None,
        option: tuple[str, Any],
        state: ExchangeState | None,
    ) -> _Entry:
        key = id(exchange)
        reference = weakref.ref(exchange, lambda _: self._entries.pop(key, None))
        return _Entry(installation=installation, option=option, state=state, exchange=reference)


def _option(exchange: Any) -> tuple[str, Any]:
    option = raw_option(exchange)
    return exchange.id, dict(option) if isinstance(option, Mapping) else option


def _sleep(exchange: Any) -> Callable[[float], Any]:
    return time.sleep if exchange.synchronous else asyncio.sleep


INSTANCES = Instances()
"""The registry of this process."""
