"""Hangs the adapter on an exchange object, in its colour."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
import os
import time
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs
from ccxt.base.exchange import BaseExchange

from adapter.contract.messages import ACCOUNTS, Route
from adapter.contract.venue import Errors, Order
from adapter.core.events import Event
from adapter.core.routing import ActiveEndpoint, describe_route, match_route
from adapter.core.single_flight import SingleFlight
from adapter.engine.runners import run_cancel, run_cancel_async
from adapter.engine.state import STATE, ExchangeState
from adapter.engine.user_code import describe_overrides
from adapter.integration.account import find_contradiction, restore_account, write_account
from adapter.integration.instances import INSTANCES
from adapter.integration.introspection import (
    METHOD,
    SPELLINGS,
    is_adapters,
    is_ccxt_class,
    is_replaced,
    overriding_code,
    with_reason,
)
from adapter.integration.options import ExchangeOptions, plugins_file
from adapter.integration.patching import patch_unserved, unpatch
from adapter.integration.unserved import UNSERVED, unserved_reason, warn_once
from adapter.registry.config import load
from adapter.registry.discovery import active_endpoints, checked

log = logging.getLogger("adapter")

Exchange = TypeVar("Exchange")


def attach(
    exchange: Exchange,
    *,
    account: str | None = None,
    plugins: str | os.PathLike[str] | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Exchange:
    """Make ``cancel_order`` and ``cancelOrder`` of a ccxt exchange true; returns the same object.

    ``exchange`` is a sync, async or pro exchange. Of one that no plugin serves, ccxt's own method
    takes every call, without the params that are the adapter's own; a warning says so once.
    ``account`` is ``"classic"`` or ``"portfolio-margin"``: the account of the whole object, ccxt's
    other methods included. It is written to ``exchange.options`` until `detach`.
    ``plugins`` is the path of your own plugins.toml, else ``ADAPTER_PLUGINS`` is used.
    ``on_event`` is called with every `Event` of every call. Attaching again keeps what is not given
    again. ``exchange.options["adapter"]`` may hold account, plugins and policy as well; the
    arguments here go before its account and plugins.

    Raises ``TypeError`` for anything but an exchange object, ``ValueError`` for another account and
    for one that the options contradict or no plugin heeds, and `PluginError` for a broken plugin or
    plugins.toml.
    """
    _check(exchange, account, on_event)
    if not issubclass(type(exchange), BaseExchange):
        return exchange  # a mock with ccxt's class as its spec
    before = _state_of(exchange)
    if before is not None and plugins is None:
        _set_account(exchange, before, before.endpoints, account)
        before.on_event = on_event or before.on_event
        return exchange
    file = plugins if plugins is not None else plugins_file(exchange)
    found = active_endpoints(_id(exchange), checked(load(file)))
    if not found:
        return _attach_unserved(exchange, account)
    own = ExchangeOptions.read(exchange) or ExchangeOptions()
    state = make_state(
        exchange,
        own.apply_to(found),
        account=before.account if before else None,
        on_event=on_event or (before.on_event if before else None),
    )
    _set_account(exchange, state, found, account or (None if before else own.account))
    UNSERVED.discard(exchange)
    _bind(exchange, state)
    if before is None:
        log_warnings(exchange, found)
        _warn_of_replaced(exchange)
        _warn_of_subclass(exchange)
    return exchange


def _attach_unserved(exchange: Exchange, account: str | None) -> Exchange:
    if account is not None:
        raise ValueError(
            f"{unserved_reason(exchange)}: leave out account, which nothing would heed"
        )
    UNSERVED.add(detach(exchange))
    patch_unserved(type(exchange))
    warn_once(exchange)
    return exchange


def _set_account(
    exchange: Any, state: ExchangeState, found: tuple[ActiveEndpoint, ...], account: str | None
) -> None:
    """Make it the account of the whole object. Raises ``ValueError`` where its options differ."""
    if account is None:
        return
    if fault := find_contradiction(exchange, found, account):
        raise ValueError(fault)
    write_account(exchange, found, account)
    state.account = account


def make_state(exchange: Any, found: tuple[ActiveEndpoint, ...], **rest: Any) -> ExchangeState:
    """What serves the exchange object by these choices."""
    transport = _transport(exchange)
    return ExchangeState(
        endpoints=found,
        error_classes=error_classes(exchange, found),
        send=transport.send,
        connect=transport.connect,
        sleep=_sleep(exchange),
        **rest,
    )


def error_classes(exchange: Any, found: tuple[ActiveEndpoint, ...]) -> dict[str, Errors]:
    """What each plugin's codes mean on this exchange object."""
    return {active.plugin: active.endpoint.venue.error_classes(exchange) for active in found}


def detach(exchange: Exchange) -> Exchange:
    """Give ccxt's own methods back; returns the same object. Harmless where nothing is attached.

    Under `adapter.install` too, and until `attach`: ccxt's own methods take this object's calls.
    """
    INSTANCES.release(exchange)
    state: ExchangeState | None = vars(exchange).get(STATE)
    if state is not None:
        unbind(exchange)
        delattr(exchange, STATE)
    restore_account(exchange)
    if exchange in UNSERVED:
        UNSERVED.discard(exchange)
        if not INSTANCES.installations:
            unpatch()
    return exchange


def explain(exchange: Any, symbol: str, params: Mapping[str, Any] | None = None) -> Route:
    """The `Route` that a cancel with this symbol and these params would take.

    No network, no signature, no markets loaded. Raises what the call itself would raise for a
    symbol that cannot be one, and ``ccxt.NotSupported`` where the exchange object has no host.
    """
    state: ExchangeState | None = vars(exchange).get(STATE) or INSTANCES.state_of(exchange)
    if state is None and exchange in UNSERVED:
        return Route(reason=unserved_reason(exchange))
    if state is None:
        return Route(reason="nothing is attached to this exchange object, or no plugin serves it")
    chosen = match_route(exchange, symbol, params or {}, state.endpoints, state.account)
    found = describe_route(exchange, chosen)
    if chosen.active is not None:
        endpoint = chosen.active.endpoint
        names = state.user_code.overrides(exchange, endpoint)
        found = with_reason(found, describe_overrides(names, endpoint))
    left = _foreign_spellings(exchange)
    return with_reason(found, overriding_code(exchange, left)) if left else found


def _warn_of_replaced(exchange: Any) -> None:
    if own := _foreign_spellings(exchange):
        log.warning(
            "%s: %s of this exchange object or its class was replaced before attach(): what stands"
            " there stays, and the adapter takes no such call",
            exchange.id,
            " and ".join(own),
        )


def _warn_of_subclass(exchange: Any) -> None:
    """The adapter on an object stands before what its class has; install() stands behind it."""
    first = next(c for c in type(exchange).__mro__ if METHOD in vars(c))
    if not is_ccxt_class(first) and not is_adapters(vars(first)[METHOD]):
        log.warning(
            "%s: attach() goes past the cancel_order of %s; adapter.install() keeps it in force",
            exchange.id,
            first.__qualname__,
        )


def log_warnings(exchange: Any, found: tuple[ActiveEndpoint, ...]) -> None:
    """Tell what is likely to be a mistake in how the exchange object was made."""
    for venue in dict.fromkeys(active.endpoint.venue for active in found):
        for what in venue.attach_warnings(exchange):
            log.warning("%s: %s", exchange.id, what)


def _check(exchange: Any, account: str | None, on_event: object) -> None:
    if not isinstance(exchange, BaseExchange):
        got = exchange.__name__ if isinstance(exchange, type) else type(exchange).__name__
        raise TypeError(f"attach() wants an exchange object such as ccxt.binance(); got {got}")
    check_arguments(account, on_event)


def check_arguments(account: str | None, on_event: object) -> None:
    """Raise ``ValueError`` or ``TypeError`` for what cannot be right."""
    if account not in (None, *ACCOUNTS):
        raise ValueError(f"account is one of {', '.join(ACCOUNTS)}; got {account!r}")
    if inspect.iscoroutinefunction(on_event):
        raise TypeError("on_event is called and not awaited: give a plain function")


def _id(exchange: Any) -> str:
    return str(exchange.id)


def unbind(exchange: Any) -> None:
    """Take our methods off the object, whose class has them: a subclass may stand before it."""
    for spelling in SPELLINGS:
        if _is_bound_by_us(vars(exchange).get(spelling)):
            delattr(exchange, spelling)


def _bound_methods(exchange: Any) -> dict[str, Any]:
    return {name: vars(exchange)[name] for name in SPELLINGS if name in vars(exchange)}


def _foreign_spellings(exchange: Any) -> tuple[str, ...]:
    """The spellings that are not ours on the object."""
    return tuple(name for name in SPELLINGS if not _is_bound_by_us(vars(exchange).get(name)))


def _bind(exchange: Any, state: ExchangeState) -> None:
    function = _sync_cancel_order if exchange.synchronous else _async_cancel_order
    setattr(exchange, STATE, state)
    for spelling in SPELLINGS:
        # what the user has put there stays
        if spelling not in vars(exchange) and not is_replaced(type(exchange), spelling):
            setattr(exchange, spelling, types.MethodType(function, exchange))


def _state_of(exchange: Any) -> ExchangeState | None:
    """What is attached to it. A flat copy has its original's, and is given one of its own."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    others = [
        spelling
        for spelling, method in _bound_methods(exchange).items()
        if _is_bound_by_us(method) and method.__self__ is not exchange
    ]
    if state is not None and others:
        for spelling in others:
            delattr(exchange, spelling)
        state = attrs.evolve(
            state,
            credentials=dict(state.credentials),
            single_flight=SingleFlight(),
        )
        _bind(exchange, state)
    return state


def _transport(exchange: Any) -> Any:
    """Imported when it is wanted: a sync bot need not load aiohttp."""
    colour = "requests" if exchange.synchronous else "aiohttp"
    return importlib.import_module(f"adapter.transports.{colour}").Transport()


def _sleep(exchange: Any) -> Callable[[float], Any]:
    return time.sleep if exchange.synchronous else asyncio.sleep


def _state(exchange: Any) -> ExchangeState:
    state: ExchangeState = vars(exchange)[STATE]
    return state


def _is_bound_by_us(method: Any) -> bool:
    return getattr(method, "__func__", None) in (_sync_cancel_order, _async_cancel_order)


def _class_method(exchange: Any, id: Any, symbol: Any, params: Any) -> Any:
    """Call the method of the object's class."""
    return type(exchange).cancel_order(exchange, id, symbol, params)


def _sync_cancel_order(
    exchange: Any,
    id: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Order:
    """Cancel one order; see `adapter.attach`."""
    return run_cancel(exchange, _state(exchange), _class_method, id, symbol, params)


async def _async_cancel_order(
    exchange: Any,
    id: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Order:
    """Cancel one order; see `adapter.attach`."""
    return await run_cancel_async(exchange, _state(exchange), _class_method, id, symbol, params)
