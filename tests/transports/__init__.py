"""What every sender must do, and what each of them must leave to another."""
