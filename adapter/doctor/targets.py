"""The hosts that cancels go to, and what a connection on the way there leads to."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt
import requests
import requests.utils

from adapter.doctor.findings import WARNING, WRONG, Finding
from adapter.doctor.reach import End
from adapter.routing import Choice
from adapter.transports.host import bare

PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080, "socks4": 1080}


@attrs.frozen(kw_only=True)
class Target:
    """A host, and the choices that share it, with its clock and its limit."""

    host: str
    url: str
    """Of the first choice, without a query."""
    choices: tuple[Choice, ...]


def targets(exchange: Any, choices: Iterable[Choice]) -> tuple[list[Target], list[Finding]]:
    """The hosts, each once, and what is wrong with an address that cannot be one."""
    found: dict[tuple[str, str | None], list[tuple[str, Choice]]] = {}
    findings = []
    for choice in choices:
        try:
            url = choice.product.venue.url(exchange, choice.product.api, choice.product.path)
            address(url)
        except (ccxt.NotSupported, ValueError) as e:
            findings.append(_no_address(choice, e))
        else:
            # behind one gateway, products may still have clocks and limits of their own
            key = urlsplit(url).netloc, choice.product.time_api
            found.setdefault(key, []).append((url, choice))
    return [
        Target(host=host, url=pairs[0][0], choices=tuple(choice for _, choice in pairs))
        for (host, _), pairs in found.items()
    ], findings


def _no_address(choice: Choice, error: Exception) -> Finding:
    """In sandbox and demo mode some hosts are missing, which hurts only who needs them."""
    return Finding(
        level=WARNING if isinstance(error, ccxt.NotSupported) else WRONG,
        where=choice.plugin,
        what=f"it has no address to go to: {error}",
        remedy="Set the exchange object's urls, or leave sandbox or demo mode.",
    )


def address(url: str) -> tuple[str, int]:
    """The host and port that a URL names. Raises ``ValueError`` where it names none."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url!r} names no host")
    return parts.hostname, parts.port or PORTS.get(parts.scheme, 80)


def proxy(exchange: Any, url: str) -> str | None:
    """The URL of the proxy on the way, by the settings of a sync exchange object.

    Raises ``ccxt.InvalidProxySettings`` where they conflict.
    """
    sent = bare(exchange, url)
    socks = sent.socks_proxy
    own = {"http": sent.http_proxy or socks, "https": sent.https_proxy or socks}
    others = requests.utils.get_environ_proxies(url) if exchange.session.trust_env else {}
    named = {**others, **(exchange.proxies or {}), **{k: v for k, v in own.items() if v}}
    return requests.utils.select_proxy(url, named)


def end(exchange: Any, url: str, through: str | None) -> End:
    """What to connect to: the host itself, or the proxy on the way. Raises ``ValueError``."""
    host, port = address(through or url)
    if through is not None or urlsplit(url).scheme != "https":
        return End(host=host, port=port)
    return End(host=host, port=port, tls=lambda: context(exchange))


def context(exchange: Any) -> ssl.SSLContext:
    """TLS as the exchange object wants it. Raises ``OSError`` where its authorities are missing."""
    if not (exchange.verify and exchange.validateServerSsl):
        made = ssl.create_default_context()
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
        return made
    named = (
        exchange.verify
        if isinstance(exchange.verify, str)
        else requests.utils.DEFAULT_CA_BUNDLE_PATH
    )
    if Path(named).is_dir():
        return ssl.create_default_context(capath=named)
    return ssl.create_default_context(cafile=named)
