"""What is found of one exchange object: its routes, its key, its hosts, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import attrs
import ccxt

from adapter.attachment import Attachment
from adapter.doctor import hosts, queries
from adapter.doctor.asking import Asker
from adapter.doctor.clock import REMEDY, UNTIL_THEN
from adapter.doctor.findings import NOTE, WRONG, Finding
from adapter.doctor.hosts import Host
from adapter.doctor.queries import Query
from adapter.doctor.routes import COMMON, Routed, account_of, routed
from adapter.doctor.targets import targets
from adapter.routing import Choice


@attrs.define(kw_only=True)
class Visit:
    """Filled in as it goes."""

    exchange: Any
    state: Attachment
    account: str
    routes: list[Routed]
    choices: list[Choice]
    """The products whose hosts matter."""
    has_keys: bool
    """Whether there is a key that can sign."""
    hosts: list[Host] = attrs.field(factory=list)
    queries: list[Query] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)

    @classmethod
    def made(cls, exchange: Any, state: Attachment, symbols: Iterable[str]) -> Self:
        """What can be found out without the network."""
        given = list(symbols)
        routes, findings = routed(exchange, state, given or COMMON)
        account = account_of(exchange, state)
        if given:
            choices = list({r.choice.plugin: r.choice for r in routes if r.choice}.values())
            findings += [] if choices or findings else [_nothing_to_ask()]
        else:
            routes = [r for r in routes if r.choice is not None]
            choices = [c for c in state.choices if account in c.product.accounts]
        unusable = _unusable_keys(exchange, state)
        return cls(
            exchange=exchange,
            state=state,
            account=account,
            routes=routes,
            choices=choices,
            has_keys=bool(exchange.apiKey and exchange.secret) and not unusable,
            findings=[*findings, *unusable],
        )

    def go(self) -> None:
        """Ask the hosts, and with the key those that answer."""
        asker = Asker(exchange=self.exchange, state=self.state)
        found, findings = targets(self.exchange, self.choices)
        self.findings += findings
        for target in found:
            host, findings = hosts.examined(asker, target)
            self.hosts.append(host)
            self.findings += findings
        if self.has_keys:
            self._query(asker)
        self.findings += [f for host in self.hosts if (f := hosts.weighed(host)) is not None]

    def _query(self, asker: Asker) -> None:
        """One query of each market; a host that is not well is left alone."""
        well = {plugin for host in self.hosts if host.is_well for plugin in host.plugins}
        wanted = {
            (routed.choice.plugin, routed.route.market_id or ""): (routed.choice, routed.symbol)
            for routed in self.routes
            if routed.choice is not None
        }
        for (plugin, market_id), (choice, symbol) in wanted.items():
            if plugin in well:
                self._keep(*queries.asked(asker, choice, symbol, market_id))
        asked = {plugin for plugin, _ in wanted}
        self.findings += [_no_symbol(plugin) for plugin in sorted(well - asked)]

    def _keep(self, query: Query, finding: Finding | None) -> None:
        self.queries.append(query)
        self.hosts = [_weighed(host, query) for host in self.hosts]
        if finding is not None:
            self.findings.append(finding)
        if query.clock_refused and not any(UNTIL_THEN in f.remedy for f in self.findings):
            self.findings.append(_clock(query))


def _weighed(host: Host, query: Query) -> Host:
    """The host with the weight that is used of it after a query."""
    if query.plugin not in host.plugins or query.used_weight is None:
        return host
    return attrs.evolve(host, used_weight=max(query.used_weight, host.used_weight or 0))


def _unusable_keys(exchange: Any, state: Attachment) -> list[Finding]:
    if not exchange.apiKey or not exchange.secret:
        return []
    try:
        state.keys(exchange, state.choices[0].product)
    except ccxt.AuthenticationError as e:
        remedy = "Mend it where it is kept; nothing can be signed until then."
        return [Finding(level=WRONG, where="keys", what=str(e), remedy=remedy)]
    return []


def _nothing_to_ask() -> Finding:
    return Finding(
        level=NOTE,
        where="symbols",
        what="no plugin takes a cancel of any of them, so no host was asked.",
        remedy="See above why ccxt's own method takes it; --account portfolio-margin may be"
        " missing.",
    )


def _no_symbol(plugin: str) -> Finding:
    return Finding(
        level=NOTE,
        where=plugin,
        what="it was not asked whether it accepts the key, because no symbol of it was given.",
        remedy="Name one that is traded there now, beside the other symbols.",
    )


def _clock(query: Query) -> Finding:
    return Finding(
        level=WRONG,
        where=query.plugin,
        what="the exchange refuses the time in requests.",
        remedy=REMEDY + UNTIL_THEN,
    )
