"""The venues that the adapter supports."""
