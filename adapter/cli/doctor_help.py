"""The help of ``ccxt-adapter doctor``."""

DOCTOR = """\
Look at all that a cancel needs, and say what to do about what is wrong: versions, plugins, settings
and where each comes from, the way of each symbol, the key, and each host: its name, connection, TLS
and answer, the clock, the used weight, and whether it accepts the key. Nothing is changed at the
exchange: all that is sent are requests for the time, and for an order that cannot be there.
"""
DOCTOR_MORE = """\
SYMBOLs are those that you trade. Without any, every host of the account is asked.

keys:
  BINANCE_API_KEY and BINANCE_SECRET, or --config FILE, as for `ccxt-adapter cancel --help`. Without
  keys all the rest is looked at. Secrets and signatures are never shown; of the API key the first
  four characters are.

examples:
  ccxt-adapter doctor
  ccxt-adapter doctor BTC/USDT:USDT BTC/USDT:USDT-260327-90000-C
  ccxt-adapter doctor BTC/USD:BTC --account portfolio-margin --config keys.toml
  ccxt-adapter doctor --offline --json

exit codes: 0 all is well, or nothing that you must mend, 1 something is wrong, 2 wrong usage
"""
