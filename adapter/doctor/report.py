"""The report: what was found, which problems there are and how to fix them; as text and JSON."""

from __future__ import annotations

import platform
import ssl
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import attrs

from adapter.core.routing import RouteMatch
from adapter.registry.config import DISTRIBUTION
from adapter.registry.discovery import Plugin

WRONG, WARNING = LEVELS = ("wrong", "warning")
"""``WRONG`` must be fixed; a ``WARNING`` may be harmless."""
ACCEPTED = {True: "accepted", False: "refused", None: "not known"}


@attrs.define
class Finding:
    """A problem and its remedy."""

    level: str
    where: str = attrs.field(eq=False)
    """Such as a host or a plugin; several are separated by commas."""
    what: str
    remedy: str


@attrs.frozen(kw_only=True)
class Clock:
    """By how many ms timestamps of requests are ahead of the exchange's clock."""

    offset_ms: float
    uncertainty_ms: float


@attrs.frozen(kw_only=True)
class Host:
    """One host, and whether it answers as an exchange does."""

    host: str
    plugins: tuple[str, ...]
    well: bool
    clock: Clock | None


@attrs.define(kw_only=True)
class Query:
    """One signed query, and whether the exchange accepts the key; None where it is not known."""

    plugin: str
    symbol: str
    accepted: bool | None = None


def versions() -> dict[str, str]:
    """What a bug report needs."""
    names = (DISTRIBUTION, "ccxt", "requests", "aiohttp")
    system = {"Python": platform.python_version(), "platform": platform.platform()}
    return {**{name: version(name) for name in names}, **system, "TLS": ssl.OPENSSL_VERSION}


@attrs.define(kw_only=True)
class Report:
    """The results, as the checks add them; it has no secret, no signature and no signed URL."""

    exchange: str
    offline: bool
    versions: dict[str, str] = attrs.field(factory=versions)
    settings: str
    """The path of the user's plugins.toml."""
    api_key: str | None
    """Masked."""
    plugins: tuple[Plugin, ...] = ()
    """Empty where plugins.toml is broken."""
    account: str | None = None
    routes: dict[str, RouteMatch] = attrs.field(factory=dict)
    """By symbol."""
    hosts: list[Host] = attrs.field(factory=list)
    queries: list[Query] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)
    """The worst first."""

    @property
    def is_well(self) -> bool:
        """Whether nothing must be fixed."""
        return all(found.level != WRONG for found in self.findings)

    def add(self, where: str, level: str, what: str, remedy: str) -> None:
        """Add a problem; two that differ only in where they are become one."""
        added = Finding(level, where, what if what.endswith((".", "…")) else f"{what}.", remedy)
        for found in self.findings:
            if found == added and where not in found.where.split(", "):
                found.where += f", {where}"
        if added not in self.findings:
            self.findings.append(added)
        self.findings.sort(key=lambda found: LEVELS.index(found.level))


def as_text(report: Report) -> str:
    """The report for people; the findings are at the end."""
    lines = [f"{label:<11}{text}".rstrip() for label, text in _facts(report)]
    for number, found in enumerate(report.findings, 1):
        lines.append(f"\n{number}. {found.level.capitalize()}: {found.where}: {found.what}")
        lines.append(f"   Do: {found.remedy}")
    wrong = sum(found.level == WRONG for found in report.findings)
    things = {0: "Nothing needs", 1: "One thing needs"}.get(wrong, f"{wrong} things need")
    unchecked = " of what was checked" if report.findings and not wrong else ""
    return "\n".join([*lines, "", f"{things} to be fixed{unchecked}."])


def as_dict(report: Report) -> dict[str, Any]:
    """The report for programs."""
    hidden = ("routes", "cancel_endpoint")  # their objects are the adapter's own
    shown = attrs.asdict(report, filter=lambda field, _: field.name not in hidden)
    return {"well": report.is_well, **shown, "routes": _routes(report)}


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """The label and the text of each line."""
    yield "versions", ", ".join(f"{name} {version}" for name, version in report.versions.items())
    yield "settings", report.settings
    unused = {p.name: "" if p.enabled else f" (not in use: {p.reason})" for p in report.plugins}
    yield "plugins", ", ".join(f"{name}{reason}" for name, reason in unused.items())
    yield "exchange", f"{report.exchange}, account {report.account or 'unknown'}"
    yield "key", report.api_key or "none, so no order can be cancelled"
    routes = _routes(report)
    for route in routes:
        note = f" ({route['reason']})" if route["reason"] else ""
        yield "route", f"{route['symbol']}: {route['plugin'] or 'ccxt'}{note}"
    if report.offline:
        yield "hosts", "not checked: --offline"
    for host in report.hosts:
        yield "host", f"{host.host} ({', '.join(host.plugins)}): {_host(host)}"
    for query in report.queries:
        yield "key check", f"{query.plugin} {query.symbol}: {ACCEPTED[query.accepted]}"
    routed = {route["plugin"] for route in routes}
    if left := [name for host in report.hosts for name in host.plugins if name not in routed]:
        how = "give a symbol of each, and --trigger for conditional orders"
        yield "key check", f"not of {', '.join(left)}; for that, {how}"


def _routes(report: Report) -> list[dict[str, str | None]]:
    """``plugin`` is None where ccxt handles the symbol, and ``reason`` is why, or a note."""
    return [
        {
            "symbol": symbol,
            "plugin": match.active.plugin if match.active else None,
            "market_id": match.market_route.market.id if match.market_route.market else None,
            "reason": match.reason,
        }
        for symbol, match in report.routes.items()
    ]


def _host(host: Host) -> str:
    if host.clock is None:
        return "answers" if host.well else "fails"
    offset, uncertainty = host.clock.offset_ms, host.clock.uncertainty_ms
    return f"answers, timestamps {offset:+.0f} ms (uncertainty {uncertainty:.0f} ms)"
