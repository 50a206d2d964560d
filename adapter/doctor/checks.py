"""Checks without the network: versions, plugins.toml, plugins, keys and routes."""

from __future__ import annotations

import os
import platform
import ssl
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

from adapter.core.routing import ActiveEndpoint, match_route
from adapter.doctor.diagnose import WARNING, WRONG, Finding
from adapter.engine.state import STATE, ExchangeState
from adapter.errors import PluginError
from adapter.integration.attach import attach
from adapter.integration.options import OPTION, plugins_file
from adapter.registry.config import DISTRIBUTION, ENVIRONMENT, load, shipped_file
from adapter.registry.discovery import Plugin, checked

SHOWN, LONG_ENOUGH = 4, 12
"""Characters of an API key that are shown, and the length from which any are."""


def versions() -> dict[str, str]:
    """What a bug report needs."""
    return {
        **{name: version(name) for name in (DISTRIBUTION, "ccxt", "requests", "aiohttp")},
        "Python": platform.python_version(),
        "platform": platform.platform(),
        "TLS": ssl.OPENSSL_VERSION,
    }


def masked(api_key: str) -> str:
    """The first characters of an API key, and its length."""
    begin = api_key[:SHOWN] if len(api_key) >= LONG_ENOUGH else ""
    return f"{begin}… ({len(api_key)} characters)"


@attrs.frozen(kw_only=True)
class SettingsFile:
    """The user's plugins.toml."""

    path: str | None
    named_by: str | None
    """The argument, the option or the variable with the path."""
    error: str | None
    """Why it cannot be used."""

    @property
    def used(self) -> str | None:
        """What to attach with: the shipped file where the user's is broken."""
        return str(shipped_file()) if self.error else self.path


def settings_file(exchange: Any, named: str | None) -> SettingsFile:
    """The file by the argument, else by the exchange object's options, else by the environment."""
    sources = {
        "--plugins": named,
        f"options [{OPTION}]": plugins_file(exchange),
        ENVIRONMENT: os.environ.get(ENVIRONMENT),
    }
    by, path = next(((by, os.fspath(path)) for by, path in sources.items() if path), (None, None))
    try:
        checked(load(path))
    except PluginError as e:
        return SettingsFile(path=path, named_by=by, error=str(e))
    return SettingsFile(path=path, named_by=by, error=None)


def attached(
    exchange: Any, account: str | None, file: SettingsFile
) -> tuple[ExchangeState | None, list[Finding]]:
    """Attach the adapter; None where that fails or no plugin serves the exchange."""
    findings = [] if file.error is None else [_unattached("plugins.toml", file.error)]
    try:
        attach(exchange, account=account, plugins=file.used)
    except (PluginError, ValueError) as e:
        return None, [*findings, _unattached("attach()", str(e))]
    state: ExchangeState | None = vars(exchange).get(STATE)
    if state is None:
        what = f"no enabled plugin serves {exchange.id}, so ccxt handles every cancel"
        remedy = "If you do not want that, enable a plugin in your plugins.toml."
        findings.append(Finding(WARNING, "plugins", what, remedy))
    return state, findings


def _unattached(where: str, error: str) -> Finding:
    remedy = "Correct it. Until then attach() fails with this error."
    return Finding(WRONG, where, error, remedy)


def broken_plugins(plugins: Iterable[Plugin], file: SettingsFile) -> list[Finding]:
    """A finding for each plugin that is enabled and cannot be imported."""
    settings = load(file.used)
    remedy = "Until then ccxt's cancel_order handles what this plugin would."
    return [
        Finding(WRONG, plugin.name, plugin.reason, remedy)
        for plugin in plugins
        if plugin.reason is not None and settings.policy(plugin.name).enabled
    ]


def unusable_keys(exchange: Any, state: ExchangeState) -> list[Finding]:
    """A finding where a secret is given that cannot sign."""
    if exchange.apiKey and exchange.secret:
        try:
            state.get_credentials(exchange, state.config.endpoints[0].endpoint)
        except ccxt.AuthenticationError as e:
            remedy = "Correct the secret; nothing can be signed until then."
            return [Finding(WRONG, "keys", str(e), remedy)]
    return []


@attrs.frozen(kw_only=True)
class Routed:
    """A symbol, and where its cancel is sent."""

    symbol: str
    plugin: str | None
    """None where ccxt's method handles it."""
    market_id: str | None
    reason: str | None
    """Why ccxt's method handles it, or a note."""
    choice: ActiveEndpoint | None = attrs.field(repr=False)


def routed(
    exchange: Any, state: ExchangeState, symbols: Iterable[str]
) -> tuple[list[Routed], list[Finding]]:
    """The route of each symbol, and a finding for each that has none."""
    found, findings = [], []
    for symbol in dict.fromkeys(symbols):
        try:
            taken = match_route(exchange, symbol, {}, state.config.endpoints, state.config.account)
        except ccxt.BaseError as e:
            remedy = "Name a symbol as ccxt spells it, such as BTC/USDT:USDT."
            findings.append(Finding(WRONG, repr(symbol), str(e), remedy))
        else:
            market, choice = taken.market_route.market, taken.active
            found.append(
                Routed(
                    symbol=symbol,
                    plugin=choice.plugin if choice else None,
                    market_id=market.id if market else None,
                    reason=taken.reason,
                    choice=choice,
                )
            )
    return found, findings


def hosts(
    exchange: Any, choices: Iterable[ActiveEndpoint]
) -> tuple[list[tuple[str, list[ActiveEndpoint]]], list[Finding]]:
    """A URL of each host, with the endpoints there, and a finding for each invalid URL.

    It is the time endpoint, or the order's URL, whose refusal without a key has a ``Date`` header.
    """
    found: dict[tuple[str, str | None], tuple[str, list[ActiveEndpoint]]] = {}
    findings = []
    for choice in choices:
        venue, product = choice.endpoint.venue, choice.endpoint
        api, path = (product.time_api, "time") if product.time_api else (product.api, product.path)
        try:
            url = venue.build_url(exchange, api, path)
            key = urlsplit(url).netloc, product.time_api
        except (ccxt.NotSupported, ValueError) as e:
            remedy = "Set the exchange object's urls, or switch off sandbox or demo mode."
            level = WARNING if isinstance(e, ccxt.NotSupported) else WRONG
            what = f"it has no valid URL: {e}"
            findings.append(Finding(level, choice.plugin, what, remedy))
        else:
            found.setdefault(key, (url, []))[1].append(choice)
    return [*found.values()], findings
