"""The adapter against ccxt's own method, offline: requests, orders, errors and routes."""
