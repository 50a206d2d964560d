"""The same schedules on every run; ``HYPOTHESIS_PROFILE=explore`` looks for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

settings.register_profile("fixed", COMMON, derandomize=True)
settings.register_profile("explore", COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
