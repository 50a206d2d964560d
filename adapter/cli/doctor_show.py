"""The report of ``ccxt-adapter doctor`` for people."""

from __future__ import annotations

import attrs
from rich.table import Table
from rich.text import Text

from adapter.cli.output import console, facts, table
from adapter.doctor.clock import Clock, span
from adapter.doctor.findings import NOTE, WARNING, WRONG, Finding
from adapter.doctor.hosts import Host
from adapter.doctor.policies import Files, Setting
from adapter.doctor.queries import Query
from adapter.doctor.reach import Step
from adapter.doctor.report import Report
from adapter.doctor.routes import Routed
from adapter.settings import Policy

STYLES = {WRONG: "bold red", WARNING: "yellow", NOTE: "dim"}
ORDER = [field.name for field in attrs.fields(Policy)]
ACCEPTED = {True: "accepted", False: "refused", None: "not told"}
MEANS = (
    "Each question was for an order that cannot exist. Where the answer says just that, the"
    " exchange accepts the key, the signature, this machine's address and its time, and the key may"
    " read orders. Whether it may trade, a question cannot tell."
)


def show(report: Report) -> None:
    """Print it, the findings last."""
    _versions(report)
    _plugins(report)
    _policies(report)
    _routes(report)
    _keys(report)
    _hosts(report)
    _queries(report)
    _findings(report)


def _heading(text: str) -> None:
    console().print(f"\n{text}", style="bold")


def _versions(report: Report) -> None:
    console().print(f"ccxt-adapter doctor, {report.time}", style="dim")
    _heading("Versions")
    installed = {name: version or "not installed" for name, version in report.versions.items()}
    facts({**installed, **report.environment})


def _plugins(report: Report) -> None:
    _heading("Plugins")
    shown = table("plugin", "from", "request", "in use")
    for plugin in report.plugins:
        source = f"{plugin.distribution} {plugin.version}".rstrip()
        shown.add_row(plugin.name, source, plugin.endpoint or "", plugin.reason or "yes")
    console().print(shown)


def _policies(report: Report) -> None:
    _heading("Settings")
    facts({"shipped": report.files.shipped, "yours": _yours(report.files)})
    print()
    shown = table("setting", "value", "comes from", "of")
    for setting, plugins in _merged(report):
        whose = "all plugins" if len(plugins) == len(report.policies) else ", ".join(plugins)
        shown.add_row(setting.name, *_said(setting, report), whose)
    console().print(shown)


def _yours(files: Files) -> str:
    if files.yours is None:
        return "none (name one by --plugins or ADAPTER_PLUGINS)"
    return f"{files.yours} ({'broken, ' if files.broken else ''}named by {files.named_by})"


def _said(setting: Setting, report: Report) -> tuple[str, str]:
    """The value, and where it comes from; a recv_window that nobody sets is ccxt's."""
    if setting.name == "recv_window" and setting.value is None:
        return str(report.recv_window), "the exchange's options [recvWindow]"
    is_yes_or_no = isinstance(setting.value, bool)
    return str(setting.value).lower() if is_yes_or_no else str(setting.value), setting.origin


def _merged(report: Report) -> list[tuple[Setting, list[str]]]:
    """Each setting, and the plugins that have it so; their pages are left to --json."""
    merged: dict[Setting, list[str]] = {}
    for name, policy in report.policies.items():
        for setting in policy:
            if setting.name != "docs":
                merged.setdefault(setting, []).append(name)
    return sorted(merged.items(), key=lambda pair: ORDER.index(pair[0].name))


def _routes(report: Report) -> None:
    _heading(f"Ways of a cancel on {report.exchange}, account {report.account or 'unknown'}")
    shown = table("symbol", "taken by", "request", "market id")
    for routed in report.routes:
        shown.add_row(*_route(routed))
    console().print(shown)


def _route(routed: Routed) -> tuple[str, str, str, str]:
    route = routed.route
    if route.plugin is None:
        return routed.symbol, "ccxt's own", f"({route.reason})", route.market_id or ""
    request = f"{route.method} {route.url}" + (f" ({route.reason})" if route.reason else "")
    return routed.symbol, route.plugin, request, route.market_id or ""


def _keys(report: Report) -> None:
    _heading("Key")
    if report.api_key is None:
        console().print("none given")
    else:
        facts({"API key": report.api_key, "secret": f"{report.key_kind} (never shown)"})


def _hosts(report: Report) -> None:
    _heading("Hosts")
    if report.offline:
        console().print("not asked: --offline")
    for host in report.hosts:
        console().print(_host(host))


def _host(host: Host) -> Text:
    lines = [f"{host.host}, for {', '.join(host.plugins)}"]
    if host.through is not None:
        lines.append(f"  through the proxy {host.through}, to which all but HTTP leads")
    lines.append("  " + ", ".join(_step(step) for step in host.steps))
    if host.clock is not None:
        lines.append(f"  clock: {_clock(host.clock)}")
    if host.used_weight is not None:
        limit = "" if host.weight_limit is None else f" of {host.weight_limit}"
        lines.append(f"  weight used of this minute: {host.used_weight}{limit}")
    return Text("\n".join(lines), "" if host.is_well else STYLES[WRONG])


def _step(step: Step) -> str:
    failed = "" if step.problem is None else f" failed: {step.problem}"
    return f"{step.name} {step.ms} ms{failed}"


def _clock(clock: Clock) -> str:
    ahead, unsure = abs(clock.ahead_ms), clock.uncertain_ms
    side = "ahead of" if clock.ahead_ms > 0 else "behind"
    told = f"this machine is {span(ahead)} {side} the host, give or take {span(unsure)}"
    if ahead <= unsure:
        told = f"this machine and the host agree to within {span(ahead + unsure)}"
    told += f" (by its {clock.source})"
    if not clock.corrected_ms:
        return told
    return f"{told}; the exchange object adds {clock.corrected_ms} ms when it signs"


def _queries(report: Report) -> None:
    _heading("What the exchange says of the key")
    if not report.queries:
        console().print("not asked")
        return
    shown = table("plugin", "symbol", "the key is", "ms", "in its words")
    for query in report.queries:
        shown.add_row(*_query(query))
    console().print(shown)
    console().print(MEANS, style="dim")


def _query(query: Query) -> tuple[str, str, str, str, str]:
    said = ACCEPTED[query.accepted]
    if query.clock_refused:
        said += ", with the time corrected"
    ms = "" if query.ms is None else str(query.ms)
    return query.plugin, query.symbol, said, ms, query.answer


def _findings(report: Report) -> None:
    _heading("What to do")
    shown = Table.grid(padding=(0, 1))
    for number, found in enumerate(report.findings, 1):
        shown.add_row(f"{number}.", _finding(found))
    if report.findings:
        console().print(shown)
    wrong = sum(found.level == WRONG for found in report.findings)
    if report.is_well:
        console().print("Nothing needs to be fixed.", style="green")
    else:
        things = "One thing needs" if wrong == 1 else f"{wrong} things need"
        console().print(f"{things} to be fixed.", style=STYLES[WRONG])


def _finding(found: Finding) -> Text:
    head = Text(found.level.capitalize(), STYLES[found.level])
    return head + Text(f": {found.where}: {found.what}\nDo: {found.remedy}")
