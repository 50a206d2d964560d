"""Measurements: ``python -m bench`` of speed, `bench.truth` of the results under faults.

`bench.flood` is of rate limits, `bench.soak` of endurance, `bench.calls` of the adapter's depth.
"""
