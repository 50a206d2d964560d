"""Which of Binance's answers are limits, and how long they last: one rule for all products."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.contract.messages import Response, ResponseKind
from adapter.venues.binance import options
from venues.classified import read, reply


def test_1008_is_a_limit_on_options_only() -> None:
    """Options use the code of an overloaded server for "too many requests"."""
    overloaded = reply(400, {"code": -1008, "msg": "?"})

    assert ResponseKind.RATE_LIMITED is read(overloaded, product=options.ENDPOINT).kind
    assert ResponseKind.NOT_EXECUTED is read(overloaded).kind


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (reply(429, "", retry_after="12"), 12.0),
        (reply(400, {"code": -1003, "msg": "?"}, retry_after="12"), 12.0),
        (reply(429, "", retry_after="0", date="Tue, 14 Nov 2023 22:13:20 GMT"), 0.0),
        (
            reply(
                418,
                {"code": -1003, "msg": "banned until 1700000060500."},
                date="Tue, 14 Nov 2023 22:13:20 GMT",
            ),
            60.5,
        ),
        (reply(418, {"code": -1003, "msg": "banned until 1000000000000."}), 999_999_000.0),
        (
            reply(418, "banned until 1000000000000", date="Tue, 14 Nov 2023 22:13:20 GMT"),
            0.0,
        ),
    ],
)
def test_how_long_a_limit_lasts(answer: Response, seconds: float) -> None:
    """By Retry-After, else by "banned until" on the server's own clock; the text stays as it is."""
    found = read(answer)

    assert seconds == found.retry_after
    assert "minute" not in found.text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": "Tue, 14 Nov 2023 22:13:20 GMT"}, 40.0),
        ({"date": "Tue, 14 Nov 2023 22:13:59 GMT", "retry_after": "soon"}, 1.0),
        ({"date": "Tue, 14 Nov 2023 22:14:00 GMT", "retry_after": "²"}, 60.0),
        ({"date": "yesterday"}, 20.0),
        ({}, 20.0),
    ],
)
@pytest.mark.parametrize(
    ("status", "data"),
    [
        (429, ""),
        (418, {"code": -1003, "msg": "IP banned."}),
        (400, {"code": -1003, "msg": "Too many requests."}),
    ],
)
def test_a_limit_without_a_time_lasts_until_the_hosts_minute_ends(
    status: int, data: Any, headers: dict[str, str], seconds: float
) -> None:
    """By the answer's Date, else by our clock when it came; the message has it, and how long."""
    found = read(reply(status, data, **headers))

    assert (ResponseKind.RATE_LIMITED, seconds) == (found.kind, found.retry_after)
    assert f"(no time is given; the host's minute ends in {seconds} s)" in found.text


def test_1008_without_a_time_lasts_until_the_minute_ends_on_options() -> None:
    """There it is a limit like any other."""
    throttled = reply(429, {"code": -1008, "msg": "?"}, date="Tue, 14 Nov 2023 22:13:20 GMT")

    assert 40.0 == read(throttled, product=options.ENDPOINT).retry_after
