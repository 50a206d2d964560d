"""What an examination has found, whole, and as plain data for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapter.doctor.findings import WRONG, Finding
from adapter.doctor.hosts import Host
from adapter.doctor.policies import Files, Setting
from adapter.doctor.queries import Query
from adapter.doctor.routes import Routed
from adapter.registry import Plugin


@attrs.frozen(kw_only=True)
class Report:
    """All that was found. It holds no secret, no signature, and of an API key the beginning."""

    time: str
    """When, by this machine's clock, in UTC."""
    offline: bool
    versions: Mapping[str, str | None]
    environment: Mapping[str, str]
    files: Files
    plugins: tuple[Plugin, ...]
    policies: Mapping[str, tuple[Setting, ...]]
    exchange: str
    """Its id in ccxt."""
    recv_window: int | None
    """The exchange object's own, in ms; it holds where no policy has another."""
    account: str | None
    """The account of calls that name none; None where no plugin serves the exchange."""
    routes: tuple[Routed, ...]
    api_key: str | None
    """Masked; None where none was given."""
    key_kind: str | None
    hosts: tuple[Host, ...]
    queries: tuple[Query, ...]
    findings: tuple[Finding, ...]
    """The worst first."""

    @property
    def is_well(self) -> bool:
        """Whether there is nothing that the user must mend."""
        return all(found.level != WRONG for found in self.findings)


def described(report: Report) -> dict[str, Any]:
    """For a program."""
    return {
        "well": report.is_well,
        "time": report.time,
        "offline": report.offline,
        "findings": [attrs.asdict(found) for found in report.findings],
        "versions": dict(report.versions),
        "environment": dict(report.environment),
        "settings": {
            "shipped": report.files.shipped,
            "yours": report.files.yours,
            "named_by": report.files.named_by,
            "error": report.files.broken,
        },
        "plugins": [_plugin(plugin) for plugin in report.plugins],
        "policy": {name: _policy(policy) for name, policy in report.policies.items()},
        "exchange": report.exchange,
        "recv_window": report.recv_window,
        "account": report.account,
        "routes": [{"symbol": r.symbol, **attrs.asdict(r.route)} for r in report.routes],
        "keys": None if report.api_key is None else _keys(report),
        "hosts": [_host(host) for host in report.hosts],
        "queries": [attrs.asdict(query) for query in report.queries],
    }


def _plugin(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "endpoint": plugin.endpoint,
        "enabled": plugin.enabled,
        "reason": plugin.reason,
    }


def _policy(policy: tuple[Setting, ...]) -> dict[str, Any]:
    return {
        setting.name: {"value": setting.value, "source": setting.source, "table": setting.table}
        for setting in policy
    }


def _keys(report: Report) -> dict[str, Any]:
    return {"api_key": report.api_key, "kind": report.key_kind}


def _host(host: Host) -> dict[str, Any]:
    steps = {step.name: {"ms": step.ms, "problem": step.problem} for step in host.steps}
    return {
        "host": host.host,
        "plugins": list(host.plugins),
        "through": host.through,
        "well": host.is_well,
        "steps": steps,
        "clock": None if host.clock is None else attrs.asdict(host.clock),
        "used_weight": host.used_weight,
        "weight_limit": host.weight_limit,
    }
