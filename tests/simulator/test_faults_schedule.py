"""The schedule: which fault hits which request, and what is left of it."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from adapter.simulator import FAULTS, Played, Simulator

from .wire import NOW, OPTIONS, USDM, Clock, Kind, Wire, kinds


def names(sim: Simulator) -> list[str]:
    return [fault.name for fault in sim.faults.left]


def test_one_fault_per_request_in_order(sim: Simulator, wire: Wire) -> None:
    """The first request is hit by the first fault, and after the last one all is well."""
    sim.faults.play("page_403", None, "geo_451")
    sim.faults.play("http_500")
    statuses = [wire.cancel(USDM, orderId=1).status for _ in range(5)]

    assert statuses == [403, 400, 451, 500, 400]


def test_any_order_request_counts(sim: Simulator, wire: Wire) -> None:
    """Placing, querying, listing and cancelling on any product take faults; other paths do not."""
    sim.faults.play(*["page_403"] * 4)
    wire.send("GET", "/fapi/v1/time")
    wire.send("GET", "/nowhere")
    wire.signed("GET", "/sapi/v1/margin/allPairs")
    assert len(sim.faults.left) == 4
    answers = [
        wire.place(USDM),
        wire.query(OPTIONS, orderId=1),
        wire.signed("GET", "/papi/v1/margin/openOrders", symbol="LTCBTC"),
        wire.signed("GET", "/papi/v1/um/openOrder", symbol="BTCUSDT", orderId=1),
    ]

    assert [answer.status for answer in answers] == [403] * 4


def test_waiting_for_a_method(sim: Simulator, wire: Wire) -> None:
    """A fault on DELETE lets queries pass, and faults behind it may hit them first."""
    sim.faults.play("page_403", on="DELETE")
    sim.faults.play("geo_451", "http_500")
    assert [wire.query(USDM, orderId=1).status for _ in range(2)] == [451, 500]
    assert names(sim) == ["page_403"]

    assert wire.query(USDM, orderId=1).status == 400
    assert wire.cancel(USDM, orderId=1).status == 403
    assert names(sim) == []


def test_what_is_left_and_what_was_played(sim: Simulator, wire: Wire) -> None:
    """Both can be read at any time, the latter with the request that was hit."""
    sim.faults.play("page_403", "none", "stall")
    wire.cancel(USDM, orderId=7)
    wire.query(USDM, orderId=8)
    one, two = sim.faults.played

    assert names(sim) == ["stall"]
    assert (one.fault.name, one.request.method, one.request.params["orderId"]) == (
        "page_403",
        "DELETE",
        "7",
    )
    assert (two.fault, two.request.method) == (FAULTS["none"], "GET")
    assert isinstance(one, Played)


def test_a_request_without_a_fault_is_not_played(sim: Simulator, wire: Wire) -> None:
    """What nothing was planned for is on record among the requests only."""
    wire.cancel(USDM, orderId=7)

    assert sim.faults.played == ()


def test_parameters_of_a_fault(sim: Simulator) -> None:
    """Method, duration and number of requests are put into the value."""
    sim.faults.play("stall", FAULTS["accepted_only"], on="DELETE", seconds=2.5, requests=9)

    assert sim.faults.left == tuple(
        attrs.evolve(FAULTS[name], on="DELETE", seconds=2.5, requests=9)
        for name in ("stall", "accepted_only")
    )


@pytest.mark.parametrize("name", ["delay_before", "delay_after", "stall"])
def test_how_long_a_delay_is(sim: Simulator, wire: Wire, name: str) -> None:
    """It is ``seconds``, else the schedule's delay when the fault is played, else 30 s."""
    assert sim.faults.delay == 30.0
    fault = FAULTS[name]
    assert max(fault.wait_before, fault.wait_after, fault.stall) == 30.0
    sim.faults.play(name)
    sim.faults.play(name, seconds=0.02)
    sim.faults.delay = 0.01
    wire.query(USDM, orderId=1)
    wire.query(USDM, orderId=1)

    assert [played.fault.seconds for played in sim.faults.played] == [0.01, 0.02]


def test_unknown_names(sim: Simulator) -> None:
    """An unknown fault or method is a ValueError that names the known ones; nothing is planned."""
    with pytest.raises(ValueError, match=r"'drop'; there are none, drop_before, "):
        sim.faults.play("stall", "drop")
    with pytest.raises(ValueError, match=r"'PATCH'.*DELETE"):
        sim.faults.play("stall", on="PATCH")

    assert sim.faults.left == ()


def test_clearing(sim: Simulator, wire: Wire) -> None:
    """Schedule and record are empty, clocks right, bans and lags over."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play(FAULTS["not_found_lag"], requests=9)
    sim.faults.play("skew_hour", "banned_418", "stall")
    for _ in range(3):
        wire.query(USDM, orderId=order.order_id)
    sim.faults.clear()

    assert (sim.faults.left, sim.faults.played) == ((), ())
    assert wire.query(USDM, orderId=order.order_id).json["status"] == "NEW"
    assert wire.send("GET", "/fapi/v1/time").json == {"serverTime": NOW}


def test_the_schedule_outlives_the_block(clock: Clock) -> None:
    """What was planned before the simulator ran is played when it runs."""
    sim = Simulator(clock=clock)
    sim.faults.play("page_403", "geo_451")
    sim.faults.finish()
    statuses = []
    for _ in range(2):
        with sim, Wire(sim) as wire:
            statuses.append(wire.cancel(USDM, orderId=1).status)

    assert statuses == [403, 451]


@kinds
def test_sixteen_threads(sim: Simulator, kind: Kind) -> None:
    """However many ask at once, each fault hits exactly one request."""
    planned = ["page_403", "geo_451", "http_500", "http_408", None] * 16
    sim.faults.play(*planned)
    orders = [sim.place(kind.name, kind.symbol) for _ in planned]

    def statuses(share: int) -> list[int]:
        with Wire(sim) as wire:
            return [wire.cancel(kind, orderId=o.order_id).status for o in orders[share::16]]

    with ThreadPoolExecutor(16) as pool:
        every = sorted(status for part in pool.map(statuses, range(16)) for status in part)

    assert every == sorted([403, 451, 500, 408, 200] * 16)
    assert len(sim.faults.played) == len(planned)
    assert len(sim.book.open_orders()) == 64
