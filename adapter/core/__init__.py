"""The pure part: no exchange object and no I/O; the clock and randomness are arguments."""
