"""The simulated exchange, over real sockets."""
