"""Hooks in the base class that all of ccxt's exchanges have, sync and async."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ccxt.base.exchange import BaseExchange

CONSTRUCTOR, SUBCLASS = "__init__", "__init_subclass__"

_originals: dict[str, tuple[Any, Any]] = {}
"""By name: what the class had of its own, and ours in its place."""


def add_hooks(made: Callable[[Any], object], defined: Callable[[type], object]) -> None:
    """From now on call ``made`` with every exchange object whose base constructor has ended.

    And ``defined`` with every class of exchanges that comes into being.
    """
    if _originals:
        return
    _put(CONSTRUCTOR, _constructor(vars(BaseExchange)[CONSTRUCTOR], made))
    _put(SUBCLASS, _subclass(inspect.getattr_static(BaseExchange, SUBCLASS), defined))


def remove_hooks() -> None:
    """Give the base class its own back; what was put over ours since then stays."""
    while _originals:
        name, (own, ours) = _originals.popitem()
        if vars(BaseExchange).get(name) is ours:
            delattr(BaseExchange, name)
            if own is not None:
                setattr(BaseExchange, name, own)


def _put(name: str, ours: Any) -> None:
    _originals[name] = vars(BaseExchange).get(name), ours
    setattr(BaseExchange, name, ours)


def _constructor(own: Callable[..., None], made: Callable[[Any], object]) -> Any:
    @functools.wraps(own)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  # it is one
        own(self, *args, **kwargs)
        made(self)

    return __init__


def _subclass(own: Any, defined: Callable[[type], object]) -> Any:
    def __init_subclass__(cls: type, /, **kwargs: Any) -> None:  # noqa: N807  # it is one
        own.__get__(None, cls)(**kwargs)
        defined(cls)

    return classmethod(__init_subclass__)
