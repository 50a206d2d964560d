"""``ccxt-adapter doctor``: checks everything that a cancel needs, and reports what to do."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager

from adapter.cli.exchange import create, keys, params_of
from adapter.cli.exit_codes import DONE, REFUSED, UsageError
from adapter.cli.output import as_json, working
from adapter.doctor import run as doctor
from adapter.doctor.report import WRONG, as_dict, as_text

DOCTOR = """\
Check everything that a cancel needs, and report how to fix what is wrong: plugins, plugins.toml,
the route of each symbol, the key, and each host: its name, connection, TLS and answer, the clock,
and whether it accepts the key. Nothing is changed at the exchange: the only requests are for the
time and for an order that cannot exist.
"""
DOCTOR_MORE = """\
SYMBOLs are those that you trade. Without any, every host of the account is checked.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`. Without
  keys, the rest is checked. Secrets and signatures are never shown; of the API key, the first four
  characters are.

examples:
  ccxt-adapter doctor
  ccxt-adapter doctor BTC/USDT:USDT BTC/USDT:USDT-260327-90000-C
  ccxt-adapter doctor BTC/USDT:USDT --trigger
  ccxt-adapter doctor --offline --json

exit codes: 0 nothing needs to be fixed, 1 something does (such as missing keys), 2 wrong usage
"""


def run(args: argparse.Namespace) -> int:
    """Check and report; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    config, no_keys = {}, None
    try:
        config = keys(args)
    except UsageError as e:
        if args.config is not None:
            raise
        no_keys = str(e).replace("no keys: set", "Set")
    exchange = create(args, config)
    with closing(exchange.session), _quiet(), working("Checking …"):
        report = doctor.run(
            exchange,
            file=args.plugins,
            account=args.account,
            symbols=args.words,
            params=params_of(args),
            offline=args.offline,
        )
    if no_keys is not None:
        report.add("keys", WRONG, "without keys no order can be cancelled", no_keys)
    as_json(as_dict(report)) if args.json else print(as_text(report))
    return DONE if report.is_well else REFUSED


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress the adapter's warnings on stderr, which the report contains."""
    log, handler = logging.getLogger("adapter"), logging.NullHandler()
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
