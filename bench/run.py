"""One run: every row, round after round, all its entries in turn within each round."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from adapter.simulator import Simulator
from bench import ceiling, machine
from bench.clients import Client
from bench.crew import Crew, Line
from bench.environments import Environments
from bench.ground import KEYS, Ground, ground
from bench.rows.row import Entry, Limit, Ratio, Row
from bench.spread import Spread, of_round, percentile, ratio, spread
from bench.target import FIRST_ORDER, MARKET

Found = dict[str, Any]

CLIENTS = "clients"
"""The step before the rows: every client is started, and shows what `bench.proof` asks for."""
LESS = 5
"""A quick run cancels so many times less."""


@attrs.frozen
class Plan:
    """What is to be run, and on what."""

    rows: Sequence[Row]
    quick: bool
    server: str
    environments: Environments

    @property
    def keys(self) -> tuple[str, ...]:
        """The kinds of keys that are needed; RSA keys take a while to make."""
        used = {entry.key for row in self.rows for entry in row.entries}
        return tuple(key for key in KEYS if key in used)

    @property
    def clients(self) -> tuple[Client, ...]:
        """All that are in any row."""
        return tuple(dict.fromkeys(client for row in self.rows for client in row.clients))

    def rounds(self, row: Row) -> int:
        """Of this row."""
        return 1 if self.quick else row.rounds

    def words(self, entry: Entry) -> dict[str, Any]:
        """What its client is told."""
        if not self.quick:
            return dict(entry.words)
        many = {name: entry.words[name] for name in ("count", "calls") if name in entry.words}
        return {**entry.words, **{name: max(2, count // LESS) for name, count in many.items()}}


@attrs.define
class Notes:
    """What one entry measured, round by round, or why there is nothing."""

    entry: Entry
    rounds: list[dict[str, float]] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    absent: Line | None = None

    def add(self, answer: Line) -> None:
        """Take an answer; a client that could not do it is not asked again."""
        if "failed" in answer or "unavailable" in answer:
            self.absent = answer
        else:
            self.rounds.append(of_round(answer))
            self.times += answer.get("times", [])

    def found(self) -> Found:
        """For the report."""
        entry = self.entry
        head = {
            "name": entry.name,
            "client": entry.client.name if entry.client else None,
            "round_trip": entry.round_trip,
        }
        if self.absent is not None:
            return {**head, **self.absent}
        names = self.rounds[0]
        measures = {name: rounded(spread(r[name] for r in self.rounds)) for name in names}
        p99 = {"p99": round(percentile(self.times, 0.99), 2)} if len(self.times) > 1 else {}
        return {**head, "cancels": len(self.times), **p99, "measures": measures}


def rounded(value: Spread) -> dict[str, float]:
    """Without digits that mean nothing."""
    return {name: float(f"{number:.5g}") for name, number in attrs.asdict(value).items()}


def measured(
    row: Row, rounds: int, ask: Callable[[Entry], Line], step: Callable[[], object]
) -> Found:
    """Every round begins with another entry, so that none always follows the same one."""
    notes = {entry.name: Notes(entry) for entry in row.entries}
    for number in range(rounds):
        shift = number % len(row.entries)
        for entry in (*row.entries[shift:], *row.entries[:shift]):
            if notes[entry.name].absent is None:
                notes[entry.name].add(ask(entry))
        step()
    return {
        "name": row.name,
        "title": row.title,
        "about": row.about,
        "shown": list(row.measures),
        "by_round_trip": row.by_round_trip,
        "rounds": rounds,
        "entries": [note.found() for note in notes.values()],
        "ratios": [found for r in row.ratios if (found := _ratio(r, notes))],
        "limits": [found for limit in row.limits if (found := _limit(limit, notes))],
    }


def _ratio(wanted: Ratio, notes: dict[str, Notes]) -> Found | None:
    of, to = notes[wanted.of], notes[wanted.to]
    if of.absent or to.absent:
        return None
    values = ratio([r[wanted.measure] for r in of.rounds], [r[wanted.measure] for r in to.rounds])
    return {**attrs.asdict(wanted), **rounded(values)}


def _limit(wanted: Limit, notes: dict[str, Notes]) -> Found | None:
    note = notes[wanted.entry]
    if note.absent:
        return None
    return {**attrs.asdict(wanted), **rounded(spread(r[wanted.measure] for r in note.rounds))}


@attrs.define
class Run:
    """A run under way."""

    plan: Plan
    ground: Ground
    crew: Crew
    step: Callable[[str], object]
    """Called with the name of a row after each of its rounds, and with `CLIENTS` after each one."""

    def found(self) -> Found:
        """All that there is to find."""
        ceilings = attrs.asdict(ceiling.measured(self.ground))
        shown = {client.name: self._shown(client) for client in self.plan.clients}
        rows = [self._row(row) for row in self.plan.rows]
        return {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "quick": self.plan.quick,
            "machine": machine.facts(self.ground.cores),
            "versions": machine.versions(),
            "server": {"name": self.ground.server, **ceilings},
            "clients": shown,
            "rows": rows,
        }

    def _shown(self, client: Client) -> Found:
        """Its versions, whether its request is right, and whether it verifies the server."""
        try:
            return self._shows(client)
        finally:
            self.step(CLIENTS)

    def _shows(self, client: Client) -> Found:
        with Simulator() as simulator:
            order = simulator.place("usdm", MARKET).order_id
            target = self.ground.target()._replace(
                url=simulator.url, key=simulator.api_key, secret=simulator.secret
            )
            taken = self.crew.tell(client, target, "accepted", order=order)
        if "accepted" not in taken:
            return taken
        refused = self.crew.tell(client, self.ground.strangers(), "verifies", order=FIRST_ORDER)
        return {"versions": self.crew.versions[client.name], **taken, **refused}

    def _row(self, row: Row) -> Found:
        return measured(row, self.plan.rounds(row), self._ask, lambda: self.step(row.name))

    def _ask(self, entry: Entry) -> Line:
        target = self.ground.target(
            round_trip=entry.round_trip, key=entry.key, limiter=entry.limiter
        )
        words = self.plan.words(entry)
        if entry.client is None:
            return self.crew.alone(entry.deed, {"target": target._asdict(), **words})
        return self.crew.tell(entry.client, target, entry.deed, **words)


@contextlib.contextmanager
def prepared(plan: Plan, step: Callable[[str], object]) -> Iterator[Run]:
    """The ground and the crew of a run, for the time of a ``with`` block."""
    used = machine.cores()
    with (
        ground(used, plan.server, plan.keys) as made,
        Crew(plan.environments, used.client, made.ca, made.place) as crew,
    ):
        yield Run(plan, made, crew, step)
