"""``ccxt-adapter doctor``: checks everything that a cancel needs, and reports what to do."""

from __future__ import annotations

import argparse
import logging
from contextlib import closing

from adapter.cli.exchange import create, keys, params_of
from adapter.cli.exit_codes import DONE, REFUSED, UsageError
from adapter.cli.output import as_json, working
from adapter.doctor import run as doctor
from adapter.doctor.report import WRONG, as_dict, as_text

DOCTOR = """\
Check all that a cancel needs, and report how to fix what is wrong: plugins, plugins.toml, the route
of each symbol, the key, and each host and its clock. Nothing is changed at the exchange.
"""
DOCTOR_MORE = """\
SYMBOLs are those that you trade. Without any, every host of the account is checked. The keys come
from where `ccxt-adapter cancel` takes them; without them, the rest is checked.
Secrets and signatures are never shown; of the API key, the first four characters are.

examples:
  ccxt-adapter doctor BTC/USDT:USDT BTC/USDT:USDT-260327-90000-C
  ccxt-adapter doctor BTC/USDT:USDT --trigger
  ccxt-adapter doctor --offline --json

exit codes: 0 nothing needs to be fixed, 1 something does (such as missing keys), 2 wrong usage
"""
QUIET = logging.NullHandler()


def run(args: argparse.Namespace) -> int:
    """Check and report; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    config, no_keys = {}, None
    try:
        config = keys(args)
    except UsageError as e:
        if args.config is not None:
            raise
        no_keys = str(e).replace("no keys: set", "Set") + "."
    exchange = create(args, config)
    logging.getLogger("adapter").addHandler(QUIET)  # the report has what it would warn of
    with closing(exchange.session), working("Checking …"):
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
