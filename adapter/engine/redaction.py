"""Keeps keys, signatures and signed URLs out of the errors that ccxt raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import ccxt

from adapter.core.redact import HIDDEN, redact

SHOWN = 200
"""Characters of an error's text that a message quotes."""
_URL = re.compile(r"\w+://\S+")
_SHORTEST = 8
"""Characters of the shortest key or secret that is looked for in a text."""
_SIGNING = re.compile("key|sign|pass|auth|token|secret", re.IGNORECASE)
"""In the name of a header that carries a key or a signature."""
_CREDENTIALS = ("apiKey", "secret", "password", "privateKey", "token", "twofa")


def secrets_of(exchange: Any) -> tuple[str, ...]:
    """What must not be shown."""
    values = (getattr(exchange, name, None) for name in _CREDENTIALS)
    return tuple(text for text in values if isinstance(text, str) and len(text) >= _SHORTEST)


def secrets_in(headers: Any) -> tuple[str, ...]:
    """The keys and signatures in the headers of a request, which a page may quote."""
    if not isinstance(headers, Mapping):
        return ()
    texts = [str(value) for name, value in headers.items() if _SIGNING.search(str(name))]
    return tuple(word for text in texts for word in text.split() if len(word) >= _SHORTEST)


def redact_for(exchange: Any, text: str, sent: tuple[str, ...] = ()) -> str:
    """The text without URLs and secrets; ``sent`` are those of the request."""
    return redact(_URL.sub(HIDDEN, text), (*secrets_of(exchange), *sent))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """What a traceback shows."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def shown_cause(exchange: Any, error: Exception, sent: tuple[str, ...] = ()) -> Exception | None:
    """The error, or one without the URL and secrets that a traceback would show."""
    if all(redact_for(exchange, str(e), sent) == str(e) for e in chain(error)):
        return error
    cls = next((c for c in type(error).__mro__ if c.__module__ == ccxt.BaseError.__module__), None)
    return None if cls is None else cls(redact_for(exchange, str(error), sent)[:SHOWN])
