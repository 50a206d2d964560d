"""A wrapper as tools put around a function of a library."""

from __future__ import annotations

from typing import Any


class Wrapper:
    """Shows the attributes of what it wraps, as the wrappers of ``wrapt`` do."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.wrapped(*arguments, **named)
