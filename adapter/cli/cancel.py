"""``ccxt-adapter cancel``: cancels one order and prints it."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any

import ccxt
import requests
import urllib3

import adapter
from adapter.cli.exits import DONE, REFUSED, UNKNOWN, USAGE, UsageError
from adapter.cli.keys import settings
from adapter.cli.show import as_json, facts, failure
from adapter.cli.verdict import Said, claim
from adapter.product import Order
from adapter.transports.host import chain

SHOWN = (
    *("id", "clientOrderId", "symbol", "status", "outcome", "datetime"),
    *("type", "side", "price", "amount", "filled", "remaining"),
)
NEVER_SENT = (
    requests.ConnectTimeout,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)
"""Failures before the first byte of a request."""


def run(args: argparse.Namespace) -> int:
    """Cancel; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    if args.id is None and args.client_order_id is None:
        raise UsageError("which order? Give its ID before the symbol, or --client-order-id")
    exchange = _exchange(args)
    methods = _watched(exchange.session)
    try:
        with closing(exchange.session):
            order = exchange.cancel_order(args.id, args.symbol, _params(args))
    except ccxt.BaseError as e:
        is_lost = "DELETE" in methods and _is_ccxts(exchange, args.symbol) and _says_nothing(e)
        return failure(e, UNKNOWN if is_lost else _code(e, exchange), as_json=args.json)
    except KeyboardInterrupt:
        if "DELETE" not in methods:
            raise
        return failure(_interrupted(), UNKNOWN, as_json=args.json)
    _show(order, args.json)
    return DONE


def _exchange(args: argparse.Namespace) -> Any:
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


def _is_ccxts(exchange: Any, symbol: str) -> bool:
    return adapter.explain(exchange, symbol).plugin is None


def _says_nothing(error: ccxt.BaseError) -> bool:
    """Of a cancel that was sent, ccxt's own method may say only that the network failed."""
    before_sending = any(isinstance(e, NEVER_SENT) for e in chain(error))
    return not before_sending and claim(Said(error=type(error))) is None


def _code(error: ccxt.BaseError, exchange: Any) -> int:
    if isinstance(error, adapter.CancelUnknown):
        return UNKNOWN
    nothing_sent = exchange.last_request_url is None
    return USAGE if isinstance(error, ccxt.ExchangeError) and nothing_sent else REFUSED


def _interrupted() -> adapter.CancelUnknown:
    return adapter.CancelUnknown(
        "interrupted, so nobody can say whether the cancel took; fetch the order before you act"
        " on it"
    )


def _show(order: Order, json: bool) -> None:
    if json:
        as_json(order)
    else:
        facts({name: order.get(name) for name in SHOWN})
