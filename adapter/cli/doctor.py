"""``ccxt-adapter doctor``: checks everything that a cancel needs, and says what to do."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import ccxt

from adapter.cli.exit_codes import DONE, REFUSED
from adapter.cli.keys import API_KEY, SECRET, settings
from adapter.cli.output import as_json, working
from adapter.doctor.examination import examined
from adapter.doctor.findings import WRONG, Finding
from adapter.doctor.report import described

DOCTOR = """\
Check everything that a cancel needs, and say how to fix what is wrong: versions, plugins, settings
and the file that each comes from, the route of each symbol, the key, and each host: its name,
connection, TLS and answer, the clock, the used weight, and whether it accepts the key. Nothing is
changed at the exchange: the only requests are for the time and for an order that cannot exist.
"""
DOCTOR_MORE = """\
SYMBOLs are those that you trade. Without any, every host of the account is checked.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`. Without
  keys, the rest is checked, and the missing keys are a problem: no order can be cancelled. Secrets
  and signatures are never shown; of the API key, the first four characters are.

examples:
  ccxt-adapter doctor
  ccxt-adapter doctor BTC/USDT:USDT BTC/USDT:USDT-260327-90000-C
  ccxt-adapter doctor BTC/USD:BTC --account portfolio-margin --config keys.toml
  ccxt-adapter doctor --offline --json

exit codes: 0 nothing needs to be fixed, 1 something needs to be fixed (such as missing keys), 2
wrong usage
"""

NO_KEYS = Finding(
    level=WRONG,
    where="keys",
    what="there are none, and without keys no order can be cancelled.",
    remedy=f"Set {API_KEY} and {SECRET} in the environment, or name a TOML file with apiKey and"
    " secret by --config.",
)


def run(args: argparse.Namespace) -> int:
    """Examine; returns the exit code. Raises `UsageError` and `adapter.PluginError`."""
    config, known = _settings(args.config)
    exchange = getattr(ccxt, args.exchange)(config)
    if args.url is not None:
        from adapter.simulator.connect import redirected

        exchange.urls = redirected(exchange.urls, args.url)
    with closing(exchange.session), _quiet(), working("Looking …"):
        report = examined(
            exchange,
            file=args.plugins,
            account=args.account,
            symbols=args.symbol,
            offline=args.offline,
            known=known,
        )
    if args.json:
        as_json(described(report))
    else:
        from adapter.cli.doctor_show import show

        show(report)
    return DONE if report.is_well else REFUSED


def _settings(config: str | None) -> tuple[dict[str, Any], list[Finding]]:
    """What to make the exchange of, and what is wrong with the keys."""
    given = [name for name in (API_KEY, SECRET) if os.environ.get(name, "").strip()]
    if config is not None or len(given) == 2:
        return settings(config), []
    return {}, [_half(*given)] if given else [NO_KEYS]


def _half(given: str) -> Finding:
    missing = SECRET if given == API_KEY else API_KEY
    return Finding(
        level=WRONG,
        where="keys",
        what=f"{given} is set, and {missing} is not.",
        remedy=f"Set {missing} too; nothing can be signed without it.",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave what the adapter would warn of on stderr to the report."""
    log, handler = logging.getLogger("adapter"), logging.NullHandler()
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
