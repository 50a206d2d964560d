"""Attaches the adapter to one exchange object, sync or async."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import types
from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from ccxt.base.exchange import BaseExchange

from adapter.contract.messages import ACCOUNTS
from adapter.core.events import Event
from adapter.core.routing import ActiveEndpoint
from adapter.core.single_flight import SingleFlight
from adapter.engine.runners import perform, perform_async
from adapter.engine.state import STATE, ExchangeState
from adapter.engine.tap import is_within
from adapter.engine.together import run_flow, run_flow_async
from adapter.integration.account import find_contradiction, restore_account, write_account
from adapter.integration.instances import INSTANCES, UNSERVED, configure
from adapter.integration.methods import METHODS, ONE, SPELLINGS, CancelMethod
from adapter.integration.options import ExchangeOptions, plugins_file
from adapter.integration.patching import (
    is_adapters,
    is_ccxt_class,
    is_replaced,
    patch_unserved,
    unpatch,
)
from adapter.registry.config import load
from adapter.registry.discovery import active_endpoints, checked

log = logging.getLogger("adapter")

Exchange = TypeVar("Exchange")

_warned: set[str] = set()
"""The ids of the exchanges for which a warning was logged that no plugin serves them."""


def attach(
    exchange: Exchange,
    *,
    account: str | None = None,
    plugins: str | os.PathLike[str] | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Exchange:
    """Make ``cancel_order`` and ``cancelOrder`` of a ccxt exchange true; returns the same object.

    ``cancel_orders`` and ``cancel_all_orders`` as well, in both spellings.

    ``exchange`` is a sync, async or pro exchange. Where no plugin serves it, ccxt's method handles
    every call, without the params that only the adapter knows, and a warning is logged once.

    ``account`` is ``"classic"`` or ``"portfolio-margin"``: the account of the whole object, for
    ccxt's other methods too. It is written to ``exchange.options`` until `detach`.

    ``plugins`` is the path of your plugins.toml; the default is ``ADAPTER_PLUGINS``.

    ``on_event`` is called with every `Event` of every call.

    A second call keeps the values of arguments that it does not give.
    ``exchange.options["adapter"]`` can have account, plugins and policy as well; the arguments here
    override its account and plugins.

    Raises ``TypeError`` for anything but an exchange object. Raises ``ValueError`` for an unknown
    account, one that the options contradict, and one that no plugin uses. Raises `PluginError` for
    a broken plugin or plugins.toml.
    """
    check_exchange(exchange, "attach")
    check_arguments(account, on_event)
    if not issubclass(type(exchange), BaseExchange):
        return exchange  # a mock with ccxt's class as its spec
    current = _state_of(exchange)
    if current is not None and plugins is None:
        _write_account(exchange, current.config.endpoints, account)
        current.config.account = account or current.config.account
        current.config.on_event = on_event or current.config.on_event
        return exchange
    file = plugins if plugins is not None else plugins_file(exchange)
    endpoints = active_endpoints(_id(exchange), checked(load(file)))
    if not endpoints:
        return _attach_unserved(exchange, account)
    options = ExchangeOptions.read(exchange) or ExchangeOptions()
    _write_account(exchange, endpoints, account or (None if current else options.account))
    state = configure(
        exchange,
        current,
        options.apply_to(endpoints),
        account=account or (current.config.account if current else options.account),
        on_event=on_event or (current.config.on_event if current else None),
    )
    UNSERVED.discard(exchange)
    _bind(exchange, state)
    if current is None:
        log_warnings(exchange, endpoints)
        _warn_of_replaced(exchange)
        _warn_of_subclass(exchange)
    return exchange


def detach(exchange: Exchange) -> Exchange:
    """Restore ccxt's methods; returns the same object. Without effect where nothing is attached.

    It overrides `adapter.install`: ccxt handles this object's cancels until the next `attach`.
    Raises ``TypeError`` for anything but an exchange object.
    """
    check_exchange(exchange, "detach")
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


def unbind(exchange: Any) -> None:
    """Remove the adapter's methods from the object, where its class has them instead.

    A subclass can then override them.
    """
    for spelling in SPELLINGS:
        if _is_bound_by_adapter(vars(exchange).get(spelling)):
            delattr(exchange, spelling)


def foreign_spellings(exchange: Any, method: CancelMethod = ONE) -> tuple[str, ...]:
    """Which of the two, as ``cancel_order`` and ``cancelOrder``, the adapter has not set."""
    here = vars(exchange)
    return tuple(name for name in method.spellings if not _is_bound_by_adapter(here.get(name)))


def unserved_reason(exchange: Any) -> str:
    """Why ccxt's method handles every call, as a message."""
    return f"no plugin in use serves {exchange.id}; ccxt's cancel_order handles every call"


def log_warnings(exchange: Any, endpoints: tuple[ActiveEndpoint, ...]) -> None:
    """Log what is probably a mistake in the constructor's arguments of the exchange object."""
    for venue in dict.fromkeys(active.endpoint.venue for active in endpoints):
        for warning in venue.attach_warnings(exchange):
            log.warning("%s: %s", exchange.id, warning)


def check_arguments(account: str | None, on_event: object) -> None:
    """Raise ``ValueError`` for an unknown account, ``TypeError`` for an unusable ``on_event``."""
    if account not in (None, *ACCOUNTS):
        raise ValueError(f"account must be one of {', '.join(ACCOUNTS)}; got {account!r}")
    if inspect.iscoroutinefunction(on_event) or not (on_event is None or callable(on_event)):
        raise TypeError("on_event must be a plain function: it is called and not awaited")


def check_exchange(exchange: Any, name: str) -> None:
    """Raise ``TypeError`` for anything but an exchange object. ``name`` is that of the function."""
    if not isinstance(exchange, BaseExchange):
        is_class = isinstance(exchange, type)
        got = f"the class {exchange.__name__}" if is_class else type(exchange).__name__
        raise TypeError(
            f"{name}(): exchange must be an exchange object such as ccxt.binance(); got {got}"
        )


def _attach_unserved(exchange: Exchange, account: str | None) -> Exchange:
    if account is not None:
        raise ValueError(f"{unserved_reason(exchange)}: leave out account, which has no effect")
    UNSERVED.add(detach(exchange))
    patch_unserved(type(exchange))
    exchange_id = _id(exchange)
    if exchange_id not in _warned:
        _warned.add(exchange_id)
        log.warning("%s", unserved_reason(exchange))
    return exchange


def _write_account(
    exchange: Any, endpoints: tuple[ActiveEndpoint, ...], account: str | None
) -> None:
    """Set the account of the whole object. Raises ``ValueError`` where its options differ."""
    if account is None:
        return
    if not any(account in active.endpoint.accounts for active in endpoints):
        raise ValueError(f"{_id(exchange)}: no plugin in use has the account {account!r}")
    if fault := find_contradiction(exchange, endpoints, account):
        raise ValueError(fault)
    write_account(exchange, endpoints, account)


def _warn_of_replaced(exchange: Any) -> None:
    if names := [name for each in METHODS for name in foreign_spellings(exchange, each)]:
        log.warning(
            "%s: %s of this exchange object or its class was replaced before attach(): the"
            " replacement is left as it is, and the adapter does not handle its calls",
            exchange.id,
            " and ".join(names),
        )


def _warn_of_subclass(exchange: Any) -> None:
    """An attached method hides a subclass's override; `adapter.install` does not."""
    for method in METHODS:
        defining = next(c for c in type(exchange).__mro__ if method.name in vars(c))
        if not is_ccxt_class(defining) and not is_adapters(vars(defining)[method.name]):
            log.warning(
                "%s: attach() hides the %s of %s; call adapter.install() to keep it in use",
                exchange.id,
                method.name,
                defining.__qualname__,
            )


def _id(exchange: Any) -> str:
    return str(exchange.id)


def _bind(exchange: Any, state: ExchangeState) -> None:
    setattr(exchange, STATE, state)
    for method in METHODS:
        function = _BOUND[method, bool(exchange.synchronous)]
        for spelling in method.spellings:
            # the user's replacement is left
            if spelling not in vars(exchange) and not is_replaced(type(exchange), spelling):
                setattr(exchange, spelling, types.MethodType(function, exchange))


def _state_of(exchange: Any) -> ExchangeState | None:
    """The attached state. A shallow copy shares its original's, and gets a state for itself."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    shared = [
        name
        for name in SPELLINGS
        if _is_bound_by_adapter(method := vars(exchange).get(name))
        and method.__self__ is not exchange
    ]
    if state is not None and shared:
        for name in shared:
            delattr(exchange, name)
        state = attrs.evolve(
            state,
            config=attrs.evolve(state.config),
            credentials=dict(state.credentials),
            single_flight=SingleFlight(),
        )
        _bind(exchange, state)
    return state


def _is_bound_by_adapter(method: Any) -> bool:
    return getattr(method, "__func__", None) in _BOUND_FUNCTIONS


def _bound(method: CancelMethod, *, synchronous: bool) -> Callable[..., Any]:
    """The method as an attached object has it; its class has ccxt's, or that of `install`."""

    def original(exchange: Any, *arguments: Any) -> Any:
        return getattr(type(exchange), method.name)(exchange, *arguments)

    @functools.wraps(method.arguments)
    def cancel(exchange: Any, *args: Any, **kwargs: Any) -> Any:
        arguments = method.arguments(exchange, *args, **kwargs)
        if is_within(exchange):
            return original(exchange, *arguments)
        state = vars(exchange)[STATE]
        flow = method.flow(exchange, state, *arguments)
        return run_flow(flow, functools.partial(perform, exchange, state, original))

    @functools.wraps(method.arguments)
    async def cancel_async(exchange: Any, *args: Any, **kwargs: Any) -> Any:
        arguments = method.arguments(exchange, *args, **kwargs)
        if is_within(exchange):
            return await original(exchange, *arguments)
        state = vars(exchange)[STATE]
        flow = method.flow(exchange, state, *arguments)
        return await run_flow_async(
            flow, functools.partial(perform_async, exchange, state, original)
        )

    return cancel if synchronous else cancel_async


_BOUND = {
    (method, synchronous): _bound(method, synchronous=synchronous)
    for method in METHODS
    for synchronous in (True, False)
}
"""What is set on an object, by whether that is sync."""
_BOUND_FUNCTIONS = frozenset(_BOUND.values())
