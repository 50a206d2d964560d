"""The help of ``ccxt-adapter cancel``."""

from adapter.cli.exits import CANCEL as CODES
from adapter.cli.exits import listed

CANCEL = """\
Cancel one open order for real, by the exchange's ID or by your own client id, and print the order
as it is after that.
"""
CANCEL_MORE = f"""\
keys:
  They are read from the environment, BINANCE_API_KEY and BINANCE_SECRET, or from a TOML file:
    apiKey = "..."
    secret = "..."                  # an HMAC secret, or an RSA or Ed25519 private key as PEM
    options = {{ recvWindow = 5000 }} # optional: options of the ccxt exchange
  They are never an argument, because other users of this machine could read it. The line breaks of
  a PEM may be written as \\n.

examples:
  ccxt-adapter cancel 283194212 BTC/USDT:USDT
  ccxt-adapter cancel LTC/BTC --client-order-id myOrder1 --account portfolio-margin
  ccxt-adapter cancel 283194212 BTC/USDT:USDT --config keys.toml --json
  ccxt-adapter cancel 283194212 ETH/USDT:USDT-270326-3000-P --deadline 5 --no-confirm

output:
  The order goes to standard output when it is canceled; everything else goes to standard error.
  With --json, standard output is one object with the same fields in every case: id, clientOrderId,
  symbol, status, outcome, filled, average, remaining, state (how an order that was gone ended),
  error, message, advice, retry_after (seconds), exit (the exit code), and order (the whole order
  as the exchange last showed it). `ccxt-adapter explain` shows how a symbol is routed.

exit codes: {listed(CODES)}

Where ccxt's own method handles the cancel, a network error after the cancel was sent is exit code
3, and an order that is not found is exit code 1, because ccxt does not check how the order ended.
"""
