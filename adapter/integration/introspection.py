"""Which class of an exchange's family has its ``cancel_order``: ccxt's own, or the user's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from adapter.contract.messages import Route
from adapter.engine.user_code import is_ccxt_code

METHOD, SECOND = SPELLINGS = ("cancel_order", "cancelOrder")


def is_ccxt_class(cls: type) -> bool:
    """Whether ccxt brought the class."""
    return cls.__module__.partition(".")[0] == "ccxt"


def defining_class(cls: type) -> type | None:
    """The class of ccxt's whose ``cancel_order`` this class has or overrides."""
    return next((c for c in cls.__mro__ if METHOD in vars(c) and is_ccxt_class(c)), None)


def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    """The class and all that are derived from it, some of them perhaps twice."""
    yield cls
    for derived in cls.__subclasses__():
        yield from subclasses(derived)


def is_replaced(cls: type, spelling: str) -> bool:
    """Whether somebody has put a method in the place of ccxt's own, in a class of ccxt's."""
    place = next(c for c in cls.__mro__ if spelling in vars(c))
    method = vars(place)[spelling]
    return is_ccxt_class(place) and not is_ccxt_code(method) and not is_adapters(method)


def is_adapters(method: Any) -> bool:
    """Whether the adapter stands there, by where the code was written: names can be copied."""
    code = getattr(method, "__globals__", {})
    return bool(code.get("__name__") == "adapter.integration.patching")


def with_reason(route: Route, remark: str | None) -> Route:
    """The route, with what may surprise about it."""
    return attrs.evolve(route, reason="; ".join(filter(None, (route.reason, remark))) or None)


def overriding_code(exchange: Any, left: tuple[str, ...]) -> str | None:
    """Whose code takes the call before the adapter; ``left`` is what is not ours on the object."""
    own = [name for name in left if name in vars(exchange)]
    first = next(c for c in type(exchange).__mro__ if METHOD in vars(c))
    if own:
        whose = f"this exchange object has a {own[0]}"
    elif not is_adapters(vars(first)[METHOD]):
        whose = f"the class {first.__qualname__} has a {METHOD}"
    else:
        return None
    return f"{whose} of its own, and the adapter takes what that hands on"
