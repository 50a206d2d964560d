"""Every cancel settled, over real sockets and sync and async."""
