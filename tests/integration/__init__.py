"""The adapter as a guest on a ccxt exchange: it keeps the host's habits, over real sockets."""
