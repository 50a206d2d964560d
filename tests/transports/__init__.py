"""What every way of sending must do, and what each of them must leave to another."""
