"""Every cancel settled, over real sockets and in both colours."""
