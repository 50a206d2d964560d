"""What a response, a connection error or a clock shows to be wrong, and what to do about it."""

from __future__ import annotations

import socket
import ssl

import ccxt

from adapter.contract.messages import Classification, NoResponse, Response, ResponseKind
from adapter.contract.venue import Venue
from adapter.doctor.report import WARNING, WRONG, Clock

MAX_OFFSET = 1000
"""ms; the exchange refuses a timestamp that is further ahead."""

Reply = Response | NoResponse
Diagnosis = tuple[str, str, str]
"""The level, what is wrong, and what to do."""

BY_STATUS = {
    403: (
        "a firewall in front of the exchange refuses this IP address",
        "Wait some minutes. If it stays, the address is blocked: try another one.",
    ),
    404: ("there is no such page", "Check the address: --url, or the exchange object's urls."),
    451: ("it does not serve the country of this IP address", "That of a proxy or a VPN counts."),
}
UNUSABLE = (
    "the answer cannot be used",
    "Try again. If it stays, a proxy or a login page answers instead of the exchange, or it is"
    " down, which its status page shows.",
)
PROXY = (
    "the URL or the proxy cannot be used",
    "Check --url or the exchange object's urls, its proxy settings, HTTPS_PROXY, and the proxy.",
)
DNS = ("DNS: the host name cannot be resolved", "Check its spelling, the network and name server.")
TLS = (
    "TLS: the connection cannot be secured",
    "A proxy may intercept TLS; or this machine's clock is wrong; or its certificate authorities"
    " are old: pip install --upgrade certifi.",
)
NO_TLS = (
    "TLS: what answers at this address does not speak TLS",
    "For a server of your own, write http:// in place of https://. If not, check the port.",
)
PLAIN_HTTP = "Check the address first: it begins with http://, an exchange's with https://. "
TCP = (
    "the connection fails",
    "Check the address if you have set it (--url, or the exchange object's urls), and look for a"
    " firewall, a VPN or a network failure. If others can connect, this IP address may be blocked.",
)
NOT_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""OpenSSL's reasons for bytes that are not TLS; which one depends on its version."""
KEY = (
    "the exchange refuses the key or the request",
    "At the exchange, check the permissions of the key and its allowed IP addresses.",
)
SET_CLOCK = (
    "Set this machine's clock by a time server (Linux: timedatectl set-ntp true; Windows: w32tm"
    " /resync; in a virtual machine, the clock of the host machine)."
)
BY_KIND = {
    ResponseKind.RATE_LIMITED: (
        "the exchange refuses all requests of this IP address{until}: too many were sent",
        "Send none until then, from any program at this address: requests during a ban extend it.",
    ),
    ResponseKind.NOT_EXECUTED: ("overloaded or under maintenance", "Wait; see its status page."),
    ResponseKind.CLOCK_SKEW: ("the exchange refuses the timestamp of the request", SET_CLOCK),
}


def shortened(text: str) -> str:
    """The text in one line; a page of HTML would fill the report."""
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:300]}…"


def of_host(reply: Reply, verdict: Classification, url: str) -> Diagnosis | None:
    """What keeps requests from the exchange; None where the exchange answered one."""
    refused = verdict.kind is ResponseKind.REFUSED and getattr(reply, "status", 0) not in BY_STATUS
    if refused or verdict.kind in (ResponseKind.NOT_OPEN, ResponseKind.ORDER):
        return None
    return _quoting(verdict, WRONG, *_cause(reply, verdict, url))


def of_query(
    reply: Reply, verdict: Classification, url: str, venue: Venue, symbol: str
) -> Diagnosis | None:
    """The answer to a signed query of an order that does not exist; None where it searched."""
    if isinstance(reply, Response) and (explained := venue.explain_auth_error(reply)):
        return _quoting(verdict, WRONG, *explained)
    if problem := of_host(reply, verdict, url):
        return problem
    if verdict.kind is not ResponseKind.REFUSED:
        return None
    if issubclass(verdict.error, ccxt.AuthenticationError):
        return _quoting(verdict, WRONG, *KEY)
    what = f"the exchange refuses the query of {symbol}, so the key may not have been checked"
    remedy = "Name a symbol that is traded there now, or look the code up in its documentation."
    return _quoting(verdict, WARNING, what, remedy)


def of_clock(clock: Clock) -> Diagnosis | None:
    """Timestamps that are surely too far from the exchange's clock."""
    offset = clock.offset_ms
    if abs(offset) - clock.uncertainty_ms < MAX_OFFSET:
        return None
    side = "ahead of" if offset > 0 else "behind"
    # rounded, so that equal problems of several hosts become one
    what = f"timestamps are about {round(abs(offset), -2):.0f} ms {side} the exchange's clock"
    return WRONG, what, SET_CLOCK


def _quoting(verdict: Classification, level: str, what: str, remedy: str) -> Diagnosis:
    wait = "" if verdict.retry_after is None else f" for another {verdict.retry_after:.0f} s"
    what = what.replace("{until}", wait)
    return level, f"{what}: {shortened(verdict.text)}" if verdict.text else what, remedy


def _cause(reply: Reply, verdict: Classification, url: str) -> tuple[str, str]:
    if isinstance(reply, Response) or reply.may_have_been_sent:
        if found := BY_STATUS.get(getattr(reply, "status", 0)) or BY_KIND.get(verdict.kind):
            return found
        what, remedy = UNUSABLE
        return what, PLAIN_HTTP + remedy if url.startswith("http:") else remedy
    if reply.reason.startswith(("ProxyError", "InvalidURL", "InvalidProxy")):
        return PROXY
    if isinstance(reply.cause, (socket.gaierror, UnicodeError)):
        return DNS
    if isinstance(reply.cause, ssl.SSLError):
        return NO_TLS if reply.cause.reason in NOT_TLS else TLS
    return TCP
