"""The command line: subcommands, options and their help."""

from __future__ import annotations

import argparse
import re
from importlib.metadata import version
from typing import TypeAlias

import ccxt

from adapter.cli.cancel import CANCEL, CANCEL_MORE, CANCEL_USAGE
from adapter.cli.doctor import DOCTOR, DOCTOR_MORE
from adapter.cli.exchange import DEFAULT
from adapter.cli.orders import ORDERS, ORDERS_MORE
from adapter.cli.run import RUN, RUN_MORE
from adapter.cli.show import SHOW, SHOW_MORE, SHOW_USAGE
from adapter.contract.messages import ACCOUNTS

MARGIN_MODES = ("cross", "isolated")
SYMBOL = "such as BTC/USDT:USDT, or the exchange's own id of a market"
_HOST = re.compile(r"https?://[^/?#\s]+")

TOP = """\
Show the open orders of an account, cancel them, and report their true state. To start:
ccxt-adapter demo
"""

DEMO = """\
Start a simulated Binance on this machine, cancel an order on each of its products, sync and
async, and show the result of plain ccxt next to each. With --faults, cancel one order under each
fault that a cancel can meet, such as a lost answer, a burst of HTTP 503, or queries that lag
behind. Needs no keys and no internet.

With --live, the orders are on Binance's demo hosts, with the keys of your demo account: on each
product that the key may trade, limit orders to buy, as small as the filters allow and far below
the market, are placed, and cancelled by order id, by client id, and two in one call. The report
has what the exchange answered in another way than the simulator. At the end, after Ctrl-C and
after an error, every order of this run that is still open is cancelled.
"""
DEMO_MORE = """\
keys of --live:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`.
  Binance's demo hosts have spot, USDⓈ-M and COIN-M; other products need --real-money.

examples:
  ccxt-adapter demo
  ccxt-adapter demo --faults
  ccxt-adapter demo --live

exit codes: 0 every answer of the adapter agrees with the simulator's order book (with --faults:
none contradicts it; with --live: with a query of the exchange), 1 one does not (with --live also:
no order could be placed), 2 wrong usage or no keys, 3 an order of --live may still be open
"""

EXPLAIN = """\
Show which plugin handles a cancel with this symbol, and the request it sends; or that ccxt's own
method handles it, and why. Sends nothing and needs no keys.
"""
EXPLAIN_MORE = """\
examples:
  ccxt-adapter explain BTC/USDT:USDT
  ccxt-adapter explain LTC/BTC --account portfolio-margin
  ccxt-adapter explain LTC/BTC --margin-mode isolated
  ccxt-adapter explain BTC/USDT:USDT --trigger

exit codes: 0 shown, 2 wrong usage
"""

PLUGINS = """\
List every plugin that is installed: its distribution, its request, and whether it is in use or why
not.
"""
PLUGINS_MORE = """\
Your own plugins.toml is used when ADAPTER_PLUGINS names it.

example:
  ccxt-adapter plugins

exit codes: 0 listed, 2 a plugins.toml is broken
"""

SIMULATE = """\
Run a simulated Binance on this machine until Ctrl-C. It starts with one open order for
each plugin, and prints the keys and the commands that cancel them.
"""
SIMULATE_MORE = """\
example:
  ccxt-adapter simulate --port 8080

exit codes: 0 ended by Ctrl-C or SIGTERM, 2 the port cannot be used
"""

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command_line() -> argparse.ArgumentParser:
    """The parser; its result has ``command``, the name of its module, ``parser`` and ``json``."""
    top = argparse.ArgumentParser(prog="ccxt-adapter", description=TOP)
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(commands)
    _orders(commands)
    _show(commands)
    _cancel(commands)
    _explain(commands)
    _plugins(commands)
    _simulate(commands)
    _run(commands)
    _doctor(commands)
    return top


def _version() -> str:
    return f"ccxt-adapter {version('ccxt-adapter')} (ccxt {ccxt.__version__})"


def _command(
    commands: Subparsers, name: str, summary: str, description: str, epilog: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # --al is no way to cancel everything
    )
    command.set_defaults(json=False, parser=command)
    return command


def _demo(commands: Subparsers) -> None:
    command = _command(commands, "demo", "run cancels next to plain ccxt", DEMO, DEMO_MORE)
    kind = command.add_mutually_exclusive_group()
    kind.add_argument(
        "--faults", action="store_true", help="one cancel for each fault (about 20 seconds)"
    )
    kind.add_argument(
        "--live", action="store_true", help="orders on Binance's demo hosts, with your demo keys"
    )
    command.add_argument("--config", metavar="FILE", help="with --live: TOML file with the keys")
    command.add_argument(
        "--url", type=_host, help="with --live: send every request to this address"
    )
    command.add_argument(
        "--real-money",
        action="store_true",
        help="with --live: use Binance's real hosts, where the orders are for real money",
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")


def _orders(commands: Subparsers) -> None:
    command = _command(commands, "orders", "show the open orders", ORDERS, ORDERS_MORE)
    _add_symbols(command)
    _add_route(command, account="(default: each that the key has)")
    _add_keys(command)


def _show(commands: Subparsers) -> None:
    command = _command(commands, "show", "show one order", SHOW, SHOW_MORE)
    command.usage = SHOW_USAGE
    command.add_argument(
        "words", metavar="ID", nargs="+", help="the exchange's order id, and after it the symbol"
    )
    _add_route(command)
    _add_keys(command)


def _cancel(commands: Subparsers) -> None:
    command = _command(commands, "cancel", "cancel orders", CANCEL, CANCEL_MORE)
    command.usage = CANCEL_USAGE
    command.add_argument(
        "words",
        metavar="ID ... SYMBOL",
        nargs="+",
        help="the exchange's order ids, and after them the symbol",
    )
    _add_route(command)
    command.add_argument(
        "--client-order-id",
        metavar="X",
        action="append",
        help="the client id that you gave the order, in place of ID; once for each order",
    )
    command.add_argument(
        "--all",
        action="store_true",
        help="every order of the symbol that is open now, without --trigger the regular ones",
    )
    _add_keys(command)
    command.add_argument(
        "--deadline", metavar="S", type=float, help="seconds for the whole call (default 15)"
    )
    command.add_argument(
        "--no-confirm",
        action="store_true",
        help="return when the exchange has accepted the cancel; do not wait until it is done",
    )


def _explain(commands: Subparsers) -> None:
    command = _command(commands, "explain", "show the route of a cancel", EXPLAIN, EXPLAIN_MORE)
    command.add_argument("symbol", metavar="SYMBOL", help=SYMBOL)
    _add_route(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _plugins(commands: Subparsers) -> None:
    command = _command(commands, "plugins", "list the installed plugins", PLUGINS, PLUGINS_MORE)
    command.add_argument("--json", action="store_true", help="print one JSON array")


def _simulate(commands: Subparsers) -> None:
    command = _command(commands, "simulate", "run a simulated Binance", SIMULATE, SIMULATE_MORE)
    command.add_argument(
        "--port", metavar="N", type=_port, default=0, help="listen there (default: any free port)"
    )


def _run(commands: Subparsers) -> None:
    command = _command(commands, "run", "run a bot with the adapter", RUN, RUN_MORE)
    command.add_argument("--account", choices=ACCOUNTS, help="(default classic)")
    command.add_argument("--plugins", metavar="FILE", help="your own plugins.toml")
    command.add_argument(
        "--log", metavar="FILE", help="append the events of every cancel to it, as lines of JSON"
    )
    command.add_argument(
        "program", metavar="PROGRAM", help="bot.py, -m MODULE, or a program such as freqtrade"
    )
    arguments = command.add_argument(
        "arguments",
        metavar="ARGS",
        nargs=argparse.REMAINDER,
        help="passed to the program unchanged",
    )
    arguments.required = False


def _doctor(commands: Subparsers) -> None:
    command = _command(commands, "doctor", "find problems and their remedies", DOCTOR, DOCTOR_MORE)
    _add_symbols(command)
    _add_route(command)
    _add_keys(command)
    command.add_argument("--offline", action="store_true", help="send nothing over the network")


def _add_symbols(command: argparse.ArgumentParser) -> None:
    command.add_argument("words", metavar="SYMBOL", nargs="*", help=SYMBOL)


def _add_route(command: argparse.ArgumentParser, account: str = "(default classic)") -> None:
    command.add_argument(
        "--exchange",
        metavar="ID",
        default=DEFAULT,
        help="ccxt's id of the exchange (default %(default)s)",
    )
    command.add_argument("--account", choices=ACCOUNTS, help=account)
    command.add_argument(
        "--margin-mode", choices=MARGIN_MODES, help="the order is of that margin account"
    )
    command.add_argument(
        "--trigger", action="store_true", help="the order is a conditional one, such as a stop"
    )
    command.add_argument("--plugins", metavar="FILE", help="your own plugins.toml")


def _add_keys(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", metavar="FILE", help="TOML file with the keys")
    command.add_argument(
        "--url",
        type=_host,
        help="send every request to this address, such as the one `ccxt-adapter simulate` prints",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _host(text: str) -> str:
    url = text.rstrip("/")
    if _HOST.fullmatch(url):
        return url
    raise argparse.ArgumentTypeError(f"{text!r} is not like http://127.0.0.1:8080, without a path")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
