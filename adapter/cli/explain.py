"""``ccxt-adapter explain``: shows the route of a cancel."""

from __future__ import annotations

import argparse

import attrs
import ccxt

import adapter
from adapter.cli.exchange import attached, check_options, check_symbol, create, params_of
from adapter.cli.exit_codes import DONE, USAGE
from adapter.cli.output import as_json, facts, failure


def run(args: argparse.Namespace) -> int:
    """Show the route; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    exchange = attached(args, create(args, {}))
    try:
        check_symbol(exchange, args.symbol, args.margin_mode)
        check_options(exchange, args.symbol, args)
        route = adapter.explain(exchange, args.symbol, params_of(args))
    except ccxt.BaseError as e:
        return failure(e, USAGE, json=args.json)
    if args.json:
        as_json(attrs.asdict(route))
    elif route.plugin is None:
        facts({"handled by": "ccxt's own cancel_order", "because": route.reason})
    else:
        facts(
            {
                "handled by": f"{route.plugin} of {route.distribution}",
                "request": f"{route.method} {route.url}" if route.url else f"ccxt's {route.method}",
                "market id": route.market_id if route.url else None,  # ccxt finds it
                "client id is sent as": route.client_id,
                "note": route.reason,
            }
        )
    return DONE
