"""Points the addresses of a ccxt exchange at the simulator, without knowing ccxt."""

import re
from collections.abc import Mapping

_HOST = re.compile(r"^https?://[^/]+")


def redirected(urls: Mapping[str, object], url: str) -> dict[str, object]:
    """Return ccxt's ``urls`` with scheme and host of every HTTP address in ``api`` replaced.

    Paths are kept, and so are addresses of other kinds. Raises TypeError if ``api`` is no mapping.
    """
    api = urls["api"]
    if not isinstance(api, Mapping):
        raise TypeError("exchange.urls['api'] is not a mapping of addresses")
    return {**urls, "api": {name: _moved(value, url) for name, value in api.items()}}


def _moved(value: object, url: str) -> object:
    return _HOST.sub(url, value) if isinstance(value, str) else value
