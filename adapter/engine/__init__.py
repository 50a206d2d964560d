"""Runs the core for one exchange object."""
