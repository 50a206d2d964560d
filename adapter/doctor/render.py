"""The report as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from adapter.doctor.diagnose import WRONG
from adapter.doctor.probe import Host
from adapter.doctor.run import Report
from adapter.registry.discovery import Plugin

ACCEPTED = {True: "accepted", False: "refused", None: "not known"}


def as_text(report: Report) -> str:
    """The report for people; the findings are at the end, the worst first."""
    lines = [f"{label:<11}{text}".rstrip() for label, text in _facts(report)]
    for number, found in enumerate(report.findings, 1):
        lines.append(f"\n{number}. {found.level.capitalize()}: {found.where}: {found.what}")
        lines.append(f"   Do: {found.remedy}")
    wrong = sum(found.level == WRONG for found in report.findings)
    things = "One thing needs" if wrong == 1 else f"{wrong or 'Nothing'} things need"
    return "\n".join([*lines, "", f"{things if wrong else 'Nothing needs'} to be fixed."])


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """The label and the text of each line."""
    settings = report.settings
    yield "versions", ", ".join(f"{name} {version}" for name, version in report.versions.items())
    yield "settings", f"{settings.path} ({settings.named_by})" if settings.path else "shipped"
    yield "plugins", ", ".join(map(_plugin, report.plugins))
    yield "exchange", f"{report.exchange}, account {report.account or 'unknown'}"
    yield "key", report.api_key or "none"
    for route in report.routes:
        note = f" ({route.reason})" if route.reason else ""
        yield "route", f"{route.symbol}: {route.plugin or 'ccxt'}{note}"
    if report.offline:
        yield "hosts", "not checked: --offline"
    for host in report.hosts:
        yield "host", f"{host.host} ({', '.join(host.plugins)}): {_host(host)}"
    for query in report.queries:
        yield "key check", f"{query.plugin} {query.symbol}: {ACCEPTED[query.accepted]}"
    routed = {route.plugin for route in report.routes}
    for plugin in (plugin for host in report.hosts for plugin in host.plugins):
        if plugin not in routed:
            yield "key check", f"{plugin}: not checked; to check it, give a symbol of it"


def _plugin(plugin: Plugin) -> str:
    return plugin.name if plugin.enabled else f"{plugin.name} (not in use: {plugin.reason})"


def _host(host: Host) -> str:
    if host.clock is None:
        return "answers" if host.well else "fails"
    offset, uncertainty = host.clock.offset_ms, host.clock.uncertainty_ms
    return f"answers, timestamps {offset:+.0f} ms (uncertainty {uncertainty:.0f} ms)"


def as_dict(report: Report) -> dict[str, Any]:
    """The report for programs."""
    shown = attrs.asdict(report, filter=lambda field, _: field.name not in ("choice", "product"))
    return {"well": report.is_well, **shown}
