"""Another name of `adapter.cli.output`, for the importers outside this package."""

from adapter.cli.output import console, table

__all__ = ["console", "table"]
