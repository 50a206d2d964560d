"""The plugins and the settings that are in use, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapter.attaching import attach
from adapter.attachment import STATE, Attachment
from adapter.doctor.findings import WARNING, WRONG, Finding, sentence
from adapter.doctor.policies import Files
from adapter.errors import PluginError
from adapter.registry import Plugin


def attached(
    exchange: Any, account: str | None, files: Files
) -> tuple[Attachment | None, list[Finding]]:
    """Attach the adapter; what is kept with the exchange object, None where nothing serves it."""
    findings = [] if files.broken is None else [_broken_file(files.broken)]
    try:
        attach(exchange, account=account, plugins=files.used)
    except (PluginError, ValueError) as e:
        return None, [*findings, _broken(str(e))]
    state: Attachment | None = vars(exchange).get(STATE)
    if state is None:
        findings.append(_unserved(exchange.id))
    return state, findings


def _broken_file(why: str) -> Finding:
    return Finding(
        level=WRONG,
        where="plugins.toml",
        what=why,
        remedy="Mend that file. Until then attach() fails with this error; the rest of this report"
        " is by the shipped file alone.",
    )


def _broken(why: str) -> Finding:
    return Finding(
        level=WRONG,
        where="attach()",
        what=why,
        remedy="Mend that. Until then attach() fails with this error, and nothing serves this"
        " exchange.",
    )


def _unserved(exchange_id: str) -> Finding:
    return Finding(
        level=WARNING,
        where="plugins",
        what=f"no plugin in use serves {exchange_id}, so every cancel is ccxt's own.",
        remedy="If that is not what you want, look above which plugin is disabled, and by whom.",
    )


def broken_plugins(found: Iterable[Plugin], files: Files, said: Iterable[Finding]) -> list[Finding]:
    """The plugins that are meant to be used and cannot be, but for what is ``said`` already."""
    known = {finding.what for finding in said}
    return [
        Finding(
            level=WRONG,
            where=plugin.name,
            what=plugin.reason,
            remedy="Until then ccxt's own cancel_order takes what it would serve.",
        )
        for plugin in found
        if plugin.reason is not None
        and sentence(plugin.reason) not in known
        and files.settings.policy(plugin.name).enabled
    ]
