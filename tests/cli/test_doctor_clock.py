"""How the doctor compares two clocks, and what it says of them."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest

from adapter.binance import BINANCE
from adapter.call import NoReply, Reply
from adapter.cli.doctor_show import _clock
from adapter.doctor.asking import Asked
from adapter.doctor.clock import Clock, compared, correction, judged, span

NOW = 1_700_000_000_000
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


def page(server: int, ms: float, received: int = NOW) -> Asked:
    """A time page that came after so many ms, at that time by this machine's clock."""
    reply = Reply(status=200, body="", data={"serverTime": server}, time=received)
    return Asked(reply=reply, ms=ms)


def clock(ahead: float, uncertain: float = 1, corrected: int = 0) -> Clock:
    return Clock(
        ahead_ms=ahead,
        uncertain_ms=uncertain,
        round_trip_ms=1,
        source="time page",
        corrected_ms=corrected,
    )


def test_the_time_is_that_of_the_middle_of_the_way() -> None:
    """A page that took 20 ms was written 10 ms ago, in whole milliseconds."""
    found = compared([page(NOW, 20)], BINANCE, corrected=0)
    assert found is not None
    assert (-10.5, 10.5, 20) == (found.ahead_ms, found.uncertain_ms, found.round_trip_ms)


def test_the_quickest_answer_tells() -> None:
    """The others know it less well."""
    found = compared([page(NOW, 500), page(NOW - 5, 4), page(NOW, 80)], BINANCE, corrected=0)
    assert found is not None
    assert (2.5, 2.5) == (found.ahead_ms, found.uncertain_ms)


def test_a_date_is_cut_off() -> None:
    """22:13:20 is any time until 22:13:21."""
    reply = Reply(status=401, body="", headers={"date": DATE}, time=NOW + 500)
    found = compared([Asked(reply=reply, ms=10)], BINANCE, corrected=0)
    assert found is not None
    assert (-5.0, 505.0, "Date header") == (found.ahead_ms, found.uncertain_ms, found.source)


def test_nobody_tells() -> None:
    """An answer without a time, and none at all."""
    nothing = [
        Asked(reply=Reply(status=200, body=""), ms=1),
        Asked(reply=NoReply(sent=True, reason="lost"), ms=1),
    ]
    assert compared(nothing, BINANCE, corrected=0) is None


@pytest.mark.parametrize(
    ("found", "window", "level"),
    [
        (clock(999), 5000, None),
        (clock(-999), 5000, None),
        (clock(1001), 5000, "wrong"),
        (clock(1500, uncertain=501), 5000, None),
        (clock(1502, uncertain=501), 5000, "wrong"),
        (clock(-1500), 5000, "warning"),
        (clock(-1500), None, "warning"),
        (clock(-5002), 5000, "wrong"),
        (clock(3_600_000, corrected=-3_600_000), 5000, None),
        (clock(0, corrected=3_600_000), 5000, "wrong"),
    ],
)
def test_what_is_wrong(found: Clock, window: int | None, level: str | None) -> None:
    """A second ahead is refused, and more than the recvWindow behind.

    What counts is the time in requests, as far as it is sure.
    """
    finding = judged(found, "host", window)
    assert level == (finding.level if finding else None)


def test_what_it_costs_until_then() -> None:
    """Only a time that is refused costs anything."""
    wrong, warning = judged(clock(2000), "host", 5000), judged(clock(-2000), "host", 5000)
    assert wrong is not None
    assert warning is not None
    assert "refused once" in wrong.remedy
    assert "refused once" not in warning.remedy


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0.4, "0 ms"),
        (-999, "999 ms"),
        (1500, "1.5 s"),
        (119_900, "119.9 s"),
        (120_000, "2.0 minutes"),
        (-7_200_000, "2.0 hours"),
        (172_800_000, "2.0 days"),
    ],
)
def test_spans(ms: float, said: str) -> None:
    """In the unit that people would use."""
    assert said == span(ms)


@pytest.mark.parametrize(("difference", "expected"), [(0, 0), (5000, -5000)])
def test_what_the_exchange_object_adds(difference: int, expected: int) -> None:
    """ccxt's ``timeDifference`` is taken off."""
    exchange: Any = ccxt.binance({"options": {"timeDifference": difference}})
    assert expected == pytest.approx(correction(exchange), abs=100)
    exchange.session.close()


def test_words() -> None:
    """Within its uncertainty a clock agrees; a correction is told."""
    assert "agree to within 3 ms" in _clock(clock(1, uncertain=2))
    assert "is 50 ms ahead of the host, give or take 2 ms" in _clock(clock(50, uncertain=2))
    assert "is 50 ms behind the host" in _clock(clock(-50, uncertain=2))
    assert "adds 7 ms when it signs" in _clock(attrs.evolve(clock(-7), corrected_ms=7))
