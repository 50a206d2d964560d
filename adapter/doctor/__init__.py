"""Examines an installation, its settings, keys and hosts, and says what to do about what it finds.

It changes nothing, here or at the exchange: all that it sends is ``GET``.
"""
