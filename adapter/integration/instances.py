"""What `adapter.install` keeps of exchange objects: beside them, so that nothing shows on them."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, Protocol

import attrs

from adapter.engine.state import STATE, ExchangeState
from adapter.errors import PluginError
from adapter.integration.account import restore_account
from adapter.integration.options import raw_option


class StateFactory(Protocol):
    """An installation, which knows what serves an exchange object."""

    def make_state(self, exchange: Any, before: ExchangeState | None) -> ExchangeState | None:
        """What serves it; None where nothing does. ``before`` is what served it until now."""


@attrs.frozen(kw_only=True, eq=False)
class _Entry:
    installation: StateFactory | None
    option: tuple[str, Any]
    """What the exchange object said of itself then."""
    state: ExchangeState | None
    exchange: weakref.ref[Any] = attrs.field(repr=False)


@attrs.define
class Instances:
    """Attachments by exchange object, which may be copied, pickled and forgotten as ever."""

    installations: tuple[StateFactory, ...] = ()
    """The installations in force; the last one counts."""
    _entries: dict[int, _Entry] = attrs.field(factory=dict)

    def state_of(self, exchange: Any) -> ExchangeState | None:
        """What serves the exchange object now; None where ccxt's own methods do.

        It is made anew when the installation or ``options["adapter"]`` is another than before.
        Raises `PluginError` where those are wrong.
        """
        makers, known = self.installations, self._entry_of(exchange)
        if not makers:
            return None
        own = _option(exchange)
        if known is not None and (
            known.installation is None or (known.installation is makers[-1] and known.option == own)
        ):
            return known.state
        before = known.state if known is not None else None
        kept = self._make_entry(exchange, makers[-1], own, makers[-1].make_state(exchange, before))
        if known is None:
            # atomic, so that threads that meet one new object agree on what serves it
            return self._entries.setdefault(id(exchange), kept).state
        self._entries[id(exchange)] = kept
        return kept.state

    def release(self, exchange: Any) -> None:
        """Leave the exchange object to ccxt for as long as an installation is in force."""
        if self.installations:
            self._entries[id(exchange)] = self._make_entry(exchange, None, _option(exchange), None)

    def renew(self) -> None:
        """Let every exchange object have the account that the installation in force says."""
        for exchange in self._served_objects():
            try:
                self.state_of(exchange)
            except PluginError:
                continue  # its own next call tells

    def clear(self) -> None:
        """Forget everything."""
        self.installations = ()
        for exchange in self._served_objects():
            restore_account(exchange)
        self._entries.clear()

    def _served_objects(self) -> list[Any]:
        """Those that are not attached by the user."""
        found = [kept.exchange() for kept in [*self._entries.values()]]
        return [each for each in found if each is not None and STATE not in vars(each)]

    def _entry_of(self, exchange: Any) -> _Entry | None:
        kept = self._entries.get(id(exchange))
        return kept if kept is not None and kept.exchange() is exchange else None

    def _make_entry(
        self,
        exchange: Any,
        maker: StateFactory | None,
        own: tuple[str, Any],
        attachment: ExchangeState | None,
    ) -> _Entry:
        key = id(exchange)
        there = weakref.ref(exchange, lambda _: self._entries.pop(key, None))
        return _Entry(installation=maker, option=own, state=attachment, exchange=there)


def _option(exchange: Any) -> tuple[str, Any]:
    own = raw_option(exchange)
    return exchange.id, dict(own) if isinstance(own, Mapping) else own


INSTANCES = Instances()
"""The one of this process."""
