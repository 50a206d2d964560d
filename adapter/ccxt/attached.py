"""Replacements of ccxt's exchange classes, whose objects have the adapter attached."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ccxt.base.exchange import BaseExchange

from adapter.integration.attach import attach, unbind
from adapter.integration.methods import METHODS
from adapter.integration.options import raw_option
from adapter.integration.patching import make_method
from adapter.registry.config import load
from adapter.registry.discovery import active_endpoints, checked


def attached(module: ModuleType) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a module that replaces ``module``."""

    def getter(name: str) -> Any:
        if name in ("async_support", "pro"):
            return importlib.import_module(f"adapter.ccxt.{name}")
        value = getattr(module, name)
        is_exchange = isinstance(value, type) and issubclass(value, BaseExchange)
        return _attached_class(value) if is_exchange else value

    return getter, lambda: dir(module)


@functools.cache
def _attached_class(exchange_class: type[Any]) -> type[Any]:
    """The class itself where no plugin serves it, else a subclass with the same name."""
    if not active_endpoints(exchange_class.__name__, checked(load())):
        return exchange_class

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  # a method
        exchange_class.__init__(self, *args, **kwargs)
        if raw_option(self) is not False:
            unbind(attach(self))

    body: dict[str, Any] = {
        "__init__": __init__,
        "__doc__": exchange_class.__doc__,
        # where pickle looks it up: adapter.ccxt for a class of ccxt, and so on
        "__module__": f"adapter.{exchange_class.__module__.rpartition('.')[0]}",
    }
    for method in METHODS:
        body[method.name] = make_method(getattr(exchange_class, method.name), method)
    return type(exchange_class.__name__, (exchange_class,), body)
