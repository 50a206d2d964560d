"""Findings: what is wrong by an answer, a connection error or a clock, and how to fix it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable

import attrs
import ccxt

from adapter.contract.messages import Classification, NoResponse, Response, ResponseKind
from adapter.core.routing import ActiveEndpoint

WRONG, WARNING = LEVELS = ("wrong", "warning")
"""``WRONG`` must be fixed; a ``WARNING`` may be harmless."""
MAX_TEXT = 300
MAX_AHEAD = 1000
"""ms; the exchange refuses a timestamp that is further ahead."""

Diagnosis = tuple[str, str]
"""What is wrong, and what to do."""

BY_STATUS: dict[int, Diagnosis] = {
    403: (
        "a firewall in front of the exchange refuses this IP address",
        "Wait some minutes. If it stays, the address is blocked: try another one.",
    ),
    404: (
        "there is no such page",
        "Check that the address is the exchange's: --url, or the exchange object's urls.",
    ),
    407: ("the proxy requires a password", "Give the proxy's user and password in its URL."),
    451: (
        "the exchange does not serve the country of this IP address",
        "Run it where the exchange serves you; the IP address of a proxy or VPN counts.",
    ),
}
MAINTENANCE = (
    "the exchange is overloaded or under maintenance",
    "Wait, and check its status page.",
)
UNUSABLE = (
    "the answer cannot be used",
    "Try again. If it stays: a proxy or a login page may answer instead of the exchange (HTML is a"
    " sign of that), or the exchange is down, which its status page shows.",
)
PROXY = (
    "the URL or the proxy cannot be used",
    "Check --url or the exchange object's urls, its proxy settings, HTTPS_PROXY, and the proxy.",
)
DNS = (
    "DNS: the host name cannot be resolved",
    "Check the spelling of the name, and this machine's network and name server.",
)
TLS = (
    "TLS: the connection cannot be secured",
    "A proxy that intercepts TLS may answer instead of the exchange; or this machine's clock is"
    " wrong; or its certificate authorities are old: pip install --upgrade certifi.",
)
TCP = (
    "the connection fails",
    "Look for a firewall, a VPN or a network failure on this side. If others can connect, this"
    " machine's IP address may be blocked.",
)
KEY = (
    "the exchange refuses the key or the request",
    "At the exchange, check the permissions of the key and its allowed IP addresses.",
)
SET_CLOCK = (
    "Set this machine's clock by a time server (Linux: timedatectl set-ntp true; Windows: w32tm"
    " /resync; in a virtual machine or WSL, the clock of the host machine)."
)
TIMESTAMP = ("the exchange refuses the timestamp of the request", SET_CLOCK)


@attrs.frozen(kw_only=True)
class Clock:
    """The difference between the timestamps of requests and the exchange's clock."""

    offset_ms: float
    """Positive where the timestamps are ahead."""
    uncertainty_ms: float


def _sentence(text: str) -> str:
    return text if text.endswith((".", "…")) else f"{text}."


@attrs.frozen
class Finding:
    """A problem and its remedy."""

    level: str
    where: str
    """Such as a host or a plugin; several are separated by commas."""
    what: str = attrs.field(converter=_sentence)
    remedy: str


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by level, with equal ones merged into one."""
    merged: dict[tuple[str, str, str], dict[str, None]] = {}
    for found in findings:
        merged.setdefault((found.level, found.what, found.remedy), {})[found.where] = None
    unique = [
        Finding(level, ", ".join(where), what, remedy)
        for (level, what, remedy), where in merged.items()
    ]
    return tuple(sorted(unique, key=lambda found: LEVELS.index(found.level)))


def shortened(text: str) -> str:
    """The text in one line of limited length."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else line[:MAX_TEXT] + "…"


def of_page(reply: Response | NoResponse, verdict: Classification, host: str) -> Finding | None:
    """The finding by the answer to an unsigned request; a missing key is not one."""
    if verdict.kind is ResponseKind.REFUSED and _status(reply) not in BY_STATUS:
        return None
    return _finding(WRONG, host, _of_host(reply, verdict), verdict)


def of_query(
    reply: Response | NoResponse, verdict: Classification, choice: ActiveEndpoint, symbol: str
) -> Finding | None:
    """The finding by the answer to a signed query of an order that does not exist."""
    if verdict.kind in (ResponseKind.NOT_OPEN, ResponseKind.ORDER):
        return None  # it searched for the order, so key, signature and timestamp are valid
    advice = (
        choice.endpoint.venue.explain_auth_error(reply) if isinstance(reply, Response) else None
    )
    if advice is not None:
        return _finding(WRONG, choice.plugin, advice, verdict)
    if verdict.kind is not ResponseKind.REFUSED or _status(reply) in BY_STATUS:
        return _finding(WRONG, choice.plugin, _of_host(reply, verdict), verdict)
    if issubclass(verdict.error, ccxt.AuthenticationError):
        return _finding(WRONG, choice.plugin, KEY, verdict)
    diagnosis = (
        f"the exchange refuses the query of {symbol}, so the key may not have been checked",
        "Name a symbol that is traded there now, or look the code up in its documentation.",
    )
    return _finding(WARNING, choice.plugin, diagnosis, verdict)


def of_clock(clock: Clock, host: str, recv_window: int | None) -> Finding | None:
    """The finding where timestamps are surely too far from the exchange's clock."""
    offset = clock.offset_ms
    at_least = abs(offset) - clock.uncertainty_ms
    if at_least < MAX_AHEAD:
        return None
    refused = offset > 0 or (recv_window is not None and at_least > recv_window)
    side = "ahead of" if offset > 0 else "behind"
    # rounded, so that equal findings of several hosts are merged
    what = f"timestamps are about {round(abs(offset), -2):.0f} ms {side} the exchange's clock"
    return Finding(WRONG if refused else WARNING, host, what, SET_CLOCK)


def _finding(level: str, where: str, diagnosis: Diagnosis, verdict: Classification) -> Finding:
    what, remedy = diagnosis
    what = f"{what}: {shortened(verdict.text)}" if verdict.text else what
    return Finding(level, where, what, remedy)


def _status(reply: Response | NoResponse) -> int:
    return reply.status if isinstance(reply, Response) else 0


def _of_host(reply: Response | NoResponse, verdict: Classification) -> Diagnosis:
    if isinstance(reply, NoResponse) and not reply.may_have_been_sent:
        return _of_connection(reply)
    by_kind = {
        ResponseKind.RATE_LIMITED: _of_limit(verdict.retry_after),
        ResponseKind.NOT_EXECUTED: MAINTENANCE,
        ResponseKind.CLOCK_SKEW: TIMESTAMP,
    }
    return BY_STATUS.get(_status(reply)) or by_kind.get(verdict.kind, UNUSABLE)


def _of_connection(reply: NoResponse) -> Diagnosis:
    prefixes = ("ProxyError", "InvalidURL", "InvalidProxyURL", "InvalidProxySettings")
    if reply.reason.startswith(prefixes):
        return PROXY
    if isinstance(reply.cause, (socket.gaierror, UnicodeError)):
        return DNS
    return TLS if isinstance(reply.cause, ssl.SSLError) else TCP


def _of_limit(retry_after: float | None) -> Diagnosis:
    until = "" if retry_after is None else f" for another {retry_after:.0f} s"
    return (
        f"the exchange refuses all requests of this IP address{until}: too many were sent",
        "Send none until then, from any program at this address, because requests during a ban"
        " extend it. Then find the program that sends too many.",
    )
