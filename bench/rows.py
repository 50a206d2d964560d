"""All rows that are measured."""

from __future__ import annotations

import attrs

from bench.clients import ALL, ASYNC, FAST_ASYNC, FAST_SYNC, OTHERS, OTHERS_ASYNC, SYNC
from bench.row import Entry, Ratio, Row, beside, entries_of, names_of


def _limited_series() -> Row:
    title, away = "100 cancels one after the other, ccxt's limiter on, sync", ", 20 ms"
    near = entries_of(SYNC, "series", at={"limiter": True}, count=100)
    far = entries_of(SYNC, "series", away, at={"limiter": True, "far": True}, count=100)
    ratios = beside(title, names_of(SYNC), (149, 100), "total")
    return Row(
        name="limited-series",
        title="100 cancels one after the other, limiter on, sync",
        about="From the first call to the last answer, on loopback and 20 ms away.",
        entries=(*near, *far),
        measures=("total",),
        ratios=tuple(attrs.evolve(r, far=(r.of + away, r.to + away)) for r in ratios),
        rounds=3,
    )


def _settings() -> Row:
    """Each setting of the exchange object on which the adapter must not be the slower one."""
    settings = (
        (SYNC, "proxy", "through an HTTP proxy, sync"),
        (ASYNC, "proxy", "through an HTTP proxy, async"),
        (SYNC, "verify", "verify is a path, sync"),
        (SYNC, "hook", "a hook on the session, sync"),
    )
    entries: list[Entry] = []
    ratios: list[Ratio] = []
    for clients, setting, words in settings:
        names = names_of(clients, f", {setting}")
        entries += entries_of(clients, "series", f", {setting}", at={"setting": setting}, count=50)
        ratios += beside(f"one cancel, {words}", names, (1, 1))
    return Row(
        name="settings",
        title="One cancel after another by setting, limiter off, over TLS",
        about="50 in a round, on one warm connection.",
        entries=tuple(entries),
        ratios=tuple(ratios),
        rounds=6,
    )


def _burst() -> Row:
    first, warm, ahead = ", first burst", ", warmed", ", prewarmed"
    title, ours, at = "100 cancels at once, limiter off", ASYNC[1:], {"far": True}
    clients = (*ASYNC, *OTHERS_ASYNC)
    prewarmed = (*names_of(ASYNC[:1], first), *names_of(ours, ahead))
    return Row(
        name="burst",
        title="100 cancels at once, async, over TLS, 20 ms round trip",
        about="From the first call to the last answer. The first burst finds one connection open"
        " and opens the others; warmed is the third burst; prewarmed is a first burst after"
        " prewarm().",
        entries=(
            *entries_of(clients, "burst", first, at=at, count=100),
            *entries_of(clients, "burst", warm, at=at, count=100, warm=2),
            *entries_of(ours, "burst", ahead, at=at, count=100, prewarm=True),
        ),
        measures=("total", "cpu"),
        ratios=(
            *beside(f"{title}, first burst, async", names_of(ASYNC, first), (1.09, 1.09), "total"),
            *beside(f"{title}, warm, async", names_of(ASYNC, warm), (1.15, 1.15), "total"),
            *beside(f"{title}, prewarmed, async", prewarmed, (4.1, 4.1), "total"),
        ),
        rounds=6,
    )


def _start() -> Row:
    transports = {"ccxt": None, "adapter (fast)": "auto", "adapter": "session"}
    title, at = "process start to the answer of the first cancel, sync", {"limiter": True}
    return Row(
        name="start",
        title="Process start to the answer of the first cancel, imports included, sync",
        about="A new process each time. ccxt loads its markets, 2,700 of them, from this machine;"
        " the adapter needs none.",
        entries=tuple(
            Entry(name=name, task="first_cancel", arguments={"transport": transport}, target=at)
            for name, transport in transports.items()
        ),
        measures=("p50",),
        ratios=beside(title, transports, (2.3, 2.3)),
        rounds=10,
    )


def _footprint() -> Row:
    """Each cost of the adapter beside one of ccxt."""
    ours, ccxts = "import adapter and attach()", "import ccxt"
    costs = (
        ("p50", ours, "adapter", ccxts, "ccxt", 0.1),
        ("memory", f"memory of {ours}", "adapter", f"memory of {ccxts}", "ccxt", None),
        ("memory", "attach() and a cancel", "attached", "an exchange object", "exchange", None),
    )
    entries: list[Entry] = []
    ratios: list[Ratio] = []
    for measure, our_name, our_cost, name, ccxts_cost, most in costs:
        for what, of in ((name, ccxts_cost), (our_name, our_cost)):
            arguments = {"of": of, "memory": measure == "memory"}
            entries.append(Entry(name=what, task="cost", arguments=arguments))
        title = f"{our_name}, beside {name}"
        ratios.append(Ratio(our_name, name, measure, title, None, most, share=True))
    return Row(
        name="footprint",
        title="What importing and attaching cost",
        about="A new process for each. Memory is what Python allocates; that of an object is the"
        " mean of 50. The goals are 3 MB for the adapter and 50 KB for an object.",
        entries=tuple(entries),
        measures=("p50", "memory"),
        ratios=tuple(ratios),
        rounds=5,
    )


_LIMITED, _RSA = {"limiter": True}, {"rsa": True}
_CPU, _RATE = "processor time of one cancel, limiter off", "one cancel after another, limiter off"
_IDLE = "one cancel after 50 ms idle, limiter off"

ROWS = {
    row.name: row
    for row in (
        Row(
            name="limited-burst",
            title="100 cancels at once, limiter on, async",
            about="From the first call to the last answer. The adapter's connections are warm.",
            entries=(
                *entries_of(ASYNC[:1], "burst", at=_LIMITED, count=100),
                *entries_of(ASYNC[1:], "burst", at=_LIMITED, count=100, warm=1),
            ),
            measures=("total",),
            ratios=beside(
                "100 cancels at once, ccxt's limiter on, async",
                names_of(ASYNC),
                (235, 150),
                "total",
            ),
            rounds=5,
        ),
        _limited_series(),
        Row(
            name="behind-queue",
            title="One async cancel behind 50 queued market-data calls",
            about="From the call to the answer.",
            entries=entries_of(ASYNC, "behind_queue", at=_LIMITED, count=50),
            measures=("p50",),
            ratios=beside("one cancel behind 50 queued market-data calls, async", names_of(ASYNC)),
            rounds=3,
        ),
        Row(
            name="rsa",
            title="One cancel, signed with a key of RSA-2048, sync, limiter off",
            about="After three that are not measured.",
            entries=entries_of(SYNC, "series", at=_RSA, count=20),
            ratios=beside(
                "one cancel, signed with a key of RSA-2048, sync", names_of(SYNC), (50, None)
            ),
            rounds=5,
        ),
        _start(),
        Row(
            name="series",
            title="One cancel after another, limiter off, over TLS",
            about="100 in a round, on one warm connection.",
            entries=entries_of(ALL, "series", count=100),
            ratios=(
                *beside(f"{_CPU}, sync", names_of(SYNC), (3.5, 1.8), "cpu"),
                *beside(f"{_RATE}, async", names_of(ASYNC), (1.3, 1.05)),
                *(Ratio(name, FAST_ASYNC.name, at_least=1) for name in names_of(OTHERS_ASYNC)),
            ),
            rounds=20,
        ),
        Row(
            name="isolated",
            title="One cancel after 50 ms idle, limiter off, over TLS",
            about="On a warm connection. By then caches are cold and the processor has slept.",
            entries=entries_of(ALL, "series", count=12, idle=0.05),
            ratios=(
                *beside(f"{_IDLE}, sync", names_of(SYNC), (1.9, 1.4)),
                *beside(f"{_IDLE}, async", names_of(ASYNC), (1.2, 1.05)),
                *(Ratio(name, FAST_SYNC.name, at_least=1) for name in names_of(OTHERS)),
            ),
            rounds=14,
        ),
        _settings(),
        _burst(),
        _footprint(),
    )
}
