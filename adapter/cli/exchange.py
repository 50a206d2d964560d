"""The ccxt exchange object of a command, and what its symbol and options mean."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import ccxt

import adapter
from adapter.cli.exit_codes import UsageError
from adapter.cli.keys import DEFAULT_PREFIX, settings
from adapter.contract.endpoint import Endpoint
from adapter.contract.messages import PORTFOLIO_MARGIN
from adapter.contract.native_venue import ANY_MARKET
from adapter.core.routing import ActiveEndpoint, match_route
from adapter.engine.state import STATE, ExchangeState
from adapter.registry.config import shipped_file

DEFAULT = "binance"
"""The ccxt exchange, unless ``--exchange`` names another."""
OF_SPOT_SYMBOLS = ("spot", "margin")
"""The market types whose symbols have no settle currency."""


def connect(args: argparse.Namespace) -> Any:
    """An exchange object with the keys of ``args``, with the adapter attached.

    Raises `UsageError` and `adapter.PluginError`.
    """
    return attached(args, create(args, keys(args)))


def keys(args: argparse.Namespace) -> dict[str, Any]:
    """The config with all that ccxt needs to sign for the exchange. Raises `UsageError`."""
    names_prefix = prefix(args.exchange)
    required = getattr(ccxt, args.exchange)().requiredCredentials
    return settings(args.config, names_prefix, [name for name in required if required[name]])


def create(args: argparse.Namespace, config: dict[str, Any]) -> Any:
    """An exchange object of the class and at the address that ``args`` have.

    Raises `UsageError` for an exchange that ccxt does not have.
    """
    prefix(args.exchange)
    exchange = getattr(ccxt, args.exchange)(config)
    if getattr(args, "url", None) is not None:
        from adapter.simulator.connect import redirected

        exchange.urls = redirected(exchange.urls, args.url)
    return exchange


def attached(args: argparse.Namespace, exchange: Any) -> Any:
    """The same object, with the adapter.

    Raises `UsageError` for an account that cannot be that of the object.
    """
    try:
        return adapter.attach(exchange, account=args.account, plugins=args.plugins)
    except ValueError as e:
        raise UsageError(str(e)) from e


def prefix(exchange_id: str) -> str:
    """The first part of the names of the variables with the keys, such as ``"BINANCE"``.

    It is that of the plugin's name, or of the exchange's where no plugin is made for it, whether
    plugins.toml enables it or not. Raises `UsageError` for an exchange that ccxt does not have.
    """
    if exchange_id == DEFAULT:
        return DEFAULT_PREFIX
    served = {
        name: plugin.name.partition(".")[0].upper()
        for plugin in adapter.plugins(shipped_file())
        if plugin.cancel_endpoint is not None
        for name in plugin.cancel_endpoint.venue.exchanges
        if name in ccxt.exchanges
    }
    if exchange_id in ccxt.exchanges:
        return served.get(exchange_id, exchange_id.upper())
    close = get_close_matches(exchange_id.lower(), ccxt.exchanges)
    there = f"plugins are made for {', '.join(sorted(served))}"
    hint = f"did you mean {' or '.join(close)}?" if close else there
    raise UsageError(f"ccxt has no exchange {exchange_id!r}; {hint}")


def params_of(args: argparse.Namespace) -> dict[str, Any]:
    """ccxt's params for the options that select an order's book."""
    given = {"marginMode": args.margin_mode, "trigger": args.trigger or None}
    return {name: value for name, value in given.items() if value is not None}


def options_of(account: str | None, margin_mode: str | None, *, trigger: bool) -> list[str]:
    """The options of the command line that select an order's book."""
    options = ["--account", account] if account == PORTFOLIO_MARGIN else []
    options += ["--margin-mode", margin_mode] if margin_mode is not None else []
    return [*options, "--trigger"] if trigger else options


def options_after(args: argparse.Namespace, route: Sequence[str] | None = None) -> list[str]:
    """The options of another command for the same exchange, keys and address.

    ``route`` are those that select the order's book, if other ones do than those of ``args``.
    """
    if route is None:
        route = options_of(None, args.margin_mode, trigger=args.trigger)
    given = {
        "--account": None if "--account" in route else args.account,
        "--exchange": None if args.exchange == DEFAULT else args.exchange,
        "--plugins": args.plugins,
        "--config": args.config,
        "--url": args.url,
    }
    more = ([name, value] for name, value in given.items() if value is not None)
    return [*route, *itertools.chain.from_iterable(more)]


def active_endpoints(exchange: Any) -> tuple[ActiveEndpoint, ...]:
    """The endpoints in use on this exchange object."""
    state: ExchangeState | None = vars(exchange).get(STATE)
    return () if state is None else tuple(state.config.endpoints)


def endpoint_of(exchange: Any, symbol: str, params: dict[str, Any]) -> Endpoint | None:
    """The endpoint that handles a cancel, or None. Raises ccxt's errors for a wrong symbol."""
    name = adapter.explain(exchange, symbol, params).plugin
    endpoints = {active.plugin: active.endpoint for active in active_endpoints(exchange)}
    return None if name is None else endpoints.get(name)


def check_symbol(exchange: Any, symbol: str, margin_mode: str | None = None) -> None:
    """Raise `UsageError` for a market id of two markets, of which ccxt would take one.

    One market is meant where a margin mode or the options of the object select it. Raises ccxt's
    errors for what cannot be a symbol.
    """
    active = active_endpoints(exchange)
    if not active or "/" in symbol or margin_mode is not None:
        return
    route = match_route(exchange, symbol, {}, active, None).market_route
    if route.market_type not in OF_SPOT_SYMBOLS:
        return
    for endpoint in (each.endpoint for each in active):
        if endpoint.market_type in OF_SPOT_SYMBOLS:
            continue
        market = endpoint.venue.market_of_id(exchange, symbol, endpoint.market_type)
        spot, colon, _ = market.structure["symbol"].partition(":") if market else ("", "", "")
        if colon and market is not None:
            contract = market.structure["symbol"]
            raise UsageError(f"{symbol} names two markets: write {spot} or {contract}")


def check_options(exchange: Any, symbol: str, args: argparse.Namespace) -> None:
    """Raise `UsageError` for an option that has no effect on orders of this symbol."""
    try:
        endpoint = endpoint_of(exchange, symbol, params_of(args))
    except ccxt.BaseError:
        return  # the call raises it
    unsent = endpoint.venue.routing_params if endpoint is not None else ()
    if endpoint is None or not unsent:
        return
    has_mode = endpoint.market_type in ("margin", ANY_MARKET)
    if args.margin_mode is not None and "marginMode" in unsent and not has_mode:
        raise UsageError(f"{symbol} has no orders by margin mode: leave --margin-mode out")
    has_book = endpoint.conditional or bool(endpoint.conditional_params)
    if args.trigger and "trigger" in unsent and not has_book:
        raise UsageError(
            f"{symbol} has no separate book of conditional orders, and its stop orders are among"
            " the others: leave --trigger out"
        )
