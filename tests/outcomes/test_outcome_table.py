"""The table of outcomes, row by row, on all products: every report agrees with the book."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import attrs
import ccxt
import pytest
from integration.host import Host

import adapter
from adapter.errors import RateLimited
from adapter.simulator import Simulator

from .simulated import BY_NAME, DOUBTS_5XX, KINDS, MINUTE, Kind, Trader

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

UNKNOWN = (
    *("http_500", "http_500_json", "http_502_page", "http_504_page", "http_408", "http_408_empty"),
    *("http_503_unknown", "http_503_unknown_json"),
    *("code_1000", "code_1001", "code_1006", "code_1007"),
)
NOT_EXECUTED = (
    *("http_503_unavailable", "http_503_unavailable_json", "http_503_internal"),
    *("http_503_internal_json", "maintenance_239999", "shutting_down_1016", "throttled_1008"),
)


@attrs.frozen
class Row:
    """What goes wrong with cancels and queries, what was asked, and what the end is.

    ``asked`` is a regular expression. An open order is looked at until the cancel is sent again.
    """

    name: str
    deletes: tuple[str | None, ...]
    asked: str
    end: Any = "canceled"
    book: str = "CANCELED"
    gets: tuple[str | None, ...] = ()
    state: str | None = None
    options: Any = None

    def on(self, kind: Kind) -> Row:
        """The same row as it reads on this product: Options accepts, and a query sees the end.

        Spot and margin promise of no HTTP 5xx that it was not executed.
        """
        if kind.name in DOUBTS_5XX and any(name in DOUBTED for name in self.deletes):
            return DOUBTED_ROWS[self.name]
        if kind.name != "options":
            return self
        if self.options is not None:
            row: Row = self.options
            return row
        accepted = self.end == "canceled" and self.asked.endswith("D")
        return attrs.evolve(self, asked=f"{self.asked}q") if accepted else self


def lost(*names: str, asked: str = "Dq") -> list[Row]:
    return [Row(name, (name,), asked) for name in names]


ROWS = [
    Row("none", (), "D"),
    Row("fill_part_before", ("fill_part_before",), "D"),
    Row("hang_up", ("hang_up", "hang_up"), "D"),
    # accepted, not finished
    Row("accepted_only", ("accepted_only",), "Dqqq"),
    Row(
        "accepted_then_filled",
        ("accepted_then_filled",),
        "Dqqq",
        adapter.OrderGone,
        "FILLED",
        state="closed",
    ),
    # 2xx with another status
    Row("filled_200", ("filled_200",), "D", adapter.OrderGone, "FILLED", state="closed"),
    Row("expired_200", ("expired_200",), "D", adapter.OrderGone, "EXPIRED", state="expired"),
    Row("rejected_200", ("rejected_200",), "D", adapter.OrderGone, "REJECTED", state="rejected"),
    # no such open order
    Row("fill_before", ("fill_before",), "Dq", adapter.OrderGone, "FILLED", state="closed"),
    Row("expire_before", ("expire_before",), "Dq", adapter.OrderGone, "EXPIRED", state="expired"),
    Row("cancel_before", ("cancel_before",), "Dq", adapter.OrderGone, state="canceled"),
    Row("reject_before", ("reject_before",), "Dq", adapter.OrderGone, "REJECTED", state="rejected"),
    Row("found open", ("unknown_2011",), "DqD"),
    Row("found open twice", ("unknown_2011", "unknown_2011"), "DqDqD"),
    Row("found open to the end", ("unknown_2011",) * 30, "D(qD)+q+", adapter.CancelUnknown, "NEW"),
    Row(
        *("not found", ("unknown_2011",), "Dqq(q|qq)?", adapter.OrderGone, "NEW"),
        gets=("unknown_2011",) * 4,
    ),
    Row(
        "not found at first",
        ("fill_before",),
        "Dqq",
        adapter.OrderGone,
        "FILLED",
        gets=("not_found_lag",),
        state="closed",
    ),
    Row("it was us", ("drop_before", "cancel_before"), "DqDq"),
    Row(
        "filled meanwhile",
        ("drop_before", "fill_before"),
        "DqDq",
        adapter.OrderGone,
        "FILLED",
        state="closed",
    ),
    # no usable answer
    *lost("drop_after", "reset_after", "cut_body", "reset_body"),
    *lost("cut_json", "empty_200", "null_200", "page_200"),
    *lost(*(f"{name}_executed" for name in UNKNOWN)),
    *lost("drop_before", "reset_before", "other_order_200", *UNKNOWN, asked="DqD"),
    Row("lost three times", ("drop_before",) * 3, "DqDqDqD"),
    Row("lost six times", ("drop_before",) * 6, "D(qD){5}q+", adapter.CancelUnknown, "NEW"),
    Row("unknown six times", ("http_503_unknown",) * 6, "D(qD){5}q+", adapter.CancelUnknown, "NEW"),
    Row("lost, then executed unseen", ("drop_before", "drop_after"), "DqDq"),
    Row(
        "filled before the query",
        ("drop_before",),
        "Dq",
        adapter.OrderGone,
        "FILLED",
        gets=("fill_before",),
        state="closed",
    ),
    Row(
        "expired before the query",
        ("drop_before",),
        "Dq",
        adapter.OrderGone,
        "EXPIRED",
        gets=("expire_before",),
        state="expired",
    ),
    Row("late for the query", ("drop_after",), "Dqq", gets=("not_found_lag",)),
    Row("lost, and so is the query", ("drop_after",), "Dqqq", gets=("drop_after", "cut_json")),
    Row("another order's answers", ("drop_after",), "Dqq", gets=("other_order_200",)),
    Row(
        "lost, and never found",
        ("drop_after",),
        "Dqqq+",
        adapter.CancelUnknown,
        gets=("unknown_2011",) * 99,
    ),
    Row(
        "lost, and nobody answers",
        ("drop_after",),
        "Dqqq+",
        adapter.CancelUnknown,
        gets=("drop_before",) * 99,
    ),
    Row(
        "lost, and no query may be made",
        ("drop_after",),
        "Dqqq+",
        adapter.CancelUnknown,
        gets=("page_403",) * 99,
    ),
    Row("lost, and a query is refused", ("drop_after",), "Dqq", gets=("page_403",)),
    # not executed, by the exchange's word
    *(
        Row(
            name,
            (name,),
            "DD",
            options=Row(name, (name,), "D", RateLimited, "NEW")
            if name == "throttled_1008"
            else None,
        )
        for name in NOT_EXECUTED
    ),
    *(
        Row(f"{name} to the end", (name,) * 40, "D{9,24}", ccxt.ExchangeNotAvailable, "NEW")
        for name in NOT_EXECUTED
        if name != "throttled_1008"
    ),
    Row("lost, then not executed", ("drop_before", "http_503_unavailable"), "DqDqD"),
    Row(
        "lost, then not executed to the end",
        ("drop_before", *["http_503_unavailable"] * 40),
        "D(qD)+q+",
        adapter.CancelUnknown,
        "NEW",
    ),
    # no, and alive
    Row("refused_2011_disabled", ("refused_2011_disabled",), "D", ccxt.PermissionDenied, "NEW"),
    Row("refused_2011_account", ("refused_2011_account",), "D", ccxt.PermissionDenied, "NEW"),
    Row("refused_2011_closed", ("refused_2011_closed",), "D", ccxt.MarketClosed, "NEW"),
    Row("refused_2011_api", ("refused_2011_api",), "D", ccxt.PermissionDenied, "NEW"),
    Row("refused_2011_generic", ("refused_2011_generic",), "D", ccxt.OperationRejected, "NEW"),
    Row("refused_6063", ("refused_6063",), "D", ccxt.OperationRejected, "NEW"),
    # by HTTP status alone
    Row("page_403", ("page_403",), "D", ccxt.DDoSProtection, "NEW"),
    Row("page_404", ("page_404",), "D", ccxt.NotSupported, "NEW"),
    Row("geo_451", ("geo_451",), "D", ccxt.PermissionDenied, "NEW"),
]
DOUBTED = tuple(name for name in NOT_EXECUTED if "503" in name or name == "throttled_1008")
DOUBTED_ROWS = {
    row.name: row
    for row in (
        *lost(*DOUBTED, asked="DqD"),
        *(
            Row(f"{name} to the end", (name,) * 40, "D(qD){5}q+", adapter.CancelUnknown, "NEW")
            for name in DOUBTED
        ),
        Row("lost, then not executed", ("drop_before", "http_503_unavailable"), "DqDqD"),
        Row(
            "lost, then not executed to the end",
            ("drop_before", *["http_503_unavailable"] * 40),
            "D(qD){5}q+",
            adapter.CancelUnknown,
            "NEW",
        ),
    )
}
"""The rows that read otherwise where a cancel may have been executed after any HTTP 5xx."""


def settled(trader: Trader, row: Row, *, by_client_id: bool) -> tuple[Any, Any]:
    """The order, and the call's outcome under the row's faults."""
    clock: Any = trader.sim.book.clock
    clock.skip(MINUTE / 1000 - clock() % MINUTE / 1000)  # a limit lasts until the minute's end
    order = trader.place(quantity=2)
    trader.sim.faults.play(*row.deletes, on="DELETE")
    trader.sim.faults.play(*row.gets, on="GET")
    result = trader.tried(order, by_client_id=by_client_id)
    return order, result


def check(trader: Trader, row: Row, order: Any, result: Any) -> None:
    assert row.book == trader.book(order)
    assert re.fullmatch(row.asked.replace("qD", "q+D"), trader.asked), trader.asked
    if row.end == "canceled":
        assert isinstance(result, dict), result
        assert "canceled" == result["outcome"] == result["status"]
        shown: Any = result
    else:
        assert isinstance(result, row.end), result
        assert issubclass(row.end, ccxt.OrderNotFound) == isinstance(result, ccxt.OrderNotFound)
        shown = getattr(result, "order", None)
        assert row.state == getattr(result, "state", None)
        assert row.state is None or row.state == shown["status"]
    if shown is not None:
        assert str(order.order_id) == shown["id"]
        assert order.client_order_id in (shown["clientOrderId"], "")
    if shown is not None and shown["filled"] is not None:
        assert trader.sim.book.now(order).executed == Decimal(str(shown["filled"]))


@kinds
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_table(host: Host, sim: Simulator, kind: Kind, row: Row) -> None:
    """The end, what was asked in between, and the book."""
    trader = Trader(host, sim, kind)
    order, result = settled(trader, row.on(kind), by_client_id=False)
    check(trader, row.on(kind), order, result)


BY_CLIENT_ID = (
    *("none", "accepted_only", "fill_before", "cancel_before", "found open", "drop_after"),
    *("drop_before", "it was us", "lost, and never found", "http_503_unknown_executed"),
)


@kinds
@pytest.mark.parametrize("name", BY_CLIENT_ID)
def test_a_row_by_client_id(host: Host, sim: Simulator, kind: Kind, name: str) -> None:
    """The order's own client id leads to the same end."""
    row = next(row for row in ROWS if row.name == name).on(kind)
    trader = Trader(host, sim, kind)
    order = trader.place(quantity=2, client_order_id="mine")
    sim.faults.play(*row.deletes, on="DELETE")
    sim.faults.play(*row.gets, on="GET")
    result = trader.tried(order, by_client_id=True)
    check(trader, row, order, result)


LATE = {"delay_before": "Dq+D", "delay_after": "Dq", "stall": "Dq"}


@pytest.mark.parametrize("kind", [BY_NAME["usdm"], BY_NAME["options"]], ids=lambda kind: kind.name)
@pytest.mark.parametrize("fault", LATE)
def test_an_answer_that_comes_too_late_is_lost(
    host: Host, sim: Simulator, kind: Kind, fault: str
) -> None:
    """ccxt's own ``timeout`` ends the wait, and the query shows the outcome."""
    trader = Trader(host, sim, kind, {"timeout": 500})
    order = trader.place()

    def patient(_: Any) -> None:
        if sim.faults.played:
            trader.exchange.timeout = 10_000

    adapter.attach(trader.exchange, on_event=patient)
    sim.faults.play(fault, on="DELETE")
    result = trader.cancel(order)

    assert "canceled" == result["outcome"]
    assert "CANCELED" == trader.book(order)
    # a cancel that was given up before the simulator got it is none
    assert re.match(LATE[fault], trader.asked.lstrip("q")), trader.asked


@kinds
def test_a_wrong_secret_is_an_authentication_error(host: Host, sim: Simulator, kind: Kind) -> None:
    """At once, and the order lives."""
    trader = Trader(host, sim, kind)
    order = trader.place()
    trader.exchange.secret = "another"

    assert isinstance(trader.tried(order), ccxt.AuthenticationError)
    assert "D" == trader.asked
    assert "NEW" == trader.book(order)


@kinds
def test_a_client_id_that_was_used_again_is_left_alone(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """The cancel took and its answer is lost; by then the id belongs to a new order: untouched."""
    trader = Trader(host, sim, kind)
    first, second = trader.place(client_order_id="mine"), list[Any]()

    def again(event: Any) -> None:
        if event.what == "classified" and not second:
            vars(trader.exchange)["_adapter"].io.clock.sleep(1.0)
            second.append(sim.place(kind.name, kind.symbol, client_order_id="mine"))

    adapter.attach(trader.exchange, on_event=again)
    sim.faults.play("drop_after", on="DELETE")
    result = trader.tried(first, by_client_id=True)

    assert isinstance(result, adapter.CancelUnknown)
    assert ("CANCELED", "NEW") == (trader.book(first), trader.book(second[0]))
    assert re.fullmatch("Dq+t*q*", trader.asked)
