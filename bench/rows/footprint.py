"""What the adapter costs a bot before it cancels anything."""

from bench.footprint import COSTS
from bench.rows.row import Entry, Ratio, Row

ROW = Row(
    name="footprint",
    title="What importing and attaching cost",
    about="A new process for each; ccxt's own costs stand beside, to compare.",
    entries=tuple(Entry(name=what, deed="bench.footprint", words={"what": what}) for what in COSTS),
    measures=("p50", "memory"),
    ratios=(
        Ratio("import adapter", "import ccxt", share=True),
        Ratio("first attach", "import ccxt", share=True),
        Ratio("attach", "ccxt.binance()", share=True),
        Ratio("memory of attach", "memory of ccxt.binance()", "memory", share=True),
    ),
    rounds=5,
)
