"""Patches ccxt's classes: their cancel methods, and two hooks in the base class."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

import attrs
from ccxt.base.exchange import BaseExchange

from adapter.core.arguments import OURS
from adapter.engine.runners import perform, perform_async
from adapter.engine.state import STATE, ExchangeState
from adapter.engine.tap import is_within
from adapter.engine.together import run_flow, run_flow_async
from adapter.engine.user_code import is_ccxt_code
from adapter.integration.instances import INSTANCES, UNSERVED
from adapter.integration.methods import METHODS, ONE, Arguments, CancelMethod

CONSTRUCTOR, SUBCLASS = "__init__", "__init_subclass__"

log = logging.getLogger("adapter")

Method = Callable[..., Any]


@attrs.frozen
class _Patch:
    """ccxt's method and the replacement."""

    original: Method
    replacement: Method
    is_inherited: bool = False
    """Whether the class had no such method of its own."""


_patched: dict[type, dict[CancelMethod, _Patch]] = {}
"""By class and method."""

_hooked: dict[str, tuple[Any, Any]] = {}
"""By method name: the base class's method, None where it defines none, and the replacement."""


def is_ccxt_class(cls: type) -> bool:
    """Whether the class is part of ccxt."""
    return cls.__module__.partition(".")[0] == "ccxt"


def defining_class(cls: type) -> type | None:
    """The ccxt class that defines the ``cancel_order`` which ``cls`` inherits or overrides.

    None where that is the base of all exchanges, whose method cancels nothing.
    """
    found = next((c for c in cls.__mro__ if ONE.name in vars(c) and is_ccxt_class(c)), None)
    return None if found is None or found.__module__.endswith(".base.exchange") else found


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
    """Replace the methods of the ccxt class that defines the ``cancel_order`` of this one.

    A method that other code has replaced before is left as it is, with a warning.
    """
    defining = defining_class(cls)
    if defining is None or defining in _patched:
        return
    original = vars(defining)[ONE.name]
    if not is_adapters(original) and not _is_written_in(original, defining):
        _warn_of_replaced(defining, ONE)
        return
    _patched[defining] = {}
    for method in METHODS:
        _patch(defining, method)


def _patch(defining: type, method: CancelMethod) -> None:
    is_inherited = method.name not in vars(defining)
    original = getattr(defining, method.name)
    if is_adapters(original):
        # left by an earlier installation: other code removed it and has restored it since
        _patched[defining][method] = _Patch(original.__wrapped__, original)
        return
    if not is_ccxt_code(original):
        _warn_of_replaced(defining, method)
        return
    replacement = make_method(original, method)
    _patched[defining][method] = _Patch(original, replacement, is_inherited)
    if is_inherited:
        setattr(defining, method.name, replacement)
    _replace(defining, method, original, replacement)


def _warn_of_replaced(defining: type, method: CancelMethod) -> None:
    log.warning(
        "%s.%s.%s was replaced by other code: it is left as it is, and the adapter does not"
        " handle its cancels; call adapter.install() before it is replaced",
        defining.__module__,
        defining.__qualname__,
        method.name,
    )


def patch_unserved(cls: type) -> None:
    """`patch`, for objects that no plugin serves. Without the warning."""
    defining = defining_class(cls)
    if defining is not None and _is_written_in(vars(defining)[ONE.name], defining):
        patch(defining)


def unpatch() -> None:
    """Restore ccxt's method in every class. A later replacement by other code is left.

    A class stays patched while an object of it is attached that no plugin serves.
    """
    for defining, patches in [*_patched.items()]:
        if any(isinstance(exchange, defining) for exchange in UNSERVED):
            continue
        del _patched[defining]
        for method, replaced in patches.items():
            _unpatch(defining, method, replaced)


def _unpatch(defining: type, method: CancelMethod, replaced: _Patch) -> None:
    if replaced.is_inherited and vars(defining).get(method.name) is replaced.replacement:
        delattr(defining, method.name)
    _replace(defining, method, replaced.replacement, replaced.original)


def is_patched_class(cls: type) -> bool:
    """Whether a ``super().cancel_order`` call from this class reaches the adapter."""
    return any(base in _patched for base in cls.__mro__)


def make_method(original: Method, method: CancelMethod) -> Method:
    """The method for a class, sync or async as ``original`` is.

    It calls ``original`` for what no plugin serves.
    """
    is_async = inspect.iscoroutinefunction(original)
    return _async_method(original, method) if is_async else _sync_method(original, method)


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


def _replace(defining: type, method: CancelMethod, old: Method, new: Method) -> None:
    """In the class and its subclasses: ccxt copies the camelCase method into them."""
    for cls in {*subclasses(defining)}:
        for spelling in method.spellings:
            if vars(cls).get(spelling) is old:
                setattr(cls, spelling, new)


def _state_for(exchange: Any) -> ExchangeState | None:
    """The state that `adapter.attach` set, else that of the installation."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    return state if state is not None else INSTANCES.state_of(exchange)


def _for_ccxt(exchange: Any, arguments: Arguments) -> Arguments:
    """Without the adapter's params, which ccxt would send. The caller's dict is unchanged."""
    params = arguments[-1]
    if not isinstance(params, Mapping) or exchange not in UNSERVED:
        return arguments
    if not any(name in params for name in OURS):
        return arguments
    left = {name: value for name, value in params.items() if name not in OURS}
    return *arguments[:-1], left


def _sync_method(original: Method, method: CancelMethod) -> Method:
    @functools.wraps(original)
    def cancel(self: Any, *args: Any, **kwargs: Any) -> Any:
        arguments, state = method.arguments(self, *args, **kwargs), _state_for(self)
        if state is None or is_within(self):
            return original(self, *_for_ccxt(self, arguments))
        flow = method.flow(self, state, *arguments)
        return run_flow(flow, functools.partial(perform, self, state, original))

    return cancel


def _async_method(original: Method, method: CancelMethod) -> Method:
    @functools.wraps(original)
    async def cancel(self: Any, *args: Any, **kwargs: Any) -> Any:
        arguments, state = method.arguments(self, *args, **kwargs), _state_for(self)
        if state is None or is_within(self):
            return await original(self, *_for_ccxt(self, arguments))
        flow = method.flow(self, state, *arguments)
        return await run_flow_async(flow, functools.partial(perform_async, self, state, original))

    return cancel


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
