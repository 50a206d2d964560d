"""Compares the shapes of two answers: HTTP statuses, fields, JSON types, statuses and codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs
import requests

JSON_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
UNDECIDED_CODES = (-1000, -1001, -1006, -1007)
"""Errors after which a request may have been executed.

https://developers.binance.com/docs/binance-spot-api-docs/errors
"""
Shape = dict[str, set[str]]


@attrs.frozen
class Answer:
    """An answer to a request about orders."""

    request: str
    """Such as ``"DELETE /fapi/v1/order"``."""
    status: int
    """Of HTTP."""
    body: Any
    """As parsed from JSON; None if it is none."""

    @classmethod
    def of(cls, response: requests.Response) -> Answer:
        """The answer as it was received."""
        try:
            body = response.json()
        except ValueError:
            body = None
        sent = response.request
        return cls(f"{sent.method} {urlsplit(str(sent.url)).path}", response.status_code, body)

    @property
    def is_refusal(self) -> bool:
        """Whether it says that nothing was executed."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        is_code = isinstance(code, int) and code < 0 and code not in UNDECIDED_CODES
        return self.status == 404 or (400 <= self.status < 500 and is_code)

    @property
    def summary(self) -> str:
        """HTTP status and error code."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return f"HTTP {self.status}" if code is None else f"HTTP {self.status} with code {code}"


def differences(real: Sequence[Answer], simulated: Sequence[Answer]) -> Iterator[tuple[str, str]]:
    """Each request, and in words how its answer differs from the simulator's.

    The first answer to a request is compared with the first one to the same request, and so on.
    """
    for request in dict.fromkeys(answer.request for answer in real):
        theirs, ours = (
            [answer for answer in answers if answer.request == request]
            for answers in (real, simulated)
        )
        for one, other in zip(theirs, ours, strict=False):
            for words in _compare(one, other):
                yield request, words


def _compare(real: Answer, simulated: Answer) -> Iterator[str]:
    if real.status != simulated.status:
        yield f"{real.summary}; the simulator {simulated.summary}"
        return
    theirs, ours = _shape(real.body), _shape(simulated.body)
    for path in theirs | ours:
        if path not in ours:
            if _is_expected(path, ours):
                yield f"{path} is missing in the simulator"
        elif path not in theirs:
            if _is_expected(path, theirs):
                yield f"{path} is only in the simulator"
        elif theirs[path] != ours[path]:
            words = (" or ".join(sorted(types)) for types in (theirs[path], ours[path]))
            yield "{} is {}; in the simulator {}".format(path or "the body", *words)


def _shape(value: Any, path: str = "") -> Shape:
    """By path, the types, or the words of a status. The elements of an array have one path."""
    is_word = path.lower().endswith("status") or path.rpartition(".")[2] == "code"
    shape = {path: {repr(value) if is_word else JSON_TYPES[type(value)]}}
    children: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        children = [(f"{path}.{name}".lstrip("."), each) for name, each in value.items()]
    elif isinstance(value, list):
        children = [(f"{path}[]", each) for each in value]
    for child, each in children:
        for found, types in _shape(each, child).items():
            shape.setdefault(found, set()).update(types)
    return shape


def _is_expected(path: str, shape: Shape) -> bool:
    """Whether it is missing by itself: not in an empty array, nor with what it is a part of."""
    return not path.endswith("[]") and path.rpartition(".")[0] in shape
