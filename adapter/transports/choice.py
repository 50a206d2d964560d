"""Chooses the transport: libcurl where it is installed, else the exchange's own session."""

from __future__ import annotations

import importlib
from typing import Any


def make_transport(exchange: Any) -> Any:
    """The transport of an exchange object. What libcurl cannot do, it leaves to the session.

    Imported on first use: a sync bot does not load aiohttp.
    """
    suffix = "" if exchange.synchronous else "_async"
    transport = importlib.import_module(f"adapter.transports.session{suffix}").Transport()
    if has_libcurl():
        curl = importlib.import_module(f"adapter.transports.curl{suffix}")
        transport = curl.Transport(transport)
    return transport


def has_libcurl() -> bool:
    """Whether pycurl is installed, with a libcurl that has what is needed of it."""
    try:
        import pycurl
    except ImportError:
        return False
    features = pycurl.VERSION_SSL | pycurl.VERSION_LIBZ | pycurl.VERSION_ASYNCHDNS
    has_all = pycurl.version_info()[4] & features == features
    return has_all and all(hasattr(pycurl, name) for name in ("PREREQFUNCTION", "AsyncCurlMulti"))
