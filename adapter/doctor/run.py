"""All checks of one exchange object: of its plugins.toml, plugins, keys, routes and hosts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.core.routing import ActiveEndpoint, match_route
from adapter.doctor.probe import Probe
from adapter.doctor.report import WARNING, WRONG, Report
from adapter.engine.state import STATE, ExchangeState
from adapter.errors import PluginError
from adapter.integration.attach import attach
from adapter.integration.options import plugins_file
from adapter.registry.config import ENVIRONMENT, load
from adapter.registry.discovery import plugins

COMMON = ("BTC/USDT:USDT", "BTC/USD:BTC", "BTC/USDT")
"""The symbols if none are given: every large exchange has them."""

Markets = list[tuple[ActiveEndpoint, str, str]]
"""What serves a market, its symbol, and its id."""


def run(
    exchange: Any,
    *,
    file: str | None = None,
    account: str | None = None,
    symbols: Iterable[str] = (),
    params: Mapping[str, Any] | None = None,
    offline: bool = False,
) -> Report:
    """Check a sync ccxt exchange object, and attach the adapter to it.

    ``params`` are those of a cancel, such as ``{"trigger": True}``.
    """
    path = file or plugins_file(exchange) or os.environ.get(ENVIRONMENT)
    key = exchange.apiKey or exchange.walletAddress
    report = Report(
        exchange=str(exchange.id),
        offline=offline,
        settings=os.fspath(path or "shipped"),
        api_key=masked(key) if key else None,
    )
    state = _attach(report, exchange, account, path)
    if state is None:
        return report
    probe, named = Probe(exchange, state, report, dict(params or {})), list(symbols)
    markets, endpoints = _find_routes(probe, named)
    has_keys = bool(key) and _has_usable_keys(probe)
    native = [active for active in endpoints if not isinstance(active.endpoint, CancelEndpoint)]
    ours = [active for active in endpoints if active not in native]
    for url, served in () if offline else _hosts(probe, ours):
        may_query = probe.check_host(url, served) and has_keys
        for market in [each for each in markets if may_query and each[0] in served]:
            probe.check_key(*market)
    for active in () if offline else native:
        asked = [symbol for each, symbol, _ in markets if named and has_keys and each == active]
        for symbol in asked:
            probe.check_native(active.plugin, symbol)
        if not asked:
            what = "it calls ccxt's own methods: host, clock and key are not checked"
            remedy = "Give keys, and a symbol that is traded there."
            report.add(active.plugin, WARNING, what, remedy)
    return report


def masked(api_key: str) -> str:
    """The first four characters of an API key, unless it is short, and its length."""
    begin = api_key[:4] if len(api_key) >= 12 else ""
    return f"{begin}… ({len(api_key)} characters)"


def _attach(
    report: Report, exchange: Any, account: str | None, file: str | os.PathLike[str] | None
) -> ExchangeState | None:
    """Attach the adapter; None where that fails or no plugin serves the exchange."""
    try:
        installed, settings = plugins(file), load(file)
        attach(exchange, account=account, plugins=file)
    except (PluginError, ValueError) as e:
        report.add("attach()", WRONG, str(e), "Correct it. Until then attach() fails.")
        return None
    for plugin in installed:
        if plugin.reason is not None and settings.policy(plugin.name).enabled:
            remedy = "Until then ccxt's cancel_order handles what this plugin would."
            report.add(plugin.name, WRONG, plugin.reason, remedy)
    state: ExchangeState | None = vars(exchange).get(STATE)
    if state is None:
        what = f"no enabled plugin serves {exchange.id}, so ccxt handles every cancel"
        remedy = "If you do not want that, enable a plugin in your plugins.toml."
        report.add("plugins", WARNING, what, remedy)
    return state


def _has_usable_keys(probe: Probe) -> bool:
    """Whether all are given and the secret can sign; one that cannot is a problem."""
    endpoint = probe.state.config.endpoints[0].endpoint
    try:
        probe.exchange.check_required_credentials()
        if isinstance(endpoint, CancelEndpoint):
            probe.state.get_credentials(probe.exchange, endpoint)
    except ccxt.AuthenticationError as e:
        remedy = "Correct the keys of the exchange object; nothing can be signed until then."
        probe.report.add("keys", WRONG, str(e), remedy)
        return False
    return True


def _find_routes(probe: Probe, symbols: list[str]) -> tuple[Markets, list[ActiveEndpoint]]:
    """The markets, and the endpoints: those of the account if no symbol is given."""
    report, config = probe.report, probe.state.config
    found: Markets = []
    for symbol in dict.fromkeys(symbols or COMMON):
        try:
            match = match_route(
                probe.exchange, symbol, probe.params, config.endpoints, config.account
            )
        except ccxt.BaseError as e:
            remedy = "Name a symbol as ccxt spells it, such as BTC/USDT:USDT."
            report.add(repr(symbol), WRONG, str(e), remedy)
            continue
        report.account = match.market_route.account
        plugin = None if match.active is None else match.active.plugin
        if match.active is not None:
            found.append((match.active, symbol, match.market.id))
        if symbols or plugin:
            report.routes.append({"symbol": symbol, "plugin": plugin, "reason": match.reason})
    if symbols:
        return found, [*{active.plugin: active for active, _, _ in found}.values()]
    return found, [a for a in config.endpoints if report.account in a.endpoint.accounts]


def _hosts(
    probe: Probe, endpoints: list[ActiveEndpoint]
) -> Iterable[tuple[str, list[ActiveEndpoint]]]:
    """The URL of the time, or else of orders, of each host, with the endpoints there."""
    found: dict[tuple[str, str | None], tuple[str, list[ActiveEndpoint]]] = {}
    for active in endpoints:
        served = active.http
        page = (served.time_api, "time") if served.time_api else (served.api, served.path)
        try:
            url = served.venue.build_url(probe.exchange, *page)
            host = urlsplit(url).netloc, served.time_api
        except (ccxt.NotSupported, ValueError) as e:
            remedy = "Set the exchange object's urls, or switch off sandbox or demo mode."
            level = WARNING if isinstance(e, ccxt.NotSupported) else WRONG
            probe.report.add(active.plugin, level, f"it has no valid URL: {e}", remedy)
        else:
            found.setdefault(host, (url, []))[1].append(active)
    return found.values()
