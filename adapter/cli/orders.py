"""``ccxt-adapter orders``: shows the open orders of every book that the key has."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import ccxt

from adapter.cli.books import Book, books_of
from adapter.cli.cancel_result import number
from adapter.cli.exchange import check_symbol, connect
from adapter.cli.exit_codes import DONE, REFUSED, USAGE, UsageError
from adapter.cli.output import as_json, console, described, failure, message, table, working
from adapter.contract.messages import Order

ORDERS = """\
Show the orders that are open now on the exchange: regular and conditional ones, of the classic
account and of Portfolio Margin. "account" has the account, and the options with which
`ccxt-adapter cancel` and `ccxt-adapter show` find the order.
"""
ORDERS_MORE = """\
Without SYMBOL, those of all markets, where the exchange lists them without one: not on margin. What
was not listed is named on standard error, such as an account that the key does not have.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`.

examples:
  ccxt-adapter orders
  ccxt-adapter orders BTC/USDT:USDT LTC/BTC
  ccxt-adapter orders BTC/USDT:USDT --account portfolio-margin --trigger --json

exit codes: 0 listed, but for what needs a SYMBOL, 1 a list is missing, 2 wrong usage
"""
PADDING = 2
"""Blanks between two columns of the table."""
COLUMNS = {
    "id": "id",
    "client id": "clientOrderId",
    "symbol": "symbol",
    "type": "type",
    "side": "side",
    "price": "price",
    "amount": "amount",
    "filled": "filled",
    "trigger": "triggerPrice",
}
"""The headings of the table, and the field of an order in each column."""
STACKED = ((0, 1), (2, 9), (3, 4), (5, 8), (6, 7))
"""The columns that are above each other on a narrow terminal: id and client id, for one."""


def run(args: argparse.Namespace) -> int:
    """List them; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    exchange = connect(args)
    wanted = books_of(exchange, args)
    if not wanted:
        raise UsageError(
            f"no installed plugin lists such orders of {exchange.id}: use ccxt's"
            " fetch_open_orders(). `ccxt-adapter show` and `ccxt-adapter cancel` need no list"
        )
    with closing(exchange.session), working("Listing …"):
        try:
            for symbol in args.words:
                check_symbol(exchange, symbol, args.margin_mode)
            exchange.load_markets()
            # without symbols there are few requests, for each of which ccxt would wait seconds
            exchange.enableRateLimit = bool(args.words)
            listings = [*_listings(exchange, args.words, wanted)]
            if not listings:
                raise UsageError("no installed plugin knows orders of these symbols and options")
        except ccxt.BadSymbol as e:
            return failure(e, USAGE, json=args.json)
        except ccxt.BaseError as e:
            return failure(e, REFUSED, json=args.json)
    return _show(args, listings)


Listing = tuple[Book, list[Order] | Exception]


def _listings(exchange: Any, symbols: Sequence[str], wanted: Sequence[Book]) -> Iterator[Listing]:
    """The open orders of each book, or why they are not known."""
    for symbol in symbols or (None,):
        for book in wanted:
            if symbol is None or book.has(exchange.market(symbol)):
                yield book, _open_orders(exchange, symbol, book)


def _open_orders(exchange: Any, symbol: str | None, book: Book) -> list[Order] | Exception:
    if symbol is None and book.needs_symbol:
        return UsageError("a SYMBOL is needed")
    try:
        orders: list[Order] = book.open_orders(exchange, symbol)
    except ccxt.BaseError as e:
        error: Exception = e
        return error
    return orders


def _show(args: argparse.Namespace, listings: Sequence[Listing]) -> int:
    missing = [(book, came) for book, came in listings if isinstance(came, Exception)]
    orders = [(book, o) for book, came in listings if isinstance(came, list) for o in came]
    has_any = len(missing) < len(listings)
    code = REFUSED if any(_is_failure(e, has_any) for _, e in missing) else DONE
    if not has_any and code == DONE:
        code = USAGE
    for reason, books in _alike(missing):
        print(f"ccxt-adapter: not listed: {', '.join(books)} ({reason})", file=sys.stderr)
    if args.json:
        not_listed = [{**book.fields, **_error(e)} for book, e in missing]
        listed = [_fields(book, order) for book, order in orders]
        as_json({"exit": code, "orders": listed, "not_listed": not_listed})
    elif orders:
        _show_table(orders)
    elif has_any:
        print("No order is open in what was listed." if missing else "No order is open.")
    return code


def _is_failure(error: Exception, has_any: bool) -> bool:
    """Whether the list is missing; not where the key has no such account, but has another."""
    return not isinstance(error, UsageError) and not (
        has_any and isinstance(error, ccxt.AuthenticationError)
    )


def _alike(missing: Sequence[tuple[Book, Exception]]) -> Iterator[tuple[str, list[str]]]:
    """Each reason, and the names of the books that have it."""
    alike: dict[str, list[str]] = {}
    for book, error in missing:
        alike.setdefault(described(error), []).append(book.name)
    yield from alike.items()


def _error(error: Exception) -> dict[str, str]:
    return {"error": type(error).__name__, "message": message(error)}


def _fields(book: Book, order: Order) -> dict[str, Any]:
    return {**{name: order.get(name) for name in COLUMNS.values()}, **book.fields, "order": order}


def _show_table(orders: Sequence[tuple[Book, Order]]) -> None:
    """One line for each order, or two where the terminal is too narrow, so that ids stay whole."""
    terminal = console()
    headings, rows = [*COLUMNS, "account"], [_cells(book, order) for book, order in orders]
    width = sum(PADDING + max(map(len, column)) for column in zip(headings, *rows, strict=True))
    if not terminal.is_terminal and "COLUMNS" not in os.environ:
        terminal.width = width
    if terminal.width < width:
        headings, rows = _stacked(headings), [_stacked(row) for row in rows]
    shown = table(*headings)
    for row in rows:
        shown.add_row(*row)
    terminal.print(shown)


def _cells(book: Book, order: Order) -> list[str]:
    values = [order.get(name) for name in COLUMNS.values()]
    account = " ".join([book.account, *book.options_without_account])
    return [*("" if value is None else str(number(value)) for value in values), account]


def _stacked(cells: Sequence[str]) -> list[str]:
    """Every two related cells as one."""
    return [f"{cells[upper]}\n{cells[lower]}" for upper, lower in STACKED]
