"""Several orders under drawn faults: whatever is said of each is true of the book."""

from __future__ import annotations

import random
from typing import Any

import pytest
from integration.host import Host

from adapter.simulator import Order, Simulator

from .trader import BY_NAME, Trader

CANCEL_FAULTS = (
    *("drop_before", "drop_after", "reset_before", "reset_after", "cut_body", "hang_up"),
    *("http_500", "http_500_executed", "http_503_unknown", "http_503_unavailable"),
    *("code_1006", "code_1007_executed", "cut_json", "empty_200", "page_200", "other_order_200"),
    *("fill_before", "fill_part_before", "expire_before", "cancel_before", "reject_before"),
    *("filled_200", "expired_200", "accepted_only", "accepted_then_filled", "unknown_2011"),
    *("refused_2011_disabled", "refused_2011_generic", "me_recv_window_5028"),
)
QUERY_FAULTS = ("drop_after", "http_500", "not_found_lag", "cut_json", "http_502_page", None, None)
ENDS = {"canceled": "CANCELED", "closed": "FILLED", "expired": "EXPIRED", "rejected": "REJECTED"}


def changed(sim: Simulator, order: Order, draw: random.Random) -> str:
    """Let something happen to an order before the call, or nothing; returns its status."""
    book = sim.book
    change = draw.choice([book.fill, book.cancel, book.expire, *[book.now] * 6])
    return change(order).status


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["usdm", "options", "pm_um"])
def test_what_is_said_is_true(host: Host, sim: Simulator, name: str, seed: int) -> None:
    """One order for each id; canceled, gone and refused as the book has it."""
    draw = random.Random(f"{name} {seed}")  # noqa: S311  # not for secrets
    trader = Trader(host, sim, BY_NAME[name])
    orders = trader.place_many(draw.randint(2, 25))
    before = [changed(sim, order, draw) for order in orders]
    sim.faults.play(*draw.choices(CANCEL_FAULTS, k=draw.randint(1, 8)), on="DELETE")
    sim.faults.play(*draw.choices(QUERY_FAULTS, k=draw.randint(0, 8)), on="GET")
    came = trader.cancel_many(orders, deadline=300.0)

    assert [str(order.order_id) for order in orders] == [each["id"] for each in came]
    for order, was, each in zip(orders, before, came, strict=True):
        assert_true(each, was, trader.book(order))
    assert {} == trader.flights


def assert_true(said: dict[str, Any], was: str, is_now: str) -> None:
    """Whether what was said of an order is what the book says."""
    outcome, status = said["outcome"], said["status"]
    assert (said["error"] is None) == (outcome in ("canceled", "accepted")), said
    if outcome == "canceled":
        assert ("canceled", "CANCELED") == (status, is_now), said
    elif outcome == "gone" and status is not None:
        assert ENDS[status] == is_now, said
    elif outcome == "refused":
        assert is_now != "CANCELED" or was == "CANCELED", said
    else:
        assert outcome in ("accepted", "unknown", "gone"), said
