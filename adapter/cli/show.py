"""``ccxt-adapter show``: shows one order as the exchange shows it."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any

import ccxt

from adapter.cli.books import books_of
from adapter.cli.cancel_result import number
from adapter.cli.exchange import check_symbol, connect, params_of
from adapter.cli.exit_codes import DONE, GONE, REFUSED, USAGE, UsageError
from adapter.cli.output import as_json, facts, failure, working
from adapter.contract.messages import Order

SHOW_USAGE = "ccxt-adapter show ID [SYMBOL] [options]"
SHOW = """\
Show one order as the exchange shows it now: its status, and what was filled at what price.
"""
SHOW_MORE = """\
Without SYMBOL, the order is searched among the open ones. One that has ended needs its symbol.

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
    if len(symbols) > 1:
        raise UsageError("show takes one ID, and its symbol after it")
    symbol = symbols[0] if symbols else None
    exchange = connect(args)
    with closing(exchange.session), working("Looking …"):
        try:
            if symbol is not None:
                check_symbol(exchange, symbol, args.margin_mode)
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
    if symbol is not None:
        found: Order = exchange.fetch_order(order_id, symbol, params_of(args))
        return found
    exchange.load_markets()
    exchange.enableRateLimit = False  # for few requests, for each of which ccxt would wait seconds
    for book in books_of(exchange, args):
        if book.needs_symbol:
            continue
        try:
            listed = book.open_orders(exchange, None)
        except ccxt.AuthenticationError:
            continue  # the key has no such account
        for order in listed:
            if order["id"] == order_id:
                return order
    raise ccxt.OrderNotFound(f"{order_id} is not among the open orders: give its SYMBOL")
