"""The books of orders that an account has, as the installed plugins know them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

import adapter
from adapter.cli.exchange import options_of
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN, Order

MARGIN_MODES = ("cross", "isolated")
MARKET_TYPES: Mapping[str, Mapping[str, str]] = {
    "linear": {"type": "swap", "subType": "linear"},
    "inverse": {"type": "swap", "subType": "inverse"},
    "option": {"type": "option"},
    "margin": {"type": "margin"},
    "spot": {"type": "spot"},
}
"""ccxt's params for the orders of all markets of a type."""


@attrs.frozen(kw_only=True)
class Book:
    """The orders of one endpoint, of one account."""

    endpoint: CancelEndpoint
    account: str
    margin_mode: str | None

    @property
    def params(self) -> dict[str, Any]:
        """ccxt's params for its open orders."""
        params = {**MARKET_TYPES[self.endpoint.market_type]}
        mode = {} if self.margin_mode is None else {"marginMode": self.margin_mode}
        trigger = {"trigger": True} if self.endpoint.conditional else {}
        return {**params, **self.endpoint.venue.account_options(self.account), **mode, **trigger}

    def open_orders(self, exchange: Any, symbol: str | None) -> list[Order]:
        """What is open in it; of all markets without a symbol. Raises as ccxt's method.

        The markets are loaded.
        """
        exchange.options["warnOnFetchOpenOrdersWithoutSymbol"] = False  # ccxt raises its warning
        found: list[Order] = exchange.fetch_open_orders(symbol, None, None, self.params)
        # for some books, classes such as ccxt's binanceusdm list another one
        markets = (exchange.markets.get(order["symbol"]) for order in found)
        return [o for o, m in zip(found, markets, strict=True) if m is None or self.has(m)]

    @property
    def needs_symbol(self) -> bool:
        """Whether the exchange lists it by symbol only."""
        listing = self.endpoint.open_orders
        return listing is not None and listing.weight_of_all is None

    @property
    def name(self) -> str:
        """Account, market type, and what else selects it."""
        mode = [self.margin_mode] if self.margin_mode else []
        conditional = ["conditional"] if self.endpoint.conditional else []
        return " ".join([self.account, *mode, self.endpoint.market_type, *conditional])

    @property
    def options(self) -> list[str]:
        """The options of the command line that select it."""
        return options_of(self.account, self.margin_mode, trigger=self.endpoint.conditional)

    @property
    def options_without_account(self) -> list[str]:
        """Those of them that the account does not imply."""
        return options_of(None, self.margin_mode, trigger=self.endpoint.conditional)

    @property
    def fields(self) -> dict[str, Any]:
        """For a program."""
        return {
            "account": self.account,
            "marketType": self.endpoint.market_type,
            "marginMode": self.margin_mode,
            "trigger": self.endpoint.conditional,
            "options": self.options,
        }

    def has(self, market: Mapping[str, Any]) -> bool:
        """Whether orders of the market may be in it."""
        kind = "spot" if self.endpoint.market_type == "margin" else self.endpoint.market_type
        return bool(market[kind])


def books_of(exchange: Any, args: argparse.Namespace) -> list[Book]:
    """The books of the exchange object, of those that the options select.

    A plugin that is not in use has its book, too. Raises `adapter.PluginError`.
    """
    found = {book.name: book for book in _books(exchange, args)}
    return [found[name] for name in sorted(found)]


def _books(exchange: Any, args: argparse.Namespace) -> Iterator[Book]:
    for endpoint in (plugin.cancel_endpoint for plugin in adapter.plugins(args.plugins)):
        if not isinstance(endpoint, CancelEndpoint):
            continue
        if exchange.id not in endpoint.venue.exchanges:
            continue
        stated = {*endpoint.venue.stated_accounts(exchange, exchange.options).values()}
        # an endpoint of several accounts has the same orders in each
        for account in sorted(endpoint.accounts & (stated or endpoint.accounts))[:1]:
            for mode in _margin_modes(endpoint, account):
                is_wanted = args.margin_mode in (None, mode)
                if is_wanted and (endpoint.conditional or not args.trigger):
                    yield Book(endpoint=endpoint, account=account, margin_mode=mode)


def _margin_modes(endpoint: CancelEndpoint, account: str) -> tuple[str | None, ...]:
    """A Portfolio Margin account has one margin account, without a mode."""
    has_modes = endpoint.market_type == "margin" and account != PORTFOLIO_MARGIN
    return MARGIN_MODES if has_modes else (None,)
