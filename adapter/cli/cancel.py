"""``ccxt-adapter cancel``: cancels one order and prints it."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any

import ccxt
import requests
import urllib3

import adapter
from adapter.cli.cancel_result import Result
from adapter.cli.demo.verdict import Reported, claim
from adapter.cli.exit_codes import CANCEL as CANCEL_CODES
from adapter.cli.exit_codes import GONE, REFUSED, UNKNOWN, USAGE, UsageError, listed
from adapter.cli.keys import settings
from adapter.transports.exchange_io import chain

CANCEL = """\
Cancel one open order on the exchange, by the exchange's ID or by your own client id, and print the
order as it is after that.
"""
CANCEL_MORE = f"""\
keys:
  They are read from the environment, BINANCE_API_KEY and BINANCE_SECRET, or from a TOML file:
    apiKey = "..."
    secret = "..."                  # an HMAC secret, or an RSA or Ed25519 private key as PEM
    options = {{ recvWindow = 5000 }} # optional: options of the ccxt exchange
  They are never an argument, because other users of this machine could read it. The line breaks of
  a PEM may be written as \\n.

examples:
  ccxt-adapter cancel 283194212 BTC/USDT:USDT
  ccxt-adapter cancel LTC/BTC --client-order-id myOrder1 --account portfolio-margin
  ccxt-adapter cancel 28 LTC/BTC --margin-mode isolated
  ccxt-adapter cancel 2000000375244468 BTC/USDT:USDT --trigger
  ccxt-adapter cancel 283194212 BTC/USDT:USDT --config keys.toml --json
  ccxt-adapter cancel 283194212 ETH/USDT:USDT-270326-3000-P --deadline 5 --no-confirm

output:
  The order goes to standard output when it is canceled; everything else goes to standard error.
  With --json, standard output is one object with the same fields in every case: id, clientOrderId,
  symbol, status, outcome, filled, average, remaining, state (how an order that was gone ended),
  error, message, advice, retry_after (seconds), exit (the exit code), and order (the whole order
  as the exchange last showed it). `ccxt-adapter explain` shows how a symbol is routed.

exit codes: {listed(CANCEL_CODES)}

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
    """Cancel; returns the exit code."""
    try:
        exchange = _exchange(args)
    except (adapter.PluginError, UsageError) as e:
        return Result.raised(args, e, USAGE).show()
    return _result(args, exchange).show()


def _result(args: argparse.Namespace, exchange: Any) -> Result:
    methods = _watched(exchange.session)
    try:
        with closing(exchange.session):
            order = exchange.cancel_order(args.id, args.symbol, _params(args))
    except (ccxt.BaseError, adapter.PluginError) as e:
        return Result.raised(args, e, _code(e, exchange, args, methods))
    except Exception as e:
        if "DELETE" not in methods:
            raise
        return Result.raised(args, e, UNKNOWN)
    except KeyboardInterrupt:
        if "DELETE" not in methods:
            raise
        return Result.raised(args, _interrupted(), UNKNOWN)
    return Result.returned(args, order)


def _exchange(args: argparse.Namespace) -> Any:
    if args.id is None and args.client_order_id is None:
        raise UsageError("which order? Give its ID before the symbol, or --client-order-id")
    exchange = getattr(ccxt, args.exchange)(settings(args.config))
    if args.url is not None:
        from adapter.simulator.connect import redirected

        exchange.urls = redirected(exchange.urls, args.url)
    try:
        return adapter.attach(exchange, account=args.account, plugins=args.plugins)
    except ValueError as e:
        raise UsageError(str(e)) from e


def _params(args: argparse.Namespace) -> dict[str, Any]:
    given = {
        "clientOrderId": args.client_order_id,
        "marginMode": args.margin_mode,
        "trigger": True if args.trigger else None,
        "deadline": args.deadline,
        "confirm": False if args.no_confirm else None,
    }
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


def _code(error: Exception, exchange: Any, args: argparse.Namespace, methods: list[str]) -> int:
    if isinstance(error, adapter.OrderGone):
        return GONE
    if isinstance(error, adapter.CancelUnknown):
        return UNKNOWN
    if "DELETE" not in methods:
        return _code_before_sending(error, exchange)
    is_ccxts = adapter.explain(exchange, args.symbol, _params(args)).plugin is None
    return UNKNOWN if is_ccxts and _is_ambiguous(error) else REFUSED


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
