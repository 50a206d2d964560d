"""The console script ``ccxt-adapter``: reads the command line and runs one subcommand."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from adapter.cli.exit_codes import INTERRUPTED, USAGE, UsageError
from adapter.cli.parser import command_line
from adapter.errors import PluginError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; raises ``SystemExit(2)`` for a wrong one."""
    args = command_line().parse_args(argv)
    try:
        # each subcommand is run by the module of the same name
        command = importlib.import_module(f"adapter.cli.{args.command}")
        code: int = command.run(args)
    except (PluginError, UsageError) as e:
        from adapter.cli.output import failure

        return failure(e, USAGE, json=args.json)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
