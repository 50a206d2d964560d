"""ccxt's constructor, without what the one before it has done.

Each constructor sets every method of its class a second time, under its camelCase name. That is
1,500 names and 3 ms, and the same result, unless a class has been patched in between.
"""

from __future__ import annotations

import types
from typing import Any

import attrs
import ccxt

Contents = tuple[dict[str, Any], ...]
"""What a class and each of its bases contain."""


@attrs.define
class Names:
    """Takes the place of ``dir`` in ccxt's constructor: it leaves out what has none to set."""

    known: dict[type, tuple[Contents, tuple[str, ...]]] = attrs.field(factory=dict)

    def __call__(self, exchange: Any) -> list[str]:
        cls = type(exchange)
        if not cls.__module__.startswith("ccxt."):
            return dir(exchange)
        contents, names = self.known.get(cls, ((), ()))
        if not _are(cls, contents):
            names = tuple(name for name in dir(cls) if "_" in name and not _is_set(cls, name))
            self.known[cls] = tuple(dict(vars(each)) for each in cls.__mro__), names
        return sorted({*names, *vars(exchange)})


def _are(cls: type, contents: Contents) -> bool:
    return len(cls.__mro__) == len(contents) and all(
        vars(each) == then for each, then in zip(cls.__mro__, contents, strict=True)
    )


def _is_set(cls: type, name: str) -> bool:
    """Whether it is a function whose camelCase name is the same function already."""
    camel_case = ccxt.Exchange._camelcase_cache.get(name)
    function = getattr(cls, name, None)
    return isinstance(function, types.FunctionType) and vars(cls).get(camel_case) is function
