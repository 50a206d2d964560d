"""The clients and the rows that are measured: entries, and the ratios that are taken of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs


@attrs.frozen
class Client:
    name: str
    function: str
    """In ``bench/peers``: module and name."""
    needs: str = ""
    """The distribution in its own environment; without any it runs in this one."""


@attrs.frozen(kw_only=True)
class Entry:
    name: str
    """Unique in its row."""
    client: Client | None = None
    """None for a process that is started for this alone: `bench.fresh`."""
    task: str
    """In `bench.worker.TASKS`, or a function of `bench.fresh`."""
    arguments: Mapping[str, Any] = attrs.field(factory=dict)
    target: Mapping[str, Any] = attrs.field(factory=dict)
    """What `bench.processes.Servers.target` is given."""


@attrs.frozen
class Ratio:
    """What one entry measured over what another did, and the goal."""

    of: str
    to: str
    measure: str = "p50"
    title: str = ""
    """As text, for the summary; without it, it is not in the summary."""
    at_least: float | None = None
    at_most: float | None = None
    far: tuple[str, str] | None = None
    """The two entries 20 ms away, where the difference is another one there."""
    share: bool = False
    """Whether it is what the adapter adds to ccxt, and not how many times faster it is."""


@attrs.frozen(kw_only=True)
class Row:
    """One measurement, of all entries one after the other, in each round."""

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    measures: tuple[str, ...] = ("p50", "cpu")
    """Those that are shown."""
    ratios: tuple[Ratio, ...]
    rounds: int


CCXT_SYNC = Client("ccxt, sync", "on_ccxt:plain_sync")
FAST_SYNC = Client("adapter (fast), sync", "on_ccxt:fast_sync")
FAST_ASYNC = Client("adapter (fast), async", "on_ccxt:fast_async")
SYNC = (CCXT_SYNC, FAST_SYNC, Client("adapter, sync", "on_ccxt:session_sync"))
ASYNC = (
    Client("ccxt, async", "on_ccxt:plain_async"),
    FAST_ASYNC,
    Client("adapter, async", "on_ccxt:session_async"),
)
SDK = "binance-sdk-derivatives-trading-usds-futures"
OTHERS_ASYNC = (
    Client("python-binance, async", "others:python_binance_async", "python-binance"),
    Client("pybotters", "others:pybotters", "pybotters"),
    Client("nautilus_trader", "others:nautilus", "nautilus_trader"),
)
OTHERS = (
    Client("python-binance, sync", "others:python_binance", "python-binance"),
    Client("Binance's SDK", "others:binance_sdk", SDK),
    *OTHERS_ASYNC,
)
ALL = (*SYNC, *ASYNC, *OTHERS)
_LIMITED = {"limiter": True}


def _entries(
    clients: Iterable[Client], task: str, suffix: str = "", *, at: Any = None, **arguments: Any
) -> tuple[Entry, ...]:
    """An entry of each client; ``at`` is what the target is given."""
    return tuple(
        Entry(name=c.name + suffix, client=c, task=task, arguments=arguments, target=at or {})
        for c in clients
    )


def _beside(
    title: str,
    names: Iterable[str],
    goals: tuple[float | None, float | None] = (None, None),
    measure: str = "p50",
) -> tuple[Ratio, ...]:
    """Of ccxt's entry, ours with the extra ``fast`` and ours without it, with their goals."""
    ccxts, fast, plain = names
    return (
        Ratio(ccxts, fast, measure, f"{title} (fast)", goals[0]),
        Ratio(ccxts, plain, measure, title, goals[1]),
    )


def _names(clients: Iterable[Client], suffix: str = "") -> list[str]:
    return [client.name + suffix for client in clients]


def _limited_series() -> Row:
    title, away = "100 cancels one after the other, ccxt's limiter on, sync", ", 20 ms"
    ratios = _beside(title, _names(SYNC), (149, 100), "total")
    return Row(
        name="limited-series",
        title="100 cancels one after the other, limiter on, sync",
        about="From the first call to the last answer, on loopback and 20 ms away.",
        entries=(
            *_entries(SYNC, "series", at=_LIMITED, count=100),
            *_entries(SYNC, "series", away, at={**_LIMITED, "far": True}, count=100),
        ),
        measures=("total",),
        ratios=tuple(attrs.evolve(r, far=(r.of + away, r.to + away)) for r in ratios),
        rounds=3,
    )


def _settings() -> Row:
    """Each setting of the exchange object on which the adapter must not be the slower one."""
    entries: list[Entry] = []
    ratios: list[Ratio] = []
    for clients, setting, words in (
        (SYNC, "proxy", "through an HTTP proxy, sync"),
        (ASYNC, "proxy", "through an HTTP proxy, async"),
        (SYNC, "verify", "verify is a path, sync"),
        (SYNC, "hook", "a hook on the session, sync"),
    ):
        suffix = f", {setting}"
        entries += _entries(clients, "series", suffix, at={"setting": setting}, count=50)
        ratios += _beside(f"one cancel, {words}", _names(clients, suffix), (1, 1))
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
    prewarmed = (*_names(ASYNC[:1], first), *_names(ours, ahead))
    return Row(
        name="burst",
        title="100 cancels at once, async, over TLS, 20 ms round trip",
        about="From the first call to the last answer. The first burst finds one connection open"
        " and opens the others; warmed is the third burst; prewarmed is a first burst after"
        " prewarm().",
        entries=(
            *_entries(clients, "burst", first, at=at, count=100),
            *_entries(clients, "burst", warm, at=at, count=100, warm=2),
            *_entries(ours, "burst", ahead, at=at, count=100, prewarm=True),
        ),
        measures=("total", "cpu"),
        ratios=(
            *_beside(f"{title}, first burst, async", _names(ASYNC, first), (1.09, 1.09), "total"),
            *_beside(f"{title}, warm, async", _names(ASYNC, warm), (1.15, 1.15), "total"),
            *_beside(f"{title}, prewarmed, async", prewarmed, (4.1, 4.1), "total"),
        ),
        rounds=6,
    )


def _start() -> Row:
    transports = {"ccxt": None, "adapter (fast)": "auto", "adapter": "session"}
    title = "process start to the answer of the first cancel, sync"
    return Row(
        name="start",
        title="Process start to the answer of the first cancel, imports included, sync",
        about="A new process each time. ccxt loads its markets, 2,700 of them, from this machine;"
        " the adapter needs none.",
        entries=tuple(
            Entry(name=name, task="first_cancel", arguments={"transport": how}, target=_LIMITED)
            for name, how in transports.items()
        ),
        measures=("p50",),
        ratios=_beside(title, transports, (2.3, 2.3)),
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
    return Row(
        name="footprint",
        title="What importing and attaching cost",
        about="A new process for each. Memory is what Python allocates; that of an object is the"
        " mean of 50. The goals are 3 MB for the adapter and 50 KB for an object.",
        entries=tuple(
            Entry(name=name, task="cost", arguments={"of": of, "memory": measure == "memory"})
            for measure, our, our_of, base, base_of, _ in costs
            for name, of in ((base, base_of), (our, our_of))
        ),
        measures=("p50", "memory"),
        ratios=tuple(
            Ratio(our, base, measure, f"{our}, beside {base}", None, most, share=True)
            for measure, our, _, base, _, most in costs
        ),
        rounds=5,
    )


_CPU, _RATE = "processor time of one cancel, limiter off", "one cancel after another, limiter off"
_IDLE = "one cancel after 50 ms idle, limiter off"
_AT_ONCE = "100 cancels at once, ccxt's limiter on, async"
_SIGNED = "one cancel, signed with a key of RSA-2048, sync"

ROWS = {
    row.name: row
    for row in (
        Row(
            name="limited-burst",
            title="100 cancels at once, limiter on, async",
            about="From the first call to the last answer. The adapter's connections are warm.",
            entries=(
                *_entries(ASYNC[:1], "burst", at=_LIMITED, count=100),
                *_entries(ASYNC[1:], "burst", at=_LIMITED, count=100, warm=1),
            ),
            measures=("total",),
            ratios=_beside(_AT_ONCE, _names(ASYNC), (235, 150), "total"),
            rounds=5,
        ),
        _limited_series(),
        Row(
            name="behind-queue",
            title="One async cancel behind 50 queued market-data calls",
            about="From the call to the answer.",
            entries=_entries(ASYNC, "behind_queue", at=_LIMITED, count=50),
            measures=("p50",),
            ratios=_beside("one cancel behind 50 queued market-data calls, async", _names(ASYNC)),
            rounds=3,
        ),
        Row(
            name="rsa",
            title="One cancel, signed with a key of RSA-2048, sync, limiter off",
            about="After three that are not measured.",
            entries=_entries(SYNC, "series", at={"rsa": True}, count=20),
            ratios=_beside(_SIGNED, _names(SYNC), (50, None)),
            rounds=5,
        ),
        _start(),
        Row(
            name="series",
            title="One cancel after another, limiter off, over TLS",
            about="100 in a round, on one warm connection.",
            entries=_entries(ALL, "series", count=100),
            ratios=(
                *_beside(f"{_CPU}, sync", _names(SYNC), (3.5, 1.8), "cpu"),
                *_beside(f"{_RATE}, async", _names(ASYNC), (1.3, 1.05)),
                *(Ratio(name, FAST_ASYNC.name, at_least=1) for name in _names(OTHERS_ASYNC)),
            ),
            rounds=20,
        ),
        Row(
            name="isolated",
            title="One cancel after 50 ms idle, limiter off, over TLS",
            about="On a warm connection. By then caches are cold and the processor has slept.",
            entries=_entries(ALL, "series", count=12, idle=0.05),
            ratios=(
                *_beside(f"{_IDLE}, sync", _names(SYNC), (1.9, 1.4)),
                *_beside(f"{_IDLE}, async", _names(ASYNC), (1.2, 1.05)),
                *(Ratio(name, FAST_SYNC.name, at_least=1) for name in _names(OTHERS)),
            ),
            rounds=14,
        ),
        _settings(),
        _burst(),
        _footprint(),
    )
}
