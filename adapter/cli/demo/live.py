"""``ccxt-adapter demo --live``: places and cancels orders on Binance's demo hosts."""

from __future__ import annotations

import argparse
import ipaddress
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

import adapter
from adapter.cli.demo.checks import Check, Placed, ProductChecks, clean_up, describe
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.cli.demo.shapes import Answer, differences
from adapter.cli.exit_codes import DONE, REFUSED, UNKNOWN, UsageError
from adapter.cli.keys import settings
from adapter.cli.output import as_json, console, failure, table, working
from adapter.registry.config import shipped_file
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected

SPOT = "BTC/USDT"
"""In place of the samples' spot market: demo accounts have USDT."""
PRODUCTS = tuple(
    attrs.evolve(sample, symbol=SPOT) if ":" not in sample.symbol else sample for sample in SAMPLES
)
STYLES = {True: "green", False: "bold red", None: "dim"}


@attrs.define
class Report:
    """What was checked of one product, and how the exchange's answers differ."""

    plugin: str
    symbol: str | None = None
    skipped: str | None = None
    """Why nothing was checked."""
    checks: list[Check] = attrs.field(factory=list)
    differences: dict[str, list[str]] = attrs.field(factory=dict)
    """By request."""

    @property
    def verdicts(self) -> set[bool | None]:
        """Those of its checks."""
        return {check.is_true for check in self.checks}


def run(args: argparse.Namespace) -> int:
    """Check every product that the key may trade; returns the exit code. Raises `UsageError`.

    Whatever ends it, the orders that it placed are cancelled, and those that may still be open are
    printed.
    """
    exchange = _exchange(args)
    placed: list[Placed] = []
    reports: list[Report] = []
    try:
        with closing(exchange.session):
            try:
                with working("Placing and cancelling orders …"):
                    reports.extend(_reports(exchange, placed))
            finally:
                clean_up(exchange, placed)
    except BaseException as e:  # Ctrl-C, too
        if not (left := _left(placed)):
            raise
        _show_left(left)
        return failure(e, UNKNOWN, json=args.json)
    left = _left(placed)
    code = UNKNOWN if left else _code(reports)
    if args.json:
        described = [attrs.asdict(each, filter=_is_shown) for each in reports]
        open_orders = [order.described() for order in left]
        as_json({"products": described, "left_open": open_orders, "exit": code})
    else:
        _show(reports)
        _show_left(left)
    return code


def _is_shown(field: Any, _value: object) -> bool:
    return bool(field.name != "answers")


def _code(reports: list[Report]) -> int:
    verdicts = set().union(*(report.verdicts for report in reports))
    return DONE if True in verdicts and False not in verdicts else REFUSED


def _left(placed: list[Placed]) -> list[Placed]:
    return [order for order in placed if not order.has_ended]


def _exchange(args: argparse.Namespace) -> Any:
    exchange = ccxt.binance(settings(args.config))
    demo_hosts = _hosts(exchange.urls["demo"])
    try:
        if args.url is not None:
            exchange.urls = redirected(exchange.urls, args.url)
        elif not args.real_money:
            exchange.enable_demo_trading(True)
    except ccxt.NotSupported as e:
        raise UsageError(str(e)) from e
    hosts = _hosts(exchange.urls["api"])
    real = sorted(host for host in hosts - demo_hosts if not _is_local(host))
    if real and not args.real_money:
        raise UsageError(
            f"{', '.join(real)}: not a demo host, so the orders may be for real money;"
            " --real-money allows that"
        )
    return exchange


def _attached(exchange: Any, recorded: list[Answer]) -> Any:
    """The exchange object with the adapter, and a record of its answers about orders."""

    def record(response: Any, **_: object) -> None:
        answer = Answer.of(response)
        if "order" in answer.request.rpartition("/")[2].lower():
            recorded.append(answer)

    exchange.session.hooks["response"].append(record)
    options = {"adapter": {"transport": "session"}, "fetchMarkets": {"loadAllOptions": True}}
    exchange.options = exchange.deep_extend(exchange.options, options)
    return adapter.attach(exchange, plugins=shipped_file())


def _hosts(urls: dict[str, str]) -> set[str]:
    return {urlsplit(url).hostname or "" for url in urls.values()}


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reports(exchange: Any, placed: list[Placed]) -> Iterator[Report]:
    recorded: list[Answer] = []
    _attached(exchange, recorded)
    with Simulator() as sim:
        simulated = sim.connect(ccxt.binance({"enableRateLimit": False}))
        with closing(simulated.session):
            recorded_there: list[Answer] = []
            _attached(simulated, recorded_there)
            for product in PRODUCTS:
                try:
                    symbol = _symbol(exchange, product)
                except ccxt.BaseError as e:
                    yield Report(product.plugin, skipped=describe(e))
                    continue
                theirs = ProductChecks(exchange, product, symbol, recorded, placed)
                ours = ProductChecks(simulated, product, product.symbol, recorded_there, [])
                yield _report(theirs, ours)


def _symbol(exchange: Any, product: Sample) -> str:
    """A market of the product. Raises ccxt's errors if the key's account does not answer."""
    try:
        route = adapter.explain(exchange, product.symbol, product.params)
    except ccxt.NotSupported as e:
        raise ccxt.NotSupported("Binance's demo hosts do not have this product") from e
    if route.plugin != product.plugin:
        raise ccxt.NotSupported(f"a cancel is handled by {route.plugin}: {route.reason}")
    symbol = product.symbol
    if product.plugin == "binance.options":
        symbol = _option(exchange)
    exchange.fetch_open_orders(symbol, params=product.params)
    return symbol


def _option(exchange: Any) -> str:
    """The cheapest option for which there is a bid. Raises ``ccxt.ExchangeError`` without any."""
    exchange.load_markets()
    bids: dict[str, float] = {
        symbol: ticker["bid"]
        for symbol, ticker in exchange.fetch_tickers(params={"type": "option"}).items()
        if symbol in exchange.markets
        and (ticker["bid"] or 0) >= 10 * exchange.market(symbol)["precision"]["price"]
    }
    if not bids:
        raise ccxt.ExchangeError("there is no bid for any option")
    return min(bids, key=lambda symbol: bids[symbol])


def _report(theirs: ProductChecks, ours: ProductChecks) -> Report:
    report = Report(theirs.product.plugin, theirs.symbol)
    found: dict[str, dict[str, None]] = {}
    simulated = {check.name: check for check in ours.run()}
    try:
        for check in theirs.run():
            report.checks.append(check)
            other = simulated.get(check.name) or Check(check.name, None, "not checked")
            if not other.is_true:
                found.setdefault(check.name, {})[f"the simulator: {other.text}"] = None
            for request, words in differences(check.answers, other.answers):
                found.setdefault(request, {})[words] = None
    except ccxt.BaseError as e:
        report.skipped = describe(e)
    report.differences = {request: [*words] for request, words in found.items()}
    return report


def _show(reports: list[Report]) -> None:
    from rich.text import Text

    shown = table("plugin", "symbol", "orders cancelled", "result")
    for report in reports:
        names = report.plugin, report.symbol or ""
        for check in report.checks:
            shown.add_row(*names, check.name, Text(check.text, STYLES[check.is_true]))
            names = "", ""
        if report.skipped is not None:
            shown.add_row(*names, "", Text(f"skipped: {report.skipped}", STYLES[None]))
        shown.add_section()
    terminal = console()
    terminal.print(shown)
    differing = [report for report in reports if report.differences]
    if not any(report.checks for report in reports):
        terminal.print("\nNo order was placed.")
    elif not differing:
        terminal.print("\nNo answer differs from the simulator's.")
    for report in differing:
        for request, words in report.differences.items():
            lines = [f"\n{request} is answered in another way than by the simulator:", *words]
            terminal.print("\n  ".join(lines))


def _show_left(left: list[Placed]) -> None:
    for order in left:
        print(
            f"May still be open: {order.symbol}, id {order.id or 'unknown'}, client id"
            f" {order.client_id}, {order.params or 'classic account'}; last seen:"
            f" {order.last_seen}",
            file=sys.stderr,
        )
