"""Measurements: how fast a cancel is, what is said of it under faults, what thousands of them cost.

``python -m bench`` is the speed, `bench.truth` the truth, `bench.soak` the endurance.
"""
