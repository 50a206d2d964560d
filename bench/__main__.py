"""How fast a cancel is: plain ccxt, the adapter and the clients of others, side by side.

A server on this machine answers cancels over TLS as Binance does. Every client runs in a process
of its own, the others in virtual environments that the first run makes. Each round measures all of
them in turn, and ratios are taken within a round, so that what slows the machine slows both sides.
A whole run writes speed.json and speed.md into bench/ and its summary into the README.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from bench import report
from bench.processes import CACHE
from bench.rows import ROWS
from bench.run import run

HERE = Path(__file__).parent
QUICK = "one round, a fifth of the cancels, and nothing is installed: shows that all works"


def main() -> int:
    rows = "\n".join(f"  {row.name:16}{row.title}" for row in ROWS.values())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"rows:\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help=QUICK)
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help="these rows alone")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left behind
    results = run([ROWS[name] for name in args.only or ROWS], quick=args.quick)
    is_whole = not (args.quick or args.only)
    directory = HERE if is_whole else CACHE / "last"
    report.write(results, directory)
    if is_whole:
        report.write_readme(results, HERE.parent / "README.md")
    print(report.summary_table(results))
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
