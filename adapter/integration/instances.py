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

    def attachment(self, exchange: Any, before: ExchangeState | None) -> ExchangeState | None:
        """What serves it; None where nothing does. ``before`` is what served it until now."""


@attrs.frozen(kw_only=True, eq=False)
class _Entry:
    maker: StateFactory | None
    said: tuple[str, Any]
    """What the exchange object said of itself then."""
    attachment: ExchangeState | None
    there: weakref.ref[Any] = attrs.field(repr=False)


@attrs.define
class Instances:
    """Attachments by exchange object, which may be copied, pickled and forgotten as ever."""

    makers: tuple[StateFactory, ...] = ()
    """The installations in force; the last one counts."""
    _kept: dict[int, _Entry] = attrs.field(factory=dict)

    def attachment(self, exchange: Any) -> ExchangeState | None:
        """What serves the exchange object now; None where ccxt's own methods do.

        It is made anew when the installation or ``options["adapter"]`` is another than before.
        Raises `PluginError` where those are wrong.
        """
        makers, known = self.makers, self._known(exchange)
        if not makers:
            return None
        own = _option(exchange)
        if known is not None and (
            known.maker is None or (known.maker is makers[-1] and known.said == own)
        ):
            return known.attachment
        before = known.attachment if known is not None else None
        kept = self._new(exchange, makers[-1], own, makers[-1].attachment(exchange, before))
        if known is None:
            # atomic, so that threads that meet one new object agree on what serves it
            return self._kept.setdefault(id(exchange), kept).attachment
        self._kept[id(exchange)] = kept
        return kept.attachment

    def release(self, exchange: Any) -> None:
        """Leave the exchange object to ccxt for as long as an installation is in force."""
        if self.makers:
            self._kept[id(exchange)] = self._new(exchange, None, _option(exchange), None)

    def renew(self) -> None:
        """Let every exchange object have the account that the installation in force says."""
        for exchange in self._served():
            try:
                self.attachment(exchange)
            except PluginError:
                continue  # its own next call tells

    def clear(self) -> None:
        """Forget everything."""
        self.makers = ()
        for exchange in self._served():
            restore_account(exchange)
        self._kept.clear()

    def _served(self) -> list[Any]:
        """Those that are not attached by the user."""
        found = [kept.there() for kept in [*self._kept.values()]]
        return [each for each in found if each is not None and STATE not in vars(each)]

    def _known(self, exchange: Any) -> _Entry | None:
        kept = self._kept.get(id(exchange))
        return kept if kept is not None and kept.there() is exchange else None

    def _new(
        self,
        exchange: Any,
        maker: StateFactory | None,
        own: tuple[str, Any],
        attachment: ExchangeState | None,
    ) -> _Entry:
        key = id(exchange)
        there = weakref.ref(exchange, lambda _: self._kept.pop(key, None))
        return _Entry(maker=maker, said=own, attachment=attachment, there=there)


def _option(exchange: Any) -> tuple[str, Any]:
    own = raw_option(exchange)
    return exchange.id, dict(own) if isinstance(own, Mapping) else own


INSTANCES = Instances()
"""The one of this process."""
