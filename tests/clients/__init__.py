"""Clients that others wrote, pointed at the simulator: they know nothing of this project."""
