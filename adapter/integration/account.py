"""The account of one exchange object, written to its options, where all of ccxt reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapter.core.routing import ActiveEndpoint

RECORD = "adapterAccount"
"""The option that records what was written and what it replaced. Copies of the object have it."""


def find_contradiction(
    exchange: Any, endpoints: Iterable[ActiveEndpoint], account: str | None
) -> str | None:
    """A message if the exchange object states another account, else None.

    Options that `write_account` wrote are ignored.
    """
    options = _user_options(exchange)
    if account is None or options is None:
        return None
    for venue in dict.fromkeys(active.endpoint.venue for active in endpoints):
        for setting, stated in venue.stated_accounts(exchange, options).items():
            if stated != account:
                return (
                    f"{exchange.id}: account {account!r} contradicts {setting} of this exchange"
                    f" object, which states {stated!r}: remove one of the two"
                )
    return None


def write_account(exchange: Any, endpoints: Iterable[ActiveEndpoint], account: str | None) -> None:
    """Set the account of the whole object, instead of the one that was written before.

    The options become a new dict, because a shallow copy of the object shares the old one.
    """
    options = _user_options(exchange)
    if options is None:
        return
    written: dict[str, Any] = {}
    for active in endpoints:
        required = {} if account is None else active.endpoint.venue.account_options(account)
        written |= {name: value for name, value in required.items() if options.get(name) != value}
    if written:
        replaced = {name: options[name] for name in written if name in options}
        options |= {**written, RECORD: {"written": written, "replaced": replaced}}
    if options != exchange.options:
        exchange.options = options


def restore_account(exchange: Any) -> None:
    """Restore the options that `write_account` replaced. Options changed since then are left."""
    write_account(exchange, (), None)


def _user_options(exchange: Any) -> dict[str, Any] | None:
    """The options without what `write_account` wrote; None where they are no mapping."""
    if not isinstance(exchange.options, Mapping):
        return None
    options = dict(exchange.options)
    record = options.pop(RECORD, {"written": {}, "replaced": {}})
    for name, value in record["written"].items():
        if options.get(name) == value:
            del options[name]
            options.update({k: v for k, v in record["replaced"].items() if k == name})
    return options
