"""The types that a plugin consists of. They are stable for third-party plugins."""
