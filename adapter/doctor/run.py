"""All checks of one exchange object, and the report of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs

from adapter.core.routing import ActiveEndpoint, match_route
from adapter.doctor import checks
from adapter.doctor.checks import Routed, SettingsFile
from adapter.doctor.diagnose import WRONG, Finding, worst_first
from adapter.doctor.probe import TIME_DIFFERENCE, Host, Probe, Query
from adapter.engine.state import ExchangeState
from adapter.registry.discovery import Plugin, plugins

COMMON = ("BTC/USDT:USDT", "BTC/USD:BTC", "BTC/USDT")
"""The symbols if none are given: every large exchange has them."""


@attrs.frozen(kw_only=True)
class Report:
    """The results of all checks; it has no secret, no signature and no signed URL."""

    exchange: str
    offline: bool
    versions: Mapping[str, str]
    settings: SettingsFile
    plugins: tuple[Plugin, ...]
    api_key: str | None
    """Masked."""
    account: str | None = None
    routes: tuple[Routed, ...] = ()
    hosts: tuple[Host, ...] = ()
    queries: tuple[Query, ...] = ()
    findings: tuple[Finding, ...]
    """The worst first."""

    @property
    def is_well(self) -> bool:
        """Whether nothing must be fixed."""
        return all(found.level != WRONG for found in self.findings)


def run(
    exchange: Any,
    *,
    file: str | None = None,
    account: str | None = None,
    symbols: Iterable[str] = (),
    offline: bool = False,
    known: Iterable[Finding] = (),
) -> Report:
    """Check a sync ccxt exchange object, which the adapter is attached to.

    ``known`` are findings of the caller. Raises ``adapter.PluginError`` where the shipped
    plugins.toml is missing.
    """
    settings = checks.settings_file(exchange, file)
    state, findings = checks.attached(exchange, account, settings)
    report = Report(
        exchange=str(exchange.id),
        offline=offline,
        versions=checks.versions(),
        settings=settings,
        plugins=plugins(settings.used),
        api_key=checks.masked(exchange.apiKey) if exchange.apiKey else None,
        findings=tuple(findings),
    )
    if state is not None:
        report = _with_routes(report, exchange, state, list(symbols))
    reported = {found.what for found in report.findings}
    broken = checks.broken_plugins(report.plugins, settings)
    findings = [found for found in broken if found.what not in reported]
    return attrs.evolve(report, findings=worst_first([*report.findings, *findings, *known]))


def _with_routes(
    report: Report, exchange: Any, state: ExchangeState, symbols: Collection[str]
) -> Report:
    """The report with the account, the routes, and the checks of their hosts."""
    account = match_route(
        exchange, COMMON[0], {}, state.config.endpoints, state.config.account
    ).market_route.account
    routes, findings = checks.routed(exchange, state, symbols or COMMON)
    choices = {r.choice.plugin: r.choice for r in routes if r.choice is not None}
    if not symbols:
        routes = [r for r in routes if r.choice is not None]
        choices = {c.plugin: c for c in state.config.endpoints if account in c.endpoint.accounts}
    unusable = checks.unusable_keys(exchange, state)
    report = attrs.evolve(
        report,
        account=account,
        routes=tuple(routes),
        findings=(*report.findings, *findings, *unusable),
    )
    if report.offline:
        return report
    difference = exchange.safe_integer(exchange.options, TIME_DIFFERENCE, 0)
    probe = Probe(exchange=exchange, state=state, difference=difference)
    return _with_hosts(report, probe, choices.values(), bool(exchange.secret and not unusable))


def _with_hosts(
    report: Report, probe: Probe, choices: Iterable[ActiveEndpoint], has_keys: bool
) -> Report:
    """The report with the hosts and, where they answer, one query of each market."""
    pages, invalid = checks.hosts(probe.exchange, choices)
    hosts, queries, findings = [], [], [*invalid]
    for url, served in pages:
        host, finding = probe.check_host(url, served)
        hosts.append(host)
        findings += [finding] if finding else []
        markets = {
            (r.choice.plugin, r.market_id): (r.choice, r.symbol)
            for r in report.routes
            if r.choice is not None and r.choice.plugin in host.plugins
        }
        for (_, market_id), (choice, symbol) in markets.items() if host.well and has_keys else ():
            query, finding = probe.check_key(choice, symbol, market_id or "")
            queries.append(query)
            findings += [finding] if finding else []
    return attrs.evolve(
        report,
        hosts=tuple(hosts),
        queries=tuple(queries),
        findings=(*report.findings, *findings),
    )
