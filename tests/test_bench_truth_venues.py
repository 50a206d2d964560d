"""What the bench of the other venues takes for true."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from venues.models.book import Book
from venues.models.htx import Htx

import adapter
from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN
from bench import truth_venues


def judged(result: Any, state: str, moment: str = "answer lost") -> str:
    """The verdict on a result, about an order of 2 that is in that state."""
    book = Book(lambda: 1)
    order = book.place("BTCUSDT", "buy", 2, 30000)
    if state == "canceling":
        order = book.cancel(order.id, lag=1)
    elif state != "open":
        book.fill(order.id, 1)
        order = book.fill(order.id) if state == "filled" else book.cancel(order.id)
    if isinstance(result, dict) and "id" not in result:
        result = {**result, "id": order.id}
    return truth_venues.Row("okx", moment, "ccxt", result, order).verdict


@pytest.mark.parametrize(
    ("result", "state", "verdict"),
    [
        ({"status": "canceled", "filled": 1.0}, "canceled", TRUE),
        ({"status": "canceled", "filled": None}, "canceled", TRUE),
        ({"status": "canceled", "filled": 0.0}, "canceled", FALSE),
        ({"status": "canceled"}, "canceling", FALSE),
        ({"status": "canceled"}, "open", FALSE),
        ({"status": "canceled"}, "filled", FALSE),
        ({"status": "canceled", "id": "another"}, "canceled", FALSE),
        ({"status": "closed"}, "filled", TRUE),
        ({"status": "open"}, "canceled", FALSE),
        ({"status": "canceling", "outcome": "accepted"}, "canceling", TRUE),
        ({"status": None, "id": "a page"}, "open", UNKNOWN),
        ({"status": "success"}, "canceled", UNKNOWN),
        (None, "open", UNKNOWN),
        (ccxt.OrderNotFound("x"), "open", FALSE),
        (ccxt.OrderNotFound("x"), "canceled", FALSE),
        (ccxt.OrderNotFound("x"), "filled", TRUE),
        (ccxt.InvalidOrder("x"), "canceled", FALSE),
        (ccxt.NetworkError("x"), "canceled", UNKNOWN),
        (KeyError("x"), "canceled", UNKNOWN),
        (adapter.OrderGone("x", state="closed"), "filled", TRUE),
        (adapter.OrderGone("x", state="closed"), "canceled", FALSE),
    ],
    ids=str,
)
def test_a_result_that_the_book_contradicts_is_false(result: Any, state: str, verdict: str) -> None:
    """And one that says nothing is unknown."""
    assert verdict == judged(result, state)


def test_an_order_that_another_canceled_was_not_found() -> None:
    """Then ccxt is right."""
    assert TRUE == judged(ccxt.OrderNotFound("x"), "canceled", "canceled before")


def test_a_cell_has_all_that_was_said() -> None:
    """Bold where it was false."""
    assert "None, **canceled**" == truth_venues.cell({"None": UNKNOWN, "canceled": FALSE})


def test_both_are_asked_in_each_moment(mocker: MockerFixture) -> None:
    """HTX's cancels may be pending; ccxt says that they are canceled, and the adapter waits."""
    mocker.patch.object(truth_venues, "LAGS", (0.0,))
    mocker.patch.object(Htx, "MARKETS", {"BTC/USDT": Htx.MARKETS["BTC/USDT"]})
    found = truth_venues.report(truth_venues.rows_of(Htx))

    said = found["venues"]["htx"]["said"]
    assert {*truth_venues.MOMENTS} == {*said}
    assert {"canceled": FALSE} == said["acknowledged late"]["ccxt"]
    assert {"canceled": TRUE} == said["acknowledged late"]["adapter"]
    assert {"true": len(said), "unknown": 0, "false": 0} == found["all"]["adapter"]
    assert f"| htx | {' | '.join(map(str, found['all']['ccxt'].values()))} |" in (
        truth_venues.tables(found)
    )
