"""Finds the user's own methods between a cancel and the session: overrides, mocks, wrappers."""

from __future__ import annotations

import functools
import re
import sys
from types import FunctionType, MethodType
from typing import Any

import attrs

from adapter.contract.endpoint import CancelEndpoint, Endpoint

ANSWERING = ("fetch", "fetch2", "request")
METHODS = (*ANSWERING, "sign", "handle_errors", "handleErrors", "throttle")
"""What ccxt calls between an implicit method and the session."""


def implicit_names(method: str, api: str, path: str) -> tuple[str, str]:
    """ccxt's names for the implicit method of an endpoint: camelCase, then snake_case."""
    words = [*api.split("/"), method.lower(), *re.findall(r"[A-Za-z0-9]+", path)]
    camel_case = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
    return camel_case, "_".join(words).lower()


def describe_overrides(names: tuple[str, ...], endpoint: Endpoint) -> str | None:
    """What `adapter.explain` says if the user has replaced these methods."""
    if not names or not isinstance(endpoint, CancelEndpoint):
        return None
    name = implicit_names(endpoint.method, endpoint.api, endpoint.path)[0]
    return f"the call goes through your own {', '.join(names)}, by ccxt's {name}"


def is_ccxt_code(method: object) -> bool:
    """Whether ccxt brought the method.

    By the module that the code was written in, which `functools.wraps` cannot copy.
    """
    function = method.__func__ if isinstance(method, MethodType) else method
    if not isinstance(function, FunctionType):
        return False
    return str(function.__globals__.get("__name__")).partition(".")[0] == "ccxt"


Asked = tuple[str, str, str]
"""Method, API and path of a request."""


@attrs.frozen(eq=False)
class _Watched:
    """The methods between a cancel of one endpoint and the session."""

    names: tuple[str, ...]


@functools.cache
def _watched(endpoint: CancelEndpoint, more: tuple[Asked, ...]) -> _Watched:
    requests = [(endpoint.method, endpoint.api, endpoint.path), *more]
    for query in endpoint.queries:
        requests.append((query.method, query.api or endpoint.api, query.path or endpoint.path))
    implicit = (implicit_names(*request) for request in requests)
    return _Watched((*METHODS, *(name for names in implicit for name in names)))


@attrs.frozen
class _ClassMethods:
    """The watched methods of a class as they were, and which of them the user has replaced."""

    methods: tuple[Any, ...]
    overridden: tuple[str, ...]


@attrs.define
class UserCode:
    """Finds the methods that are not ccxt's, and caches the result for each class."""

    cache: dict[_Watched, _ClassMethods] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> UserCode:
        """What is kept is found again."""
        return UserCode()

    def overrides(
        self, exchange: Any, endpoint: Endpoint, more: tuple[Asked, ...] = ()
    ) -> tuple[str, ...]:
        """What the user has replaced between this endpoint's requests and the session.

        ``more`` are requests for several orders. Where ccxt's own methods are called, none is
        passed by.
        """
        if not isinstance(endpoint, CancelEndpoint):
            return ()
        watched, here = _watched(endpoint, more), vars(exchange)
        cls, kept = type(exchange), self.cache.get(watched)
        methods = tuple([getattr(cls, name, None) for name in watched.names])
        if kept is None or kept.methods != methods:  # a class can be patched
            kept = self.cache[watched] = _ClassMethods(methods, _overridden(watched.names, methods))
        if here.keys().isdisjoint(watched.names):
            return kept.overridden
        found = (n for n in watched.names if n in here and not _is_bound(here[n], exchange))
        return tuple(dict.fromkeys((*found, *kept.overridden)))


def _overridden(names: tuple[str, ...], methods: tuple[Any, ...]) -> tuple[str, ...]:
    there = zip(names, methods, strict=True)
    return tuple(name for name, method in there if method is not None and not is_ccxt_code(method))


def _is_bound(method: object, exchange: object) -> bool:
    """Whether it is a method of ccxt's and of this very object."""
    return is_ccxt_code(method) and getattr(method, "__self__", None) is exchange


def find_mock(exchange: Any, names: tuple[str, ...]) -> str | None:
    """The implicit method that is a mock, if one is."""
    implicit = (name for name in names if name not in METHODS)
    return next((name for name in implicit if _is_mock(getattr(exchange, name))), None)


def _is_mock(method: object) -> bool:
    """Whether ``unittest.mock`` made it. A function made of a spec has the mock as an attribute."""
    library = sys.modules.get("unittest.mock")
    return library is not None and isinstance(
        getattr(method, "mock", method), library.NonCallableMock
    )
