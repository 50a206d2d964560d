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
    report = Report(
        exchange=str(exchange.id),
        offline=offline,
        settings=os.fspath(path or "shipped"),
        api_key=masked(key) if (key := _public_key(exchange)) else None,
    )
    state = _attach(report, exchange, account, path)
    if state is not None:
        probe = Probe(exchange, state, report)
        endpoints = _find_routes(probe, list(symbols), params or {})
        has_keys = _has_usable_keys(probe)
        if not offline:
            _check_hosts(probe, _sent_directly(report, endpoints), has_keys=has_keys)
    return report


def masked(api_key: str) -> str:
    """The first four characters of an API key, unless it is short, and its length."""
    begin = api_key[:4] if len(api_key) >= 12 else ""
    return f"{begin}… ({len(api_key)} characters)"


def _public_key(exchange: Any) -> str | None:
    """What names the account: an API key, or the address of a wallet."""
    found: str | None = exchange.apiKey or exchange.walletAddress
    return found


def _attach(
    report: Report, exchange: Any, account: str | None, file: str | os.PathLike[str] | None
) -> ExchangeState | None:
    """Attach the adapter; None where that fails or no plugin serves the exchange."""
    try:
        report.plugins, settings = plugins(file), load(file)
        attach(exchange, account=account, plugins=file)
    except (PluginError, ValueError) as e:
        report.add("attach()", WRONG, str(e), "Correct it. Until then attach() fails.")
        return None
    for plugin in report.plugins:
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
    if isinstance(endpoint, CancelEndpoint) and not probe.exchange.secret:
        return False
    if not _public_key(probe.exchange):
        return False
    try:
        if isinstance(endpoint, CancelEndpoint):
            probe.state.get_credentials(probe.exchange, endpoint)
        else:
            probe.exchange.check_required_credentials()
    except ccxt.AuthenticationError as e:
        remedy = "Correct the keys of the exchange object; nothing can be signed until then."
        probe.report.add("keys", WRONG, str(e), remedy)
        return False
    return True


def _find_routes(
    probe: Probe, symbols: list[str], params: Mapping[str, Any]
) -> list[ActiveEndpoint]:
    """The endpoints that the symbols need; without any, those of the account."""
    report, config = probe.report, probe.state.config
    for symbol in symbols or COMMON:
        try:
            match = match_route(probe.exchange, symbol, params, config.endpoints, config.account)
        except ccxt.BaseError as e:
            remedy = "Name a symbol as ccxt spells it, such as BTC/USDT:USDT."
            report.add(repr(symbol), WRONG, str(e), remedy)
            continue
        report.account = match.market_route.account
        if symbols or match.active is not None:
            report.routes[symbol] = match
    if not symbols:
        return [active for active in config.endpoints if report.account in active.http.accounts]
    matched = [match.active for match in report.routes.values() if match.active is not None]
    return [*{active.plugin: active for active in matched}.values()]


def _sent_directly(report: Report, endpoints: list[ActiveEndpoint]) -> list[ActiveEndpoint]:
    """The endpoints whose requests the adapter makes. Of any other, ccxt knows the hosts."""
    sent = [active for active in endpoints if isinstance(active.endpoint, CancelEndpoint)]
    for active in endpoints:
        if active not in sent:
            what = "it calls ccxt's own methods: host, clock and key are not checked"
            remedy = "Call the exchange object's fetch_balance(), which needs all three."
            report.add(active.plugin, WARNING, what, remedy)
    return sent


def _check_hosts(probe: Probe, endpoints: list[ActiveEndpoint], *, has_keys: bool) -> None:
    """Check each host and, where it answers, the key by one query of each market."""
    for url, served in _hosts(probe, endpoints):
        may_query = probe.check_host(url, served) and has_keys
        markets = {
            (match.active.plugin, match.market.id): (match.active, symbol, match.market.id)
            for symbol, match in probe.report.routes.items()
            if match.active is not None and match.active.plugin in {a.plugin for a in served}
        }
        for active, symbol, market_id in markets.values() if may_query else ():
            probe.check_key(active, symbol, market_id)


def _hosts(
    probe: Probe, endpoints: list[ActiveEndpoint]
) -> Iterable[tuple[str, list[ActiveEndpoint]]]:
    """A URL of each host, with the endpoints there.

    It is the time endpoint, or the order's URL, whose refusal without a key has a ``Date`` header.
    """
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
