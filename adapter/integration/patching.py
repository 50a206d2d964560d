"""Puts the adapter into ccxt's classes, where a subclass's own ``super()`` call leads to it."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from types import FunctionType
from typing import Any

from adapter.contract.venue import Order
from adapter.engine.runners import run_cancel, run_cancel_async
from adapter.engine.state import STATE, ExchangeState
from adapter.integration.instances import INSTANCES
from adapter.integration.introspection import (
    METHOD,
    SPELLINGS,
    defining_class,
    is_adapters,
    subclasses,
)
from adapter.integration.unserved import UNSERVED, params_for_ccxt

log = logging.getLogger("adapter")

Method = Callable[..., Any]

_patched: dict[type, tuple[Method, Method]] = {}
"""By class: ccxt's own method, and ours in its place."""


def patch(cls: type) -> None:
    """Put ours in the place of the ``cancel_order`` that this class of ccxt's has.

    One that somebody has put there is left, and told of.
    """
    place = defining_class(cls)
    if place is None or place in _patched:
        return
    own = vars(place)[METHOD]
    if is_adapters(own):
        # of an earlier installation, and put back by whoever had taken it away
        _patched[place] = own.__wrapped__, own
        return
    if not _is_ccxts(own, place):
        log.warning(
            "%s.%s.%s is not ccxt's own any more: it stays as it is, and the adapter takes no"
            " cancel there; call adapter.install() before it is replaced",
            place.__module__,
            place.__qualname__,
            METHOD,
        )
        return
    ours = make_method(own)
    _patched[place] = own, ours
    _swap(place, own, ours)


def make_method(own: Method) -> Method:
    """A method for a class, of the same colour, that leads what no plugin takes to ``own``."""
    return _async(own) if inspect.iscoroutinefunction(own) else _sync(own)


def patch_unserved(cls: type) -> None:
    """`patch`, for objects that no plugin serves; what is not ccxt's own is left in silence."""
    place = defining_class(cls)
    if place is not None and _is_ccxts(vars(place)[METHOD], place):
        patch(place)


def unpatch() -> None:
    """Give every class its own method back; what was put over ours since then stays.

    Those classes keep ours of which an object without a plugin is attached.
    """
    for place, (own, ours) in [*_patched.items()]:
        if not any(isinstance(exchange, place) for exchange in UNSERVED):
            del _patched[place]
            _swap(place, ours, own)


def is_patched_class(cls: type) -> bool:
    """Whether a ``super().cancel_order`` from this class leads to us."""
    return any(base in _patched for base in cls.__mro__)


def _is_ccxts(own: object, place: type) -> bool:
    """By the module that the code was written in, which `functools.wraps` cannot copy."""
    return isinstance(own, FunctionType) and own.__globals__.get("__name__") == place.__module__


def _swap(place: type, old: Method, new: Method) -> None:
    """In the class and in those that have copied it: ccxt copies the second spelling so."""
    for cls in {*subclasses(place)}:
        for spelling in SPELLINGS:
            if vars(cls).get(spelling) is old:
                setattr(cls, spelling, new)


def _state_for(exchange: Any) -> ExchangeState | None:
    """What the user has attached to the object, else what serves it as one of all."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    return state if state is not None else INSTANCES.state_of(exchange)


def _sync(own: Method) -> Method:
    @functools.wraps(own)
    def cancel_order(
        self: Any,
        id: Any,
        symbol: Any = None,
        params: Any = {},  # noqa: B006  # as in ccxt
    ) -> Order:
        state = _state_for(self)
        if state is None:
            order: Order = own(self, id, symbol, params_for_ccxt(self, params))
            return order
        return run_cancel(self, state, own, id, symbol, params)

    return cancel_order


def _async(own: Method) -> Method:
    @functools.wraps(own)
    async def cancel_order(
        self: Any,
        id: Any,
        symbol: Any = None,
        params: Any = {},  # noqa: B006  # as in ccxt
    ) -> Order:
        state = _state_for(self)
        if state is None:
            order: Order = await own(self, id, symbol, params_for_ccxt(self, params))
            return order
        return await run_cancel_async(self, state, own, id, symbol, params)

    return cancel_order
