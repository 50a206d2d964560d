"""Another name of `adapter.cli.demo.verdict`, for the importers outside this package."""

from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, Said, verdict

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Said", "verdict"]
