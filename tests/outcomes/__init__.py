"""The outcome of every cancel, over real sockets, sync and async."""
