"""The account of a whole exchange object, as its options tell it to all of ccxt's methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapter.core.routing import ActiveEndpoint

RECORD = "adapterAccount"
"""The option that tells what was written and what stood there; a copy of the object has it too."""


def find_contradiction(
    exchange: Any, endpoints: Iterable[ActiveEndpoint], account: str | None
) -> str | None:
    """Where the exchange object states another account, for people; None where it does not.

    What was written by `write_account` does not count.
    """
    options = _without_ours(exchange)
    if account is None or options is None:
        return None
    for venue in dict.fromkeys(active.endpoint.venue for active in endpoints):
        for place, stated in venue.stated_accounts(exchange, options).items():
            if stated != account:
                return (
                    f"{exchange.id}: account {account!r} contradicts {place} of this exchange"
                    f" object, which states {stated!r}: remove one of the two"
                )
    return None


def write_account(exchange: Any, endpoints: Iterable[ActiveEndpoint], account: str | None) -> None:
    """Make this the account of the whole object, in place of what was written before.

    The options become a new dict: a flat copy of the exchange object shares the old one.
    """
    options = _without_ours(exchange)
    if options is None:
        return
    written: dict[str, Any] = {}
    for active in endpoints:
        wanted = {} if account is None else active.endpoint.venue.account_options(account)
        written |= {name: value for name, value in wanted.items() if options.get(name) != value}
    if written:
        before = {name: options[name] for name in written if name in options}
        options |= {**written, RECORD: {"written": written, "before": before}}
    if options != exchange.options:
        exchange.options = options


def restore_account(exchange: Any) -> None:
    """Write again what stood there before; what has been changed since then stays."""
    write_account(exchange, (), None)


def _without_ours(exchange: Any) -> dict[str, Any] | None:
    """The options as they would be without what was written; None where there are none."""
    if not isinstance(exchange.options, Mapping):
        return None
    options = dict(exchange.options)
    record = options.pop(RECORD, {"written": {}, "before": {}})
    for name, value in record["written"].items():
        if options.get(name) == value:
            del options[name]
            options.update({k: v for k, v in record["before"].items() if k == name})
    return options
