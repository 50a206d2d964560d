"""The help of ``ccxt-adapter doctor``."""

DOCTOR = """\
Check everything that a cancel needs, and say how to fix what is wrong: versions, plugins, settings
and the file that each comes from, the route of each symbol, the key, and each host: its name,
connection, TLS and answer, the clock, the used weight, and whether it accepts the key. Nothing is
changed at the exchange: the only requests are for the time and for an order that cannot exist.
"""
DOCTOR_MORE = """\
SYMBOLs are those that you trade. Without any, every host of the account is checked.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as in `ccxt-adapter cancel --help`. Without
  keys, the rest is checked, and the missing keys are a problem: no order can be cancelled. Secrets
  and signatures are never shown; of the API key, the first four characters are.

examples:
  ccxt-adapter doctor
  ccxt-adapter doctor BTC/USDT:USDT BTC/USDT:USDT-260327-90000-C
  ccxt-adapter doctor BTC/USD:BTC --account portfolio-margin --config keys.toml
  ccxt-adapter doctor --offline --json

exit codes: 0 nothing needs to be fixed, 1 something needs to be fixed (such as missing keys), 2
wrong usage
"""
