"""Discovers plugins by their entry points, and reads plugins.toml."""
