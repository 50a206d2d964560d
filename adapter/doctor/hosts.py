"""One host that cancels go to: the way there, its time, and the weight that is used of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

from adapter.call import NoReply, Reply
from adapter.doctor import clock
from adapter.doctor.asking import Asked, Asker, used_weight
from adapter.doctor.clock import Clock
from adapter.doctor.findings import WARNING, WRONG, Finding
from adapter.doctor.judging import of_page
from adapter.doctor.reach import Step, reached
from adapter.doctor.targets import Target, address, end, proxy
from adapter.product import Product

TIMES = 3
"""How often a page is asked for: the first answer waits for a connection, the quickest tells."""
NEARLY, HALF = 0.95, 0.5
REMEDIES = {
    "DNS": "See that the name is right, and that this machine has a network and a name server.",
    "TCP": "Look for a firewall, a VPN or a broken line between this machine and that host. If"
    " others reach it, this machine's address may be blocked.",
    "TLS": "Something between this machine and the exchange may answer in its place, such as a"
    " proxy that opens TLS; or this machine's clock is wrong, or its list of authorities old:"
    " pip install --upgrade certifi.",
}


@attrs.frozen(kw_only=True)
class Host:
    """What was found of one host."""

    host: str
    plugins: tuple[str, ...]
    through: str | None = None
    """The proxy on the way, as host and port; the steps lead to that."""
    steps: tuple[Step, ...] = ()
    clock: Clock | None = None
    used_weight: int | None = None
    weight_limit: int | None = None
    is_well: bool = False
    """Whether it answers as it should."""


def examined(asker: Asker, target: Target) -> tuple[Host, list[Finding]]:
    """Go to a host step by step, and ask it for the time."""
    plugins = tuple(choice.plugin for choice in target.choices)
    limits = [choice.product.weight_limit for choice in target.choices]
    host = Host(host=target.host, plugins=plugins, weight_limit=limits[0])
    try:
        through = proxy(asker.exchange, target.url)
        leads_to = end(asker.exchange, target.url, through)
    except (ccxt.BaseError, ValueError) as e:
        return host, [_found(host, f"the proxy settings cannot be right: {e}", "Mend them.")]
    if through is not None:
        host = attrs.evolve(host, through=":".join(map(str, address(through))))
    host = attrs.evolve(host, steps=reached(leads_to, asker.patience))
    last = host.steps[-1]
    if last.problem is not None:
        return host, [_found(host, f"{last.name}: {last.problem}", REMEDIES[last.name])]
    return _asked(asker, target, host)


def _found(host: Host, what: str, remedy: str) -> Finding:
    where = host.host if host.through is None else f"{host.host} through {host.through}"
    return Finding(level=WRONG, where=where, what=what, remedy=remedy)


def _asked(asker: Asker, target: Target, host: Host) -> tuple[Host, list[Finding]]:
    choice = target.choices[0]
    answers, finding = _answers(asker, target)
    used = [n for one in answers if (n := used_weight(one.reply, choice)) is not None]
    ms, problem = min(one.ms for one in answers), finding.what if finding else None
    host = attrs.evolve(
        host,
        steps=(*host.steps, Step(name="HTTP", ms=ms, problem=problem)),
        used_weight=max(used, default=None),
        is_well=finding is None,
    )
    if finding is not None:
        return host, [finding]
    told = clock.compared(answers, choice.product.venue, clock.correction(asker.exchange))
    if told is None:
        return host, []
    finding = clock.judged(told, host.host, _window(asker.exchange, target))
    return attrs.evolve(host, clock=told), [finding] if finding else []


def _answers(asker: Asker, target: Target) -> tuple[list[Asked], Finding | None]:
    """What came back until something was wrong, but of no more than `TIMES` requests."""
    url, answers = _page(asker.exchange, target), []
    for _ in range(TIMES):
        asked = asker.page(url, target.choices[0])
        answers.append(asked)
        if (finding := _judged(asker, target, asked.reply)) is not None:
            return answers, finding
    return answers, None


def _window(exchange: Any, target: Target) -> int | None:
    """The ``recvWindow`` of its requests, in ms."""
    own: int | None = exchange.safe_integer(exchange.options, "recvWindow")
    return target.choices[0].policy.recv_window or own


def _judged(asker: Asker, target: Target, reply: Reply | NoReply) -> Finding | None:
    choice = target.choices[0]
    if _tells_time(reply, choice.product):
        return None
    return of_page(reply, asker.verdict(reply, choice), target.host)


def _tells_time(reply: Reply | NoReply, product: Product) -> bool:
    if not isinstance(reply, Reply) or reply.status != HTTPStatus.OK:
        return False
    return product.venue.server_time(attrs.evolve(reply, headers={})) is not None


def _page(exchange: Any, target: Target) -> str:
    """The host's time page, or the address itself: without a key that is refused, with a date."""
    product: Product = target.choices[0].product
    if product.time_api is None:
        return target.url
    try:
        url = product.venue.url(exchange, product.time_api, "time")
    except ccxt.NotSupported:
        return target.url
    return url if urlsplit(url).netloc == target.host else target.url


def weighed(host: Host) -> Finding | None:
    """Whether the weight that is used of the host's minute is a matter."""
    used, limit = host.used_weight, host.weight_limit
    if used is None or limit is None or used < HALF * limit:
        return None
    what = f"{used} of the {limit} request weight of this minute are used"
    remedy = "Find what asks so often, at this address: all its programs share the limit."
    if used < NEARLY * limit:
        return Finding(level=WARNING, where=host.host, what=what, remedy=remedy)
    what += ": more than a few cancels wait for the next minute"
    return Finding(level=WRONG, where=host.host, what=what, remedy=remedy)
