"""``ccxt-adapter show``: shows one order as the exchange shows it."""

from __future__ import annotations

import argparse
import shlex
import sys
from contextlib import closing
from typing import Any

import ccxt

from adapter.cli.books import Book, books_of
from adapter.cli.cancel_result import number
from adapter.cli.exchange import (
    check_options,
    check_symbol,
    connect,
    endpoint_of,
    options_after,
    params_of,
)
from adapter.cli.exit_codes import DONE, GONE, REFUSED, USAGE, UsageError
from adapter.cli.output import as_json, facts, failure, working
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import Order

SHOW_USAGE = "ccxt-adapter show ID [SYMBOL] [options]"
SHOW = """\
Show one order as the exchange shows it now: its status, and what was filled at what price.
"""
SHOW_MORE = """\
Without SYMBOL, or where it is not found, it is searched among the open orders of each account, and
the command that cancels it is shown. One that has ended, or is of a margin account, needs SYMBOL.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`.

examples:
  ccxt-adapter show 283194212 BTC/USDT:USDT
  ccxt-adapter show 2000000375244468 BTC/USDT:USDT --trigger
  ccxt-adapter show 283194212

exit codes: 0 shown, 1 the exchange refused or did not answer, 2 wrong usage, 4 it is not found
"""
FIELDS = (
    *("id", "clientOrderId", "symbol", "status", "datetime", "type", "side", "price", "amount"),
    *("triggerPrice", "filled", "average", "remaining"),
)


def run(args: argparse.Namespace) -> int:
    """Show it; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    order_id, *symbols = args.words
    if len(symbols) > 1 or "/" in order_id:
        raise UsageError("which order? Give one ID, and its symbol after it")
    symbol = symbols[0] if symbols else None
    exchange = connect(args)
    with closing(exchange.session), working("Looking …"):
        try:
            if symbol is not None:
                check_symbol(exchange, symbol, args.margin_mode)
                check_options(exchange, symbol, args)
            order = _order(exchange, args, order_id, symbol)
        except ccxt.OrderNotFound as e:
            return failure(e, GONE, json=args.json)
        except (ccxt.BadSymbol, ccxt.ArgumentsRequired) as e:
            return failure(e, USAGE, json=args.json)
        except ccxt.BaseError as e:
            return failure(e, REFUSED, json=args.json)
    if args.json:
        as_json(order)
    else:
        facts({name: number(order.get(name)) for name in FIELDS})
    return DONE


def _order(exchange: Any, args: argparse.Namespace, order_id: str, symbol: str | None) -> Order:
    """By a query; or as it is listed, where the symbol or the options are others."""
    try:
        return _queried(exchange, args, order_id, symbol)
    except ccxt.OrderNotFound:
        found = _among_open(exchange, args, order_id, symbol)
        if not found:
            raise
    words = "ccxt-adapter", "cancel", order_id
    commands = [
        shlex.join([*words, order["symbol"], *options_after(args, book.options)])
        for book, order in found
    ]
    if len(found) > 1:
        raise UsageError(f"several open orders have this id: {'; '.join(commands)}")
    print(f"ccxt-adapter: found among the open orders: {commands[0]}", file=sys.stderr)
    return found[0][1]


def _queried(exchange: Any, args: argparse.Namespace, order_id: str, symbol: str | None) -> Order:
    if symbol is None:
        raise ccxt.OrderNotFound(f"{order_id} is not among the open orders: give its SYMBOL")
    params = params_of(args)
    endpoint = endpoint_of(exchange, symbol, params)
    if endpoint is not None and endpoint.venue.parse_order_id(order_id) is None:
        orders = shlex.join(["ccxt-adapter", "orders", symbol, *options_after(args)])
        raise UsageError(f"{order_id} is not an order id; `{orders}` shows both ids")
    order: Order = exchange.fetch_order(order_id, symbol, params)
    # on some accounts ccxt queries the regular book, whatever the params say
    if isinstance(endpoint, CancelEndpoint) and endpoint.fields.order_id not in order["info"]:
        raise ccxt.OrderNotFound(f"{order_id} is not open, and ccxt has no query for it")
    return order


def _among_open(
    exchange: Any, args: argparse.Namespace, order_id: str, symbol: str | None
) -> list[tuple[Book, Order]]:
    """The open orders that have this id, of the books that the options leave.

    Raises ``ccxt.AuthenticationError`` where the key is refused for each.
    """
    exchange.load_markets()
    exchange.enableRateLimit = False  # for few requests, for each of which ccxt would wait seconds
    found, refused, is_listed = [], None, False
    for book in books_of(exchange, args):
        if book.needs_symbol if symbol is None else not book.has(exchange.market(symbol)):
            continue
        try:
            listed = book.open_orders(exchange, symbol)
        except ccxt.AuthenticationError as e:
            refused = e  # the key has no such account
            continue
        is_listed = True
        found += [(book, order) for order in listed if order["id"] == order_id]
    if refused is not None and not is_listed:
        raise refused
    return found
