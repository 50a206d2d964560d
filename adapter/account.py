"""The account of a whole exchange object, as its options tell it to all of ccxt's methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from adapter.routing import Choice


@attrs.frozen
class AccountOptions:
    """Options of an exchange object that the adapter has written, and what stood there before."""

    written: Mapping[str, Any] = attrs.field(factory=dict)
    before: Mapping[str, Any] = attrs.field(factory=dict)
    """Without those that were not there."""


NOTHING = AccountOptions()


def contradiction(
    exchange: Any, choices: Iterable[Choice], account: str | None, ours: AccountOptions
) -> str | None:
    """Where the exchange object states another account, for people; None where it does not.

    ``ours`` does not count.
    """
    options = _without(exchange, ours)
    if account is None or options is None:
        return None
    for venue in dict.fromkeys(choice.product.venue for choice in choices):
        for place, stated in venue.stated_accounts(exchange, options).items():
            if stated != account:
                return (
                    f"{exchange.id}: account {account!r} contradicts {place} of this exchange"
                    f" object, which states {stated!r}: remove one of the two"
                )
    return None


def write(
    exchange: Any, choices: Iterable[Choice], account: str | None, ours: AccountOptions
) -> AccountOptions:
    """Make this the account of the whole object, in place of what ``ours`` wrote.

    The options become a new dict: a flat copy of the exchange object shares the old one.
    """
    options = _without(exchange, ours)
    if options is None:
        return NOTHING
    written: dict[str, Any] = {}
    for choice in choices:
        wanted = {} if account is None else choice.product.venue.account_options(account)
        written |= {name: value for name, value in wanted.items() if options.get(name) != value}
    if written or ours.written:
        exchange.options = {**options, **written}
    before = {name: options[name] for name in written if name in options}
    return AccountOptions(written, before)


def give_back(exchange: Any, ours: AccountOptions) -> None:
    """Write again what stood there before; what has been changed since then stays."""
    if ours.written:
        write(exchange, (), None, ours)


def _without(exchange: Any, ours: AccountOptions) -> dict[str, Any] | None:
    """The options as they would be without ours; None where there are none."""
    if not isinstance(exchange.options, Mapping):
        return None
    options = dict(exchange.options)
    for name, value in ours.written.items():
        if options.get(name) == value:
            del options[name]
            options.update({k: v for k, v in ours.before.items() if k == name})
    return options
