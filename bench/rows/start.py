"""A process from its start to its first cancel."""

from bench.rows.row import Entry, Ratio, Row

ROW = Row(
    name="start",
    title="Process start to the answer of the first cancel, imports included, sync",
    about="A new process each time. ccxt loads its markets, 2,700 of them, from this machine;"
    " the adapter needs none. Memory is the most that the process had.",
    entries=(
        Entry(name="ccxt", deed="bench.start", words={"who": "ccxt"}, limiter=True),
        Entry(name="adapter", deed="bench.start", words={"who": "adapter"}, limiter=True),
    ),
    measures=("p50", "memory"),
    ratios=(
        Ratio(
            "ccxt",
            "adapter",
            at_least=2.3,
            says="process start to the answer of the first cancel, sync",
        ),
        Ratio(
            "adapter",
            "ccxt",
            "memory",
            at_most=0.45,
            share=True,
            says="memory of that process",
        ),
    ),
    rounds=10,
)
