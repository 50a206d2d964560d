"""The whole examination, from what is installed to what the exchange says of the key."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from adapter.attachment import Attachment
from adapter.doctor import keys, policies
from adapter.doctor.findings import Finding, worst_first
from adapter.doctor.installed import attached, broken_plugins
from adapter.doctor.policies import Files, Setting
from adapter.doctor.report import Report
from adapter.doctor.versions import versions
from adapter.doctor.visit import Visit
from adapter.own import Own
from adapter.registry import Plugin, plugins

ENVIRONMENT = ("ADAPTER_PLUGINS", "ADAPTER_LOG", "ADAPTER_ACCOUNT", "PYTHONPATH")
"""Variables that change what the adapter does, or which one it is."""


def examined(
    exchange: Any,
    *,
    file: str | os.PathLike[str] | None = None,
    account: str | None = None,
    symbols: Iterable[str] = (),
    offline: bool = False,
    known: Iterable[Finding] = (),
) -> Report:
    """Examine a sync ccxt exchange object; the adapter is attached to it.

    ``file`` is the user's plugins.toml, as for ``adapter.attach``. ``symbols`` are those
    whose cancels matter; without them every host of the account is asked. ``offline`` sends
    nothing. ``known`` is what is known to be wrong already.

    Raises ``adapter.PluginError`` where the shipped plugins.toml is missing.
    """
    files = policies.files(exchange, file)
    state, findings = attached(exchange, account, files)
    found, visit = plugins(files.used), None
    if state is not None:
        visit = Visit.made(exchange, state, symbols)
        if not offline:
            visit.go()
        findings += visit.findings
    findings += [*known, *broken_plugins(found, files, findings)]
    return Report(
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        offline=offline,
        versions=versions(),
        environment={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        files=files,
        plugins=found,
        policies=_policies(exchange, files, found, state),
        exchange=str(exchange.id),
        recv_window=exchange.safe_integer(exchange.options, "recvWindow"),
        account=visit.account if visit else None,
        routes=tuple(visit.routes) if visit else (),
        api_key=keys.masked(exchange.apiKey) if exchange.apiKey else None,
        key_kind=keys.kind(exchange.secret) if exchange.secret else None,
        hosts=tuple(visit.hosts) if visit else (),
        queries=tuple(visit.queries) if visit else (),
        findings=worst_first(findings),
    )


def _policies(
    exchange: Any, files: Files, found: Iterable[Plugin], state: Attachment | None
) -> dict[str, tuple[Setting, ...]]:
    """By plugin. What the exchange object says holds for those that serve it."""
    own = (Own.of(exchange) or Own()).policy if state is not None else {}
    serving = {choice.plugin for choice in state.choices} if state is not None else set()
    return {
        plugin.name: files.of(plugin.name, own if plugin.name in serving else {})
        for plugin in found
    }
