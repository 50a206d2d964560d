"""Another name of `adapter.cli.demo.verdict`, for the importers outside this package."""

from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, verdict
from adapter.cli.demo.verdict import Reported as Said

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Said", "verdict"]
