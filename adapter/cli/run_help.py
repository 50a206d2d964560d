"""The help of ``ccxt-adapter run``."""

RUN = """\
Start a bot that uses ccxt, with the adapter on every exchange object that it makes. The bot is not
changed, nor is anything written to disk; its signals and its exit code are its own. The Pythons
that it starts get the adapter too.
"""
RUN_MORE = """\
PROGRAM is a script (bot.py), a module (-m MODULE), code (-c CODE), or a program by its name or path
(freqtrade, ./start.sh, python3). Write -- before it, and what stands behind it goes to it.

settings:
  --log FILE (or ADAPTER_LOG=FILE) keeps the trail of every cancel; several processes may share it.
  --plugins FILE (or ADAPTER_PLUGINS=FILE) is your own plugins.toml.
  --account portfolio-margin is for a bot that trades such an account and cannot say so.
  In the bot's own configuration, ccxt's options may hold "adapter": false, which leaves that
  exchange to ccxt, or "adapter": {"deadline": 5.0}, which is for that exchange alone.

examples:
  ccxt-adapter run -- bot.py --pair BTC/USDT:USDT
  ccxt-adapter run -- -m mybot.main
  ccxt-adapter run --log trail.jsonl -- freqtrade trade --config config.json

A Python that has ccxt but no ccxt-adapter says so and gets no ccxt, rather than trade without. One
that is started with -I, -E or -S, or with an environment of its own, does not know of the adapter.

exit codes: the program's own; 2 wrong usage, 126 PROGRAM cannot be run, 127 PROGRAM is not found:
nothing was started
"""
