"""What people reported of cancels that went wrong, each kind as a test."""
