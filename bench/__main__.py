"""How fast a cancel is: plain ccxt, the adapter and the clients of others, side by side.

A server on this machine answers cancels over TLS as Binance does. Every client runs in a process
of its own, the others in virtual environments that the first run makes. Each round measures all of
them in turn, and ratios are taken within a round, so that what slows the machine slows both sides.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import machine, readme, report, show
from bench.environments import Environments, cache
from bench.ground import found_nginx
from bench.rows import ROWS
from bench.run import Plan, prepared

HERE = Path(__file__).parent
EPILOG = """\
rows:
{rows}

Times hold for this machine, ratios for most. Let nothing else run meanwhile: the report tells
how much others did, and the spread of each number over the rounds.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    rows = "\n".join(f"  {row.name:16}{row.title}" for row in ROWS.values())
    made = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=EPILOG.format(rows=rows),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help="under a minute: one round, a fifth of the cancels, and nothing is installed;"
        " shows that all works, and not how fast",
    )
    made.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help="these rows alone")
    made.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="where speed.json, speed.md and the charts go; without it a whole run writes them to"
        " bench/ and its summary to the README, and any other run to the cache",
    )
    made.add_argument(
        "--server",
        choices=("nginx", "uvloop"),
        help="nginx where it is installed, else our own on uvloop",
    )
    made.add_argument(
        "--cache",
        type=Path,
        default=cache(),
        metavar="DIR",
        help="where the environments of the other clients are kept (%(default)s)",
    )
    made.add_argument(
        "--render",
        action="store_true",
        help="measure nothing; write the tables and charts of bench/speed.json again",
    )
    return made


def run(args: argparse.Namespace, say: Console) -> dict[str, Any]:
    """Measure, and show how far it is."""
    rows = [ROWS[name] for name in args.only or ROWS]
    environments = Environments(args.cache, not args.quick, lambda text: say.print(text))
    server = args.server or ("nginx" if found_nginx() else "uvloop")
    plan = Plan(rows, args.quick, server, environments)
    watch = machine.Watch()
    with show.progress(say) as bars, prepared(plan, show.steps(bars, plan)) as run:
        found = run.found()
    return {**found, "others": watch.others()}


def main() -> int:
    """Run, write, print; returns 1 where a client failed."""
    args = parser().parse_args()
    if args.server == "nginx" and not found_nginx():
        parser().error("nginx is not installed; without --server nginx our own server answers")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left behind
    say = Console(stderr=True, highlight=False)
    whole = not (args.quick or args.only)
    if args.render:
        found = json.loads((HERE / "speed.json").read_text(encoding="utf-8"))
    else:
        found = run(args, say)
    place = args.output or (HERE if whole or args.render else args.cache / "last")
    report.write(found, place)
    if place == HERE:
        readme.write(found, HERE.parent / "README.md")
    show.result(found)
    say.print(f"all of it: {place / 'speed.md'}")
    entries = [entry for row in found["rows"] for entry in row["entries"]]
    return 1 if any("failed" in told for told in (*entries, *found["clients"].values())) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
