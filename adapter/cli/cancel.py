"""``ccxt-adapter cancel``: cancels orders and prints them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import attrs
import ccxt
import requests
import urllib3

import adapter
from adapter.cli.cancel_report import Report, handled_by, handlers_of, with_averages
from adapter.cli.demo.verdict import Reported, claim
from adapter.cli.exchange import check_options, check_symbol, connect, params_of
from adapter.cli.exit_codes import CANCEL as CANCEL_CODES
from adapter.cli.exit_codes import GONE, REFUSED, UNKNOWN, USAGE, UsageError, listed
from adapter.cli.output import counting
from adapter.transports.exchange_io import chain

if TYPE_CHECKING:
    from adapter.core.events import Event

CANCEL_USAGE = """ccxt-adapter cancel ID [ID ...] SYMBOL [options]
       ccxt-adapter cancel --client-order-id X [--client-order-id X ...] SYMBOL [options]
       ccxt-adapter cancel --all SYMBOL [options]"""
CANCEL = """\
Cancel open orders on the exchange, by the exchange's IDs or by your own client ids, or all of one
symbol, and print each order as it is after that: how it ended, what was filled and at what price.
"""
CANCEL_MORE = f"""\
SYMBOL is the last word: one symbol for all IDs. `ccxt-adapter orders` shows what is open, and the
options for the book of each order.

keys:
  They are read from the environment, BINANCE_API_KEY and BINANCE_SECRET, or from a TOML file:
    apiKey = "..."
    secret = "..."                  # an HMAC secret, or an RSA or Ed25519 private key as PEM
    options = {{ recvWindow = 5000 }} # optional: options of the ccxt exchange
  They are never an argument, because other users of this machine could read it. The line breaks of
  a PEM may be written as \\n. With --exchange, they are what ccxt needs there, after the name of
  its plugin: OKX_API_KEY, OKX_SECRET and OKX_PASSWORD; apiKey, secret and password in a file.

examples:
  ccxt-adapter cancel 283194212 BTC/USDT:USDT
  ccxt-adapter cancel LTC/BTC --client-order-id myOrder1 --account portfolio-margin
  ccxt-adapter cancel 283194212 283194213 283194214 BTC/USDT:USDT
  ccxt-adapter cancel --all BTC/USDT:USDT
  ccxt-adapter cancel 2000000375244468 BTC/USDT:USDT --trigger
  ccxt-adapter cancel 28 LTC/BTC --margin-mode isolated
  ccxt-adapter cancel 680800019749904384 BTC/USDT --exchange okx
  ccxt-adapter cancel 283194212 BTC/USDT:USDT --config keys.toml --json
  ccxt-adapter cancel 283194212 ETH/USDT:USDT-270326-3000-P --deadline 5 --no-confirm

output:
  The order goes to standard output when it is canceled; everything else goes to standard error.
  Several orders are a table on standard output, and their errors go to standard error.
  With --json, standard output is one object with the same fields in every case: id, clientOrderId,
  symbol, status, outcome, filled, average, remaining, state (how an order that was gone ended),
  successor (the id of the order that a conditional one is now), error, message, handled_by (plugin
  and request, or ccxt's own method), advice, retry_after (seconds), exit (the exit code), and order
  (the whole order as the exchange last showed it). Of several orders, it is such an object with
  orders, a list of such objects. `ccxt-adapter explain` shows how a symbol is routed.

exit codes: {listed(CANCEL_CODES)}
Of several orders, the worst: 3, then 1, then 4, then 0.

Where ccxt's own method handles the cancel, a network error after the cancel was sent is exit code
3, and an order that is not found is exit code 1, because ccxt does not check how the order ended.
"""

NEVER_SENT = (
    requests.ConnectTimeout,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)
"""Failures before the first byte of a request."""


def run(args: argparse.Namespace) -> int:
    """Cancel; returns the exit code, of several orders the worst."""
    *ids, symbol = args.words
    names = args.client_order_id or []
    report = Report(args, symbol, ids, names)
    try:
        _check(args, ids, names, symbol)
        exchange = connect(args)
        check_symbol(exchange, symbol, args.margin_mode)
        check_options(exchange, symbol, args)
    except (adapter.PluginError, UsageError, ccxt.BaseError) as e:
        return report.failed(e, USAGE).show()
    params = {**params_of(args), **_settings(args)}
    handler = handled_by(exchange, symbol, params, is_all=args.all)
    handlers: dict[str, str] = {}
    report = attrs.evolve(report, handled_by=handler, handlers=handlers)
    methods = _watched(exchange.session)
    try:
        with closing(exchange.session):
            listener = handlers_of(exchange, symbol, params, handlers)
            came = _cancelled(args, exchange, symbol, ids, names, params, listener)
            return report.of(with_averages(exchange, came, params_of(args))).show()
    except (ccxt.BaseError, adapter.PluginError) as e:
        return report.failed(e, _code(e, exchange, report, methods)).show()
    except BrokenPipeError:
        raise  # of the output, not of the exchange
    except Exception as e:
        if "DELETE" not in methods:
            raise
        return report.failed(e, UNKNOWN).show()
    except KeyboardInterrupt:
        if "DELETE" not in methods:
            raise
        return report.failed(_interrupted(), UNKNOWN).show()


def _check(args: argparse.Namespace, ids: list[str], names: list[str], symbol: str) -> None:
    if symbol.isascii() and symbol.isdigit():
        raise UsageError(f"{symbol} is an ID, which comes before the symbol: ID [ID ...] SYMBOL")
    if args.all and (ids or names):
        raise UsageError("--all takes one symbol and nothing else: leave the ids out")
    if not (ids or names or args.all):
        raise UsageError(
            "which order? Give its ID before the symbol, or --client-order-id, or --all"
        )


def _cancelled(
    args: argparse.Namespace,
    exchange: Any,
    symbol: str,
    ids: list[str],
    names: list[str],
    params: dict[str, Any],
    listener: Callable[[Event], None],
) -> list[Any]:
    # an exchange that no plugin serves has no events
    if max(len(ids), len(names)) == 1:
        adapter.attach(exchange, on_event=listener)
        name = {"clientOrderId": names[0]} if names else {}
        return [exchange.cancel_order(ids[0] if ids else None, symbol, {**params, **name})]
    with counting("Cancelling …") as count:

        def on_event(event: Event) -> None:
            count(event)
            listener(event)

        adapter.attach(exchange, on_event=on_event)
        if args.all:
            came = exchange.cancel_all_orders(symbol, params)
        else:
            named = {"clientOrderIds": names} if names else {}
            came = exchange.cancel_orders(ids or None, symbol, {**params, **named})
    return came if isinstance(came, list) else [came]


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    given = {"deadline": args.deadline, "confirm": False if args.no_confirm else None}
    return {name: value for name, value in given.items() if value is not None}


def _watched(session: Any) -> list[str]:
    """The methods of the requests that this session makes, filled in as it makes them."""
    methods: list[str] = []
    request = session.request

    def watched(method: str, *args: Any, **kwargs: Any) -> Any:
        methods.append(method)
        return request(method, *args, **kwargs)

    session.request = watched
    return methods


def _code(error: Exception, exchange: Any, report: Report, methods: list[str]) -> int:
    if isinstance(error, adapter.OrderGone):
        return GONE
    if isinstance(error, adapter.CancelUnknown):
        return UNKNOWN
    if "DELETE" not in methods:
        return _code_before_sending(error, exchange)
    return UNKNOWN if report.is_by_ccxt and _is_ambiguous(error) else REFUSED


def _code_before_sending(error: Exception, exchange: Any) -> int:
    if isinstance(error, (ccxt.ArgumentsRequired, ccxt.BadRequest, adapter.PluginError)):
        return USAGE
    nothing_sent = exchange.last_request_url is None
    return USAGE if isinstance(error, ccxt.ExchangeError) and nothing_sent else REFUSED


def _is_ambiguous(error: Exception) -> bool:
    """Whether ccxt's error does not show whether a cancel that was sent was executed."""
    before_sending = any(isinstance(e, NEVER_SENT) for e in chain(error))
    return not before_sending and claim(Reported(error=type(error))) is None


def _interrupted() -> adapter.CancelUnknown:
    return adapter.CancelUnknown(
        "interrupted after the cancel was sent, so its outcome is unknown; fetch the order before"
        " you act on it"
    )
