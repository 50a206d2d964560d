"""The only package that patches ccxt."""
