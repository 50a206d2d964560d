"""The adapter on a ccxt exchange object, over real sockets: it keeps ccxt's behaviour."""
