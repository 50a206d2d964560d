"""What a fault leaves behind: bans, clocks, lags, cancels that take later."""

import pytest

from adapter.simulator import Order, Simulator

from .wire import NOW, OPTIONS, PM_CM, PM_MARGIN, PM_UM, USDM, Clock, Kind, Wire, kinds

HOUR = 3_600_000
ACCEPTED = {"accepted_only": "CANCELED", "accepted_then_filled": "FILLED"}

accepted = pytest.mark.parametrize(("name", "end"), list(ACCEPTED.items()))


@pytest.mark.parametrize("name", ["limited_429", "banned_418"])
def test_a_limit_holds_for_the_whole_host(
    sim: Simulator, wire: Wire, clock: Clock, name: str
) -> None:
    """Every request to the family is refused until the time is over, and no other host's is."""
    status = int(name[-3:])
    sim.faults.play(name, seconds=90)
    wire.cancel(PM_UM, orderId=1)
    clock.now += 89_999
    late = {"timestamp": clock.now, "orderId": 1}
    refused = [
        wire.query(PM_CM, **late),
        wire.place(PM_MARGIN, timestamp=clock.now),
        wire.send("GET", "/papi/v1/ping"),
        wire.send("GET", "/papi/v1/no/such/path"),
    ]
    others = [wire.query(USDM, **late), wire.query(OPTIONS, **late), wire.send("GET", "/")]

    assert [answer.status for answer in refused] == [status] * 4
    assert [answer.headers["Retry-After"] for answer in refused] == ["1"] * 4
    assert [answer.status for answer in others] == [400, 400, 404]
    clock.now += 1
    assert wire.send("GET", "/papi/v1/ping").status == 200


def test_the_futures_hosts_share_a_limit(sim: Simulator, wire: Wire) -> None:
    """A ban of fapi is one of dapi, as their weight has been one since 2026-06-30."""
    sim.faults.play("banned_418")
    wire.cancel(USDM, orderId=1)

    assert wire.send("GET", "/dapi/v1/time").status == 418
    assert wire.send("GET", "/eapi/v1/time").status == 200


def test_a_ban_shows_until_when(sim: Simulator, wire: Wire) -> None:
    """The text has the ms of its end, and Retry-After the whole seconds, two minutes at first."""
    sim.faults.play("banned_418")
    answer = wire.cancel(USDM, orderId=1)

    assert answer.error[:2] == (418, -1003)
    assert f"IP banned until {NOW + 120_000}." in answer.json["msg"]
    assert answer.headers["Retry-After"] == "120"


@pytest.mark.parametrize("name", ["limited_429_bare", "banned_418_bare"])
def test_limits_without_retry_after(sim: Simulator, wire: Wire, name: str) -> None:
    """The futures' pages do not promise the header."""
    sim.faults.play(name)

    assert "Retry-After" not in wire.cancel(USDM, orderId=1).headers
    assert wire.cancel(USDM, orderId=1).status in {418, 429}


@kinds
def test_nothing_happens_under_a_ban(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Neither is an order cancelled nor another fault's execution let through."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play("banned_418", "http_500_executed", "empty_200", "accepted_only")
    for _ in range(4):
        wire.cancel(kind, orderId=order.order_id)
    sim.faults.finish()

    assert sim.book.now(order) == order


def test_fractions_of_a_second_round_up(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """A client that waits as required never comes too early."""
    sim.faults.play("limited_429", seconds=1.2)
    assert wire.cancel(USDM, orderId=1).headers["Retry-After"] == "2"
    clock.now += 2000

    assert wire.send("GET", "/fapi/v1/ping").status == 200


@kinds
@pytest.mark.parametrize(("name", "skew"), [("skew_hour", HOUR), ("skew_hour_behind", -HOUR)])
def test_a_wrong_clock(sim: Simulator, wire: Wire, kind: Kind, name: str, skew: int) -> None:
    """Timestamps are checked by it until it is put right; who follows it is served."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play(name, None, None, "skew_undo")
    wrong = [wire.query(kind, orderId=order.order_id) for _ in range(2)]
    right = wire.query(kind, orderId=order.order_id, timestamp=NOW + skew)

    assert [answer.error[:2] for answer in wrong] == [(400, -1021)] * 2
    assert right.status == 200
    assert wire.query(kind, orderId=order.order_id).status == 200
    assert sim.book.now(order) == order


def test_where_a_wrong_clock_shows(sim: Simulator, wire: Wire) -> None:
    """Time, exchangeInfo and Date have it on that host alone; records have the true one."""
    sim.faults.play("skew_hour", "skew_hour_behind")
    assert wire.query(USDM, orderId=1).headers["Date"] == "Fri, 15 Jan 2027 09:00:00 GMT"
    assert wire.query(PM_UM, orderId=1).headers["Date"] == "Fri, 15 Jan 2027 07:00:00 GMT"

    assert wire.send("GET", "/fapi/v1/time").json == {"serverTime": NOW + HOUR}
    assert wire.send("GET", "/dapi/v1/exchangeInfo").json["serverTime"] == NOW + HOUR
    assert wire.send("GET", "/eapi/v1/time").json == {"serverTime": NOW}
    assert wire.send("GET", "/api/v3/time").headers["Date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
    assert {served.time for served in sim.requests} == {NOW}


def test_a_ban_by_a_wrong_clock(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """The end of a ban is in the host's time, and its length is right all the same."""
    sim.faults.play("skew_hour", "banned_418")
    wire.cancel(USDM, orderId=1)
    answer = wire.cancel(USDM, orderId=1)
    assert str(NOW + HOUR + 120_000) in answer.json["msg"]
    assert answer.headers["Retry-After"] == "120"
    clock.now += 120_000

    assert wire.send("GET", "/fapi/v1/ping").status == 200


def statuses(wire: Wire, kind: Kind, order: Order, number: int) -> list[object]:
    """Query the order and return what each query answers: a status or a code."""
    answers = [wire.query(kind, orderId=order.order_id).json for _ in range(number)]
    return [answer.get("status", answer.get("code")) for answer in answers]


@kinds
def test_queries_that_lag(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """So many queries do not find the order; others are found, and it can be cancelled."""
    order, other = (sim.place(kind.name, kind.symbol) for _ in range(2))
    sim.faults.play("not_found_lag", requests=3)
    assert statuses(wire, kind, order, 2) == [-2013] * 2
    assert statuses(wire, kind, other, 1) == ["NEW"]
    assert wire.cancel(kind, orderId=order.order_id).status == 200

    assert statuses(wire, kind, order, 2) == [-2013, "CANCELED"]


@kinds
def test_a_lag_after_a_cancel(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Played on a cancel, that one is executed and the next queries do not find the order."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play("not_found_lag", requests=2)
    assert wire.cancel(kind, orderId=order.order_id).status == 200

    assert statuses(wire, kind, order, 3) == [-2013, -2013, "CANCELED"]


@kinds
def test_a_lag_after_placing(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """An order just placed can be cancelled before queries find it."""
    sim.faults.play("placed_lag")
    wire.place(kind)
    (order,) = sim.book.orders()

    assert statuses(wire, kind, order, 2) == [-2013, "NEW"]


@kinds
@accepted
def test_accepted_cancels(sim: Simulator, wire: Wire, kind: Kind, name: str, end: str) -> None:
    """The answer has an open status, so many requests find the order open, and then it ends."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play(name, requests=3)
    answer = wire.cancel(kind, orderId=order.order_id)
    assert answer.json["status"] == ("ACCEPTED" if kind is OPTIONS else "NEW")

    assert statuses(wire, kind, order, 4) == ["NEW"] * 3 + [end]


@accepted
def test_finishing_accepted_cancels(sim: Simulator, wire: Wire, name: str, end: str) -> None:
    """``finish`` ends them at once; ``clear`` does not."""
    order = sim.place("options", OPTIONS.symbol)
    sim.faults.play(name)
    wire.cancel(OPTIONS, orderId=order.order_id)
    sim.faults.clear()
    assert sim.book.now(order).is_open
    sim.faults.finish()

    assert sim.book.now(order).status == end


@pytest.mark.parametrize("name", list(ACCEPTED))
def test_an_accepted_cancel_may_be_overtaken(sim: Simulator, wire: Wire, name: str) -> None:
    """An order that ends otherwise meanwhile stays as it ended."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play(name)
    wire.cancel(USDM, orderId=order.order_id)
    sim.book.expire(order)
    sim.faults.finish()

    assert sim.book.now(order).status == "EXPIRED"


def test_a_second_cancel_of_an_accepted_one_takes(sim: Simulator, wire: Wire) -> None:
    """While a cancel is in progress, another one is served as ever."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("accepted_then_filled")
    wire.cancel(USDM, orderId=order.order_id)

    assert wire.cancel(USDM, orderId=order.order_id).json["status"] == "CANCELED"
    sim.faults.finish()
    assert sim.book.now(order).status == "CANCELED"
