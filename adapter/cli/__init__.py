"""The console script ``ccxt-adapter``: reads the command line and runs one subcommand."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

from adapter.cli.exit_codes import INTERRUPTED, USAGE, UsageError
from adapter.cli.parser import command_line
from adapter.errors import PluginError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; raises ``SystemExit(2)`` for a wrong one."""
    args = _parsed(argv)
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


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments. argparse leaves over the words that follow an option between words."""
    parser = command_line()
    args, rest = parser.parse_known_args(argv)
    words = vars(args).get("words")
    if rest and (words is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if words is not None:
        words.extend(rest)
    return args
