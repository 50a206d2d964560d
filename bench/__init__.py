"""Measurements: ``python -m bench`` of speed, `bench.truth` of the results under faults.

`bench.flood` is of rate limits, `bench.many` of many orders, `bench.calls` of the adapter's depth.
"""
