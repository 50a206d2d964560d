"""``ccxt-adapter doctor``: checks everything that a cancel needs, and says what to do."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import ccxt

from adapter.cli.doctor_show import show
from adapter.cli.exits import DONE, REFUSED
from adapter.cli.keys import API_KEY, SECRET, settings
from adapter.cli.show import as_json, working
from adapter.doctor.examination import examined
from adapter.doctor.findings import WRONG, Finding
from adapter.doctor.report import described

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
