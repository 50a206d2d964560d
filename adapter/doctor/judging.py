"""What an answer of a host says is wrong, and what to do about it."""

from __future__ import annotations

import ccxt

from adapter.call import Meaning, NoReply, Reply, Verdict
from adapter.doctor.findings import WARNING, WRONG, Finding, short
from adapter.product import Venue

FIREWALL, NO_PAGE, PROXY, LOCATION = 403, 404, 407, 451
BY_STATUS = {
    FIREWALL: (
        "a firewall in front of the exchange refuses this address",
        "Wait some minutes. If it stays, the address is blocked: try from another one.",
    ),
    NO_PAGE: (
        "there is no such page",
        "See that the address is the exchange's: --url, or the exchange object's urls.",
    ),
    PROXY: (
        "the proxy refuses to let anybody through without its password",
        "Give the proxy's user and password in its URL.",
    ),
    LOCATION: (
        "the exchange does not serve the country that this address is in",
        "Run it where the exchange serves you. It goes by the machine's address, and by that of a"
        " proxy or VPN.",
    ),
}
"""What HTTP alone says, whoever answers."""


def of_page(reply: Reply | NoReply, verdict: Verdict, where: str) -> Finding | None:
    """What is wrong with a host by its answer to a page that needs no key; a refusal is none."""
    if verdict.meaning is Meaning.REFUSED and _status(reply) not in BY_STATUS:
        return None
    return _of_host(reply, verdict, where)


def of_query(
    reply: Reply | NoReply, verdict: Verdict, where: str, venue: Venue, symbol: str
) -> Finding | None:
    """What is wrong by the answer to a signed query of an order that cannot be there."""
    if is_accepted(verdict):
        return None
    told = venue.advice(reply) if isinstance(reply, Reply) else None
    if told is not None:
        means, remedy = told
        return Finding(level=WRONG, where=where, what=_with(means, verdict), remedy=remedy)
    if verdict.meaning is not Meaning.REFUSED or _status(reply) in BY_STATUS:
        return _of_host(reply, verdict, where)
    return _refused(verdict, where, symbol)


def is_accepted(verdict: Verdict) -> bool:
    """Whether the exchange has looked for the order: key, signature, address and time will do."""
    return verdict.meaning in (Meaning.GONE, Meaning.ORDER)


def _of_host(reply: Reply | NoReply, verdict: Verdict, where: str) -> Finding:
    what, remedy = BY_STATUS.get(_status(reply)) or _by_meaning(verdict)
    return Finding(level=WRONG, where=where, what=_with(what, verdict), remedy=remedy)


def _by_meaning(verdict: Verdict) -> tuple[str, str]:
    match verdict.meaning:
        case Meaning.LIMITED:
            return _limited(verdict)
        case Meaning.NOT_EXECUTED:
            return (
                "the exchange is overloaded or under maintenance",
                "Wait, and look at its status page.",
            )
        case Meaning.CLOCK:
            return (
                "the exchange refuses the time in the request",
                "Set this machine's clock by a time server.",
            )
        case Meaning.NOT_SENT:
            return (
                "it cannot be reached",
                "Look at the exchange object's proxy settings, and for a firewall, a proxy or a VPN"
                " between this machine and the exchange.",
            )
        case _:
            return (
                "it gives no answer that can be used",
                "Try again. If it stays: something between this machine and the exchange, such as"
                " a proxy or a login page, may answer in its place; or the exchange is in trouble,"
                " which its status page would say.",
            )


def _limited(verdict: Verdict) -> tuple[str, str]:
    after = verdict.retry_after
    until = "" if after is None else f" for another {after:.0f} s"
    return (
        f"the exchange takes no more requests from this address{until}",
        "Send it nothing until then, from any program at this address: requests during a ban make"
        " it longer. Then find the program that asks too often.",
    )


def _refused(verdict: Verdict, where: str, symbol: str) -> Finding:
    if issubclass(verdict.error, ccxt.BadSymbol):
        return Finding(
            level=WARNING,
            where=where,
            what=_with(
                f"the exchange does not know {symbol}, so it may not have looked at the key",
                verdict,
            ),
            remedy="Name a symbol that is traded there now.",
        )
    if issubclass(verdict.error, ccxt.AuthenticationError):
        return Finding(
            level=WRONG,
            where=where,
            what=_with("the exchange refuses the key or what it is to do", verdict),
            remedy="At the exchange, look at the key: what it may do, and from which addresses.",
        )
    return Finding(
        level=WARNING,
        where=where,
        what=_with("the exchange refuses the query, so it may not have looked at the key", verdict),
        remedy="Look the code up in the exchange's documentation.",
    )


def _status(reply: Reply | NoReply) -> int:
    return reply.status if isinstance(reply, Reply) else 0


def _with(what: str, verdict: Verdict) -> str:
    """The words, and what came back."""
    return f"{what}: {short(verdict.text)}" if verdict.text else what
