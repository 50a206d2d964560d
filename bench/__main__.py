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

from bench import report
from bench.rows import ROWS
from bench.run import run
from bench.worker_pool import CACHE

HERE = Path(__file__).parent


def parser() -> argparse.ArgumentParser:
    """The command line."""
    rows = "\n".join(f"  {row.name:16}{row.title}" for row in ROWS.values())
    made = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"rows:\n{rows}\n\nTimes hold for this machine, ratios for most.",
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
        help="where speed.json and speed.md go; without it a whole run writes them to bench/ and"
        " its summary to the README, and any other run to the cache",
    )
    made.add_argument(
        "--render",
        action="store_true",
        help="measure nothing; write the tables of bench/speed.json again",
    )
    return made


def main() -> int:
    """Run, write, print; returns 1 where a client failed."""
    args = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left behind
    if args.render:
        results = json.loads((HERE / "speed.json").read_text(encoding="utf-8"))
    else:
        results = run(
            [ROWS[name] for name in args.only or ROWS],
            quick=args.quick,
            report=lambda text: print(text, file=sys.stderr, flush=True),
        )
    partial = (args.quick or args.only) and not args.render
    directory = args.output or (CACHE / "last" if partial else HERE)
    report.write(results, directory)
    if directory == HERE:
        report.write_readme(results, HERE.parent / "README.md")
    print(report.summary_table(results))
    if results["quick"]:
        print(report.QUICK)
    print(f"all of it: {directory / 'speed.md'}", file=sys.stderr)
    entries = [entry for row in results["rows"] for entry in row["entries"]]
    absent = {report.missing(one) for one in (*entries, *results["clients"].values())} - {""}
    print(*absent, sep="\n", file=sys.stderr)
    return 1 if any(reason.startswith("failed") for reason in absent) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
