"""Points a ccxt exchange at a simulator, without knowing ccxt."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

API_KEY = "simulator".ljust(64, "K")
SECRET = "simulator".ljust(64, "S")
"""The pair that every simulator knows."""

_HOST = re.compile(r"^https?://[^/]+")

E = TypeVar("E")


def connect(exchange: E, url: str) -> E:
    """Point a ccxt exchange, sync, async or pro, at the simulator at ``url`` and return it.

    ``url`` is as `Simulator.url`: the simulator may run in another process. Without credentials the
    exchange is given the pair that every simulator knows; others must be known there, by
    `Simulator.add_key`. Raises ValueError for a ``url`` with another scheme, or with a path.
    """
    if not _HOST.fullmatch(url):
        raise ValueError(f"url={url!r} is not a scheme, host and port, as http://127.0.0.1:8000")
    ccxt: Any = exchange
    ccxt.urls = redirected(ccxt.urls, url)
    if not (ccxt.apiKey and ccxt.secret):
        ccxt.apiKey, ccxt.secret = API_KEY, SECRET
    return exchange


def redirected(urls: Mapping[str, object], url: str) -> dict[str, object]:
    """Return ccxt's ``urls`` with scheme and host of every HTTP address in ``api`` replaced.

    Paths are kept, and so are addresses of other kinds. Raises TypeError if ``api`` is no mapping.
    """
    api = urls["api"]
    if not isinstance(api, Mapping):
        raise TypeError("exchange.urls['api'] is not a mapping of addresses")
    return {**urls, "api": _moved(api, url)}


def _moved(value: object, url: str) -> object:
    if isinstance(value, Mapping):
        return {name: _moved(part, url) for name, part in value.items()}
    return _HOST.sub(url, value) if isinstance(value, str) else value
