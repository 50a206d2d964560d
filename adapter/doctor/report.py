"""The report: what was found, which problems there are and how to fix them; as text and JSON."""

from __future__ import annotations

import platform
import ssl
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import attrs

from adapter.registry.config import DISTRIBUTION

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


@attrs.define(kw_only=True)
class Report:
    """The results, as the checks add them; it has no secret, no signature and no signed URL."""

    exchange: str
    offline: bool
    versions: dict[str, str] = attrs.field(
        factory=lambda: {
            **{name: version(name) for name in (DISTRIBUTION, "ccxt", "requests", "aiohttp")},
            "Python": platform.python_version(),
            "platform": platform.platform(),
            "TLS": ssl.OPENSSL_VERSION,
        }
    )
    settings: str
    """The path of the user's plugins.toml."""
    api_key: str | None
    """Masked."""
    account: str | None = None
    routes: list[dict[str, str | None]] = attrs.field(factory=list)
    """``plugin`` is None where ccxt handles ``symbol``, and ``reason`` is why, or a note."""
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
        if added not in self.findings:
            self.findings.append(added)
        found = self.findings[self.findings.index(added)]
        if where not in found.where.split(", "):
            found.where += f", {where}"
        self.findings.sort(key=lambda found: LEVELS.index(found.level))


def as_text(report: Report) -> str:
    """The report for people; the findings are at the end."""
    lines = [f"{label:<11}{text}".rstrip() for label, text in _facts(report)]
    for number, found in enumerate(report.findings, 1):
        lines.append(f"\n{number}. {found.level.capitalize()}: {found.where}: {found.what}")
        lines.append(f"   Do: {found.remedy}")
    wrong = sum(found.level == WRONG for found in report.findings)
    things = {0: "Nothing needs", 1: "One thing needs"}.get(wrong, f"{wrong} things need")
    last = f"{things} to be fixed."
    if report.findings and not wrong:
        last = f"Of what was checked, {last[0].lower()}{last[1:]}"
    return "\n".join([*lines, "", last])


def as_dict(report: Report) -> dict[str, Any]:
    """The report for programs."""
    return {"well": report.is_well, **attrs.asdict(report)}


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """The label and the text of each line."""
    yield "versions", ", ".join(f"{name} {version}" for name, version in report.versions.items())
    yield "settings", report.settings
    yield "exchange", f"{report.exchange}, account {report.account or 'unknown'}"
    yield "key", report.api_key or "none, so no order can be cancelled"
    for route in report.routes:
        note = f" ({route['reason']})" if route["reason"] else ""
        yield "route", f"{route['symbol']}: {route['plugin'] or 'ccxt'}{note}"
    if report.offline:
        yield "hosts", "not checked: --offline"
    for host in report.hosts:
        shown = "answers" if host.well else "fails"
        if (clock := host.clock) is not None:
            shown += f", timestamps {clock.offset_ms:+.0f} ms"
            shown += f" (uncertainty {clock.uncertainty_ms:.0f} ms)"
        yield "host", f"{host.host} ({', '.join(host.plugins)}): {shown}"
    for query in report.queries:
        yield "key check", f"{query.plugin} {query.symbol}: {ACCEPTED[query.accepted]}"
    routed = {route["plugin"] for route in report.routes}
    if left := [name for host in report.hosts for name in host.plugins if name not in routed]:
        how = "give a symbol of each, and --trigger for conditional orders"
        yield "key check", f"not of {', '.join(left)}; for that, {how}"
