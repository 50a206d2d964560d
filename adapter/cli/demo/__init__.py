"""``ccxt-adapter demo``: cancels in the simulator, by the adapter and by plain ccxt."""

from __future__ import annotations

import argparse

from adapter.cli.exit_codes import DONE, REFUSED, UsageError


def run(args: argparse.Namespace) -> int:
    """Run ten cancels, or one for each fault, and return the exit code.

    It is 0 when every answer of the adapter agrees with the simulator's book; with faults, when
    none contradicts it. With ``live`` the orders are on an exchange. The user's plugins.toml is
    ignored: the demo shows the shipped one. Raises `UsageError`.
    """
    if args.live:
        from adapter.cli.demo import live

        return live.run(args)
    if args.config or args.url or args.real_money:
        raise UsageError("--config, --url and --real-money are for --live; add it")
    return _faults(args.json) if args.faults else _comparison(args.json)


def _comparison(json: bool) -> int:
    from adapter.cli.demo import comparison
    from adapter.cli.output import as_json

    rows = comparison.rows()
    if json:
        as_json([row.described() for row in rows])
    else:
        comparison.show(rows)
    return DONE if all(row.ours.is_true for row in rows) else REFUSED


def _faults(json: bool) -> int:
    from adapter.cli.demo import faults, faults_table
    from adapter.cli.demo.verdict import FALSE
    from adapter.cli.output import as_json, working

    with working("Cancelling under each fault; this takes about 20 seconds"):
        rows = list(faults.rows())
    if json:
        as_json([row.described() for row in rows])
    else:
        faults_table.show(rows)
    return REFUSED if any(row.verdict == FALSE for row in rows) else DONE
