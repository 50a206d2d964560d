"""Another name of `adapter.cli.demo.samples`, for the importers outside this package."""

from adapter.cli.demo.samples import SAMPLES, Sample

__all__ = ["SAMPLES", "Sample"]
