"""Checks an installation, its settings, keys and hosts, and reports how to fix what is wrong.

Only ``GET`` requests are sent, so nothing is changed at the exchange.
"""
