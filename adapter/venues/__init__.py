"""The exchanges that the adapter knows."""
