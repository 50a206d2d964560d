"""What the exit codes mean."""

from __future__ import annotations

DONE = 0
REFUSED = 1
USAGE = 2
UNKNOWN = 3
INTERRUPTED = 130


class UsageError(Exception):
    """What was asked cannot be done as it was asked; the message says what to do instead."""
