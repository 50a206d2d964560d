"""Measurements: what is said of a cancel under faults, and what thousands of them cost."""
