"""Patches ccxt's classes: their ``cancel_order``, and two hooks in the base class."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

from ccxt.base.exchange import BaseExchange

from adapter.contract.messages import Order
from adapter.core.arguments import OURS
from adapter.engine.runners import run_cancel, run_cancel_async
from adapter.engine.state import STATE, ExchangeState
from adapter.engine.user_code import is_ccxt_code
from adapter.integration.instances import INSTANCES, UNSERVED

METHOD, CAMEL_CASE = SPELLINGS = ("cancel_order", "cancelOrder")
CONSTRUCTOR, SUBCLASS = "__init__", "__init_subclass__"

log = logging.getLogger("adapter")

Method = Callable[..., Any]

_patched: dict[type, tuple[Method, Method]] = {}
"""By class: ccxt's method and the replacement."""

_hooked: dict[str, tuple[Any, Any]] = {}
"""By method name: the base class's method, None where it defines none, and the replacement."""


def is_ccxt_class(cls: type) -> bool:
    """Whether the class is part of ccxt."""
    return cls.__module__.partition(".")[0] == "ccxt"


def defining_class(cls: type) -> type | None:
    """The ccxt class that defines the ``cancel_order`` which ``cls`` inherits or overrides."""
    return next((c for c in cls.__mro__ if METHOD in vars(c) and is_ccxt_class(c)), None)


def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    """The class and all classes derived from it. A class may appear more than once."""
    yield cls
    for derived in cls.__subclasses__():
        yield from subclasses(derived)


def is_replaced(cls: type, spelling: str) -> bool:
    """Whether other code has replaced this method in a ccxt class."""
    defining = next(c for c in cls.__mro__ if spelling in vars(c))
    method = vars(defining)[spelling]
    return is_ccxt_class(defining) and not is_ccxt_code(method) and not is_adapters(method)


def is_adapters(method: Any) -> bool:
    """Whether the method is one that `make_method` returned.

    The module that the code was written in decides: `functools.wraps` copies names.
    """
    code = getattr(method, "__globals__", {})
    return bool(code.get("__name__") == __name__)


def patch(cls: type) -> None:
    """Replace the ``cancel_order`` that this ccxt class defines or inherits.

    A method that other code has replaced before is left as it is, with a warning.
    """
    defining = defining_class(cls)
    if defining is None or defining in _patched:
        return
    original = vars(defining)[METHOD]
    if is_adapters(original):
        # left by an earlier installation: other code removed it and has restored it since
        _patched[defining] = original.__wrapped__, original
        return
    if not _is_written_in(original, defining):
        log.warning(
            "%s.%s.%s was replaced by other code: it is left as it is, and the adapter does not"
            " handle its cancels; call adapter.install() before it is replaced",
            defining.__module__,
            defining.__qualname__,
            METHOD,
        )
        return
    replacement = make_method(original)
    _patched[defining] = original, replacement
    _replace(defining, original, replacement)


def patch_unserved(cls: type) -> None:
    """`patch`, for objects that no plugin serves. Without the warning."""
    defining = defining_class(cls)
    if defining is not None and _is_written_in(vars(defining)[METHOD], defining):
        patch(defining)


def unpatch() -> None:
    """Restore ccxt's method in every class. A later replacement by other code is left.

    A class stays patched while an object of it is attached that no plugin serves.
    """
    for defining, (original, replacement) in [*_patched.items()]:
        if not any(isinstance(exchange, defining) for exchange in UNSERVED):
            del _patched[defining]
            _replace(defining, replacement, original)


def is_patched_class(cls: type) -> bool:
    """Whether a ``super().cancel_order`` call from this class reaches the adapter."""
    return any(base in _patched for base in cls.__mro__)


def make_method(original: Method) -> Method:
    """A ``cancel_order`` for a class, sync or async as ``original`` is.

    It calls ``original`` for what no plugin serves.
    """
    is_async = inspect.iscoroutinefunction(original)
    return _async_method(original) if is_async else _sync_method(original)


def add_hooks(
    on_constructed: Callable[[Any], object], on_subclass: Callable[[type], object]
) -> None:
    """Hook the base class of ccxt's exchanges, sync and async, until `remove_hooks`.

    ``on_constructed`` is called with every exchange object, after the base constructor.
    ``on_subclass`` is called with every new class of exchanges.
    """
    if _hooked:
        return
    _hook(CONSTRUCTOR, _constructor(vars(BaseExchange)[CONSTRUCTOR], on_constructed))
    _hook(SUBCLASS, _init_subclass(inspect.getattr_static(BaseExchange, SUBCLASS), on_subclass))


def remove_hooks() -> None:
    """Restore the methods of the base class. A later replacement by other code is left."""
    while _hooked:
        name, (original, replacement) = _hooked.popitem()
        if vars(BaseExchange).get(name) is replacement:
            delattr(BaseExchange, name)
            if original is not None:
                setattr(BaseExchange, name, original)


def _is_written_in(method: object, cls: type) -> bool:
    """Whether the code was written in the module of the class.

    `functools.wraps` cannot copy that.
    """
    return isinstance(method, FunctionType) and method.__globals__.get("__name__") == cls.__module__


def _replace(defining: type, old: Method, new: Method) -> None:
    """In the class and its subclasses: ccxt copies the camelCase method into them."""
    for cls in {*subclasses(defining)}:
        for spelling in SPELLINGS:
            if vars(cls).get(spelling) is old:
                setattr(cls, spelling, new)


def _state_for(exchange: Any) -> ExchangeState | None:
    """The state that `adapter.attach` set, else that of the installation."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    return state if state is not None else INSTANCES.state_of(exchange)


def _params_for_ccxt(exchange: Any, params: Any) -> Any:
    """The params without the adapter's, which ccxt would send. The caller's dict is unchanged."""
    if not isinstance(params, Mapping) or exchange not in UNSERVED:
        return params
    if not any(name in params for name in OURS):
        return params
    return {name: value for name, value in params.items() if name not in OURS}


def _sync_method(original: Method) -> Method:
    @functools.wraps(original)
    def cancel_order(
        self: Any,
        id: Any,
        symbol: Any = None,
        params: Any = {},  # noqa: B006  # as in ccxt
    ) -> Order:
        state = _state_for(self)
        if state is None:
            order: Order = original(self, id, symbol, _params_for_ccxt(self, params))
            return order
        return run_cancel(self, state, original, id, symbol, params)

    return cancel_order


def _async_method(original: Method) -> Method:
    @functools.wraps(original)
    async def cancel_order(
        self: Any,
        id: Any,
        symbol: Any = None,
        params: Any = {},  # noqa: B006  # as in ccxt
    ) -> Order:
        state = _state_for(self)
        if state is None:
            order: Order = await original(self, id, symbol, _params_for_ccxt(self, params))
            return order
        return await run_cancel_async(self, state, original, id, symbol, params)

    return cancel_order


def _hook(name: str, replacement: Any) -> None:
    _hooked[name] = vars(BaseExchange).get(name), replacement
    setattr(BaseExchange, name, replacement)


def _constructor(original: Callable[..., None], on_constructed: Callable[[Any], object]) -> Any:
    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  # a method
        original(self, *args, **kwargs)
        on_constructed(self)

    return __init__


def _init_subclass(original: Any, on_subclass: Callable[[type], object]) -> Any:
    def __init_subclass__(cls: type, /, **kwargs: Any) -> None:  # noqa: N807  # a method
        original.__get__(None, cls)(**kwargs)
        on_subclass(cls)

    return classmethod(__init_subclass__)
