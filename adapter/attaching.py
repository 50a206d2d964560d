"""Hangs the adapter on an exchange object: the one place where sync and async part."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import importlib
import inspect
import logging
import os
import time
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import ccxt
from ccxt.base.exchange import BaseExchange

from adapter.attachment import Attachment
from adapter.call import ACCOUNTS, Route, Wait
from adapter.product import Order
from adapter.registry import choices, settled
from adapter.routing import Choice, route, way
from adapter.sending import Send
from adapter.settings import load
from adapter.steps import LoadMarkets, Native, Step, steps
from adapter.trail import Event
from adapter.under_way import Join

log = logging.getLogger("adapter")

Exchange = TypeVar("Exchange")

SPELLINGS = ("cancel_order", "cancelOrder")
STATE = "_adapter"


def attach(
    exchange: Exchange,
    *,
    account: str | None = None,
    plugins: str | os.PathLike[str] | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Exchange:
    """Make ``cancel_order`` and ``cancelOrder`` of a ccxt exchange true; returns the same object.

    ``exchange`` is a sync, async or pro exchange; one that no plugin serves is left as it is.
    ``account`` is ``"classic"`` or ``"portfolio-margin"``, for calls and options that state none.
    ``plugins`` is the path of your own plugins.toml, else ``ADAPTER_PLUGINS`` is used.
    ``on_event`` is called with every `Event` of every call. Attaching again keeps what is not given
    again.

    Raises ``TypeError`` for anything but an exchange object, ``ValueError`` for another account and
    `PluginError` for a broken plugin or plugins.toml.
    """
    _check(exchange, account, on_event)
    before: Attachment | None = vars(exchange).get(STATE)
    if before is not None and plugins is None:
        before.account = account or before.account
        before.hook = on_event or before.hook
        return exchange
    found = choices(_id(exchange), settled(load(plugins)))
    if not found:
        return detach(exchange)
    transport = _transport(exchange)
    state = Attachment(
        choices=found,
        account=account or (before.account if before else None),
        errors={choice.plugin: choice.product.venue.errors(exchange) for choice in found},
        send=transport.send,
        connect=transport.connect,
        sleep=_sleep(exchange),
        hook=on_event or (before.hook if before else None),
        replaced=before.replaced if before else _own_methods(exchange),
    )
    _hang(exchange, state)
    if before is None:
        _warn(exchange, found)
    return exchange


def detach(exchange: Exchange) -> Exchange:
    """Give ccxt's own methods back; returns the same object. Harmless where nothing is attached."""
    state: Attachment | None = vars(exchange).get(STATE)
    if state is not None:
        for spelling in SPELLINGS:
            if _is_ours(vars(exchange).get(spelling)):
                delattr(exchange, spelling)
                vars(exchange).update({k: v for k, v in state.replaced.items() if k == spelling})
        delattr(exchange, STATE)
    return exchange


def explain(exchange: Any, symbol: str, params: Mapping[str, Any] | None = None) -> Route:
    """The `Route` that a cancel with this symbol and these params would take.

    No network, no signature, no markets loaded. Raises what the call itself would raise for a
    symbol that cannot be one, and ``ccxt.NotSupported`` where the exchange object has no host.
    """
    state: Attachment | None = vars(exchange).get(STATE)
    if state is None:
        return Route(reason="nothing is attached to this exchange object, or no plugin serves it")
    return route(exchange, way(exchange, symbol, params or {}, state.choices, state.account))


def _warn(exchange: Any, found: tuple[Choice, ...]) -> None:
    for venue in dict.fromkeys(choice.product.venue for choice in found):
        for remark in venue.remarks(exchange):
            log.warning("%s: %s", exchange.id, remark)


def _check(exchange: Any, account: str | None, on_event: object) -> None:
    if not isinstance(exchange, BaseExchange):
        got = exchange.__name__ if isinstance(exchange, type) else type(exchange).__name__
        raise TypeError(f"attach() wants an exchange object such as ccxt.binance(); got {got}")
    if account not in (None, *ACCOUNTS):
        raise ValueError(f"account is one of {', '.join(ACCOUNTS)}; got {account!r}")
    if inspect.iscoroutinefunction(on_event):
        raise TypeError("on_event is called and not awaited: give a plain function")


def _id(exchange: Any) -> str:
    return str(exchange.id)


def _own_methods(exchange: Any) -> dict[str, Any]:
    return {name: vars(exchange)[name] for name in SPELLINGS if name in vars(exchange)}


def _hang(exchange: Any, state: Attachment) -> None:
    function = _sync_cancel_order if exchange.synchronous else _async_cancel_order
    attached = STATE in vars(exchange)
    setattr(exchange, STATE, state)
    for spelling in SPELLINGS:
        # what the user has hung over ours since then stays where it is
        if not attached or spelling not in vars(exchange):
            setattr(exchange, spelling, types.MethodType(function, exchange))


def _transport(exchange: Any) -> Any:
    """Imported when it is wanted: a sync bot need not load aiohttp."""
    colour = "requests" if exchange.synchronous else "aiohttp"
    return importlib.import_module(f"adapter.transports.{colour}").Transport()


def _sleep(exchange: Any) -> Callable[[float], Any]:
    return time.sleep if exchange.synchronous else asyncio.sleep


def _state(exchange: Any) -> Attachment:
    state: Attachment = vars(exchange)[STATE]
    return state


def _is_ours(method: Any) -> bool:
    return getattr(method, "__func__", None) in (_sync_cancel_order, _async_cancel_order)


def _ccxts_own(exchange: Any, state: Attachment) -> Any:
    """The method as it was before, bound."""
    own = state.replaced.get("cancel_order")
    return own or type(exchange).cancel_order.__get__(exchange)


def _sync_cancel_order(
    exchange: Any,
    id: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Order:
    """Cancel one order; see `adapter.attach`."""
    state = _state(exchange)
    done: Any = None
    with contextlib.closing(steps(exchange, state, id, symbol, params)) as walk:
        try:
            while True:
                done = _take(exchange, state, walk.send(done))
        except StopIteration as end:
            order: Order = end.value
            return order


async def _async_cancel_order(
    exchange: Any,
    id: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Order:
    """Cancel one order; see `adapter.attach`."""
    state = _state(exchange)
    done: Any = None
    with contextlib.closing(steps(exchange, state, id, symbol, params)) as walk:
        try:
            while True:
                done = await _take_async(exchange, state, walk.send(done))
        except StopIteration as end:
            order: Order = end.value
            return order


def _take(exchange: Any, state: Attachment, step: Step) -> Any:
    match step:
        case Send(signed, timeout, short):
            return state.send(exchange, signed, timeout, short=short)
        case Wait(seconds):
            return state.sleep(seconds)
        case Join(outcome, timeout):
            done, _ = concurrent.futures.wait([outcome], timeout)
            return outcome.result() if done else None
        case Native(id, symbol, params):
            return _ccxts_own(exchange, state)(id, symbol, params)
        case LoadMarkets():
            try:
                return exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return exchange.throttle(step.weight)


async def _take_async(exchange: Any, state: Attachment, step: Step) -> Any:
    match step:
        case Send(signed, timeout, short):
            return await state.send(exchange, signed, timeout, short=short)
        case Wait(seconds):
            return await state.sleep(seconds)
        case Join(outcome, timeout):
            done, _ = await asyncio.wait([asyncio.wrap_future(outcome)], timeout=timeout)
            return outcome.result() if done else None
        case Native(id, symbol, params):
            return await _ccxts_own(exchange, state)(id, symbol, params)
        case LoadMarkets():
            try:
                return await exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return await exchange.throttle(step.weight)
