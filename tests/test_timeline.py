"""docs/lost-answers.md: the timeline of a call, by what is sent when every cancel is lost."""

from __future__ import annotations

import itertools
import re

import attrs
import pytest
from pages import DOCS, Page, world

import adapter

PAGE = Page(DOCS / "lost-answers.md")
SYMBOL = "BTC/USDT:USDT"
DEADLINE = 15.0
CELLS = 4
"""Characters of the picture for each second."""

pytestmark = pytest.mark.skipif(not PAGE.text, reason="the page is not beside the tests")


@attrs.frozen
class Timeline:
    """Seconds into the call at which each request was sent, and how the call ended."""

    cancels: list[float]
    queries: list[float]
    error: adapter.CancelUnknown


def timeline(deadline: float, timeout: float = 0.0) -> Timeline:
    """What is sent where no cancel has an answer and the order stays open.

    The first answer is lost after ``timeout`` seconds. Round trips take no time.
    """
    sent: dict[str, list[float]] = {"DELETE": [], "GET": []}
    with world() as there:
        exchange, clock = there["exchange"], there["exchange"]._adapter.io.clock

        def note(event: adapter.Event) -> None:
            if event.what == "sent":
                sent[event.details["method"]].append(round(clock(), 2))
            if event.what == "replied" and len(sent["DELETE"]) == 1 and not sent["GET"]:
                clock.sleep(timeout)

        adapter.attach(exchange, on_event=note)
        there["simulator"].faults.play("drop_before", on="DELETE", for_seconds=1000)
        with pytest.raises(adapter.CancelUnknown) as raised:
            exchange.cancel_order(there["order_id"], SYMBOL, {"deadline": deadline})
    return Timeline(sent["DELETE"], sent["GET"], raised.value)


def drawn(letter: str, times: list[float]) -> str:
    """One line of the picture."""
    cells = {int(time * CELLS) for time in times}
    return "".join(letter if cell in cells else " " for cell in range(max(cells) + 1))


def test_the_table_is_what_is_sent() -> None:
    """Each cancel at its time, and after it the queries, until the next one."""
    rows = PAGE.table("cancel")
    found = timeline(DEADLINE)

    assert found.cancels == [float(sent_at) for _, sent_at, _ in rows]
    assert found.queries == [float(at) for *_, queries in rows for at in queries.split(", ")]


def test_the_picture_is_what_is_sent() -> None:
    """A letter for each quarter of a second in which such a request is sent, up to the deadline."""
    lines = dict(re.findall(r"^    (seconds|cancel|query) +(\S.*)$", PAGE.text, re.MULTILINE))
    found = timeline(DEADLINE)

    assert drawn("C", found.cancels) == lines["cancel"]
    assert f"{drawn('q', found.queries):{int(DEADLINE) * CELLS}}|" == lines["query"]
    assert all(lines["seconds"].index(f"{n} ") == n * CELLS for n in range(int(DEADLINE)))


@pytest.mark.parametrize("row", PAGE.table("`deadline`"), ids=lambda row: f"{row[0]} s")
def test_each_deadline_is_that_of_the_page(row: list[str]) -> None:
    """How many cancels there are, and when the last requests are sent."""
    deadline, cancels, last_cancel, last_query = map(float, row)
    found = timeline(deadline)

    assert (cancels, last_cancel) == (len(found.cancels), found.cancels[-1])
    assert last_query == found.queries[-1]
    assert len(found.cancels) + len(found.queries) <= 24


def test_a_late_time_out_leaves_the_rest_to_everything_else() -> None:
    """ccxt's own time-out takes 10 s of the 15 s, and the pauses count from its end."""
    found = timeline(DEADLINE, timeout=10.0)

    assert [0.0, 10.25, 10.75, 11.75, 13.75] == found.cancels
    assert found.queries[-1] < DEADLINE


def test_the_message_shows_what_was_sent_and_for_how_long() -> None:
    """The numbers of the message are those of the requests."""
    found = timeline(DEADLINE)

    assert f"was sent {len(found.cancels)} times in 14.5 s" in str(found.error)
    assert f"of {len(found.queries)} queries, " in str(found.error)
    assert found.error.order is not None
    assert "open" == found.error.order["status"]


def test_the_text_has_the_same_numbers() -> None:
    """How long after the one before each cancel is sent, and how many requests that are at most."""
    text = PAGE.text.replace("\n", " ")
    found = timeline(DEADLINE)
    *before, last = (f"{b - a:g}" for a, b in itertools.pairwise(found.cancels))

    assert f"sent again {', '.join(before)} and {last} s after the previous one" in text
    assert f"fewer than `attempts` ({len(found.cancels)}) sends may have been executed" in text
    assert f"about {len(found.cancels) + len(found.queries)} requests" in text
