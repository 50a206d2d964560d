"""Checks an installation, its settings, keys and hosts, and reports how to fix what is wrong."""
