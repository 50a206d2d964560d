"""Lost, late and cut-off answers over a socket, and a server that stops meanwhile."""

import gc
import http.client
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from adapter.simulator import Order, Simulator

from .wire import NOW, OPTIONS, USDM, Answer, Clock, Kind, Wire, kinds


def cancel(sim: Simulator, order: Order, kind: Kind = USDM) -> Answer:
    """Cancel on a connection of one's own."""
    with Wire(sim) as wire:
        return wire.cancel(kind, orderId=order.order_id)


def hit(sim: Simulator, number: int) -> bool:
    """Return whether so many faults have been played, after one round trip."""
    with Wire(sim) as wire:
        wire.send("GET", "/fapi/v1/ping")
    return len(sim.faults.played) >= number


def cancel_and_leave(sim: Simulator, order: Order, kind: Kind = USDM) -> None:
    """Cancel, and close the connection once the request has arrived."""
    number = len(sim.faults.played) + 1
    params = {"symbol": kind.symbol, "orderId": order.order_id}
    with Wire(sim) as wire:
        wire.leave("DELETE", f"{kind.path}/order", lambda: hit(sim, number), **params)


def waiting(sim: Simulator, pool: ThreadPoolExecutor, *orders: Order) -> list[Future[Answer]]:
    """Cancel ``orders`` in the pool, and return once every cancel has arrived."""
    number = len(sim.faults.played) + len(orders)
    answers = [pool.submit(cancel, sim, order) for order in orders]
    while not hit(sim, number):
        continue
    return answers


def test_a_late_execution(sim: Simulator) -> None:
    """A delayed request is executed when its delay ends, and not before."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("delay_before")
    with ThreadPoolExecutor(1) as pool:
        (answer,) = waiting(sim, pool, order)
        assert sim.book.now(order).is_open
        sim.faults.finish()
        assert not sim.book.now(order).is_open

    assert answer.result().json["status"] == "CANCELED"


@kinds
def test_a_late_execution_after_the_client_has_left(sim: Simulator, kind: Kind) -> None:
    """A client that gave up does not stop the cancel it sent."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play("delay_before")
    cancel_and_leave(sim, order, kind)
    assert sim.book.now(order).is_open
    sim.faults.finish()

    assert sim.book.now(order).status == "CANCELED"


def test_a_late_execution_by_the_clock(sim: Simulator) -> None:
    """A short delay ends by itself, client or no client."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.delay = 0.05
    sim.faults.play("delay_before")
    cancel_and_leave(sim, order)
    while sim.book.now(order).is_open:
        hit(sim, 1)

    assert sim.book.now(order).status == "CANCELED"


def test_a_late_request_keeps_its_time(sim: Simulator, clock: Clock) -> None:
    """The timestamp is checked against the time of arrival, not of execution."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("delay_before")
    cancel_and_leave(sim, order)
    clock.now += 30_000
    sim.faults.finish()

    assert sim.book.now(order).updated == NOW + 30_000


def test_two_late_requests_happen_in_turn(sim: Simulator) -> None:
    """Of a late cancel and a prompt one, the prompt one takes and the late one finds it gone."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("delay_before")
    with ThreadPoolExecutor(1) as pool:
        (late,) = waiting(sim, pool, order)
        assert cancel(sim, order).status == 200
        sim.faults.finish()

    assert late.result().error[:2] == (400, -2011)


def test_a_late_answer(sim: Simulator) -> None:
    """The order is cancelled at once, and the answer comes when the delay ends."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("delay_after")
    with ThreadPoolExecutor(1) as pool:
        (answer,) = waiting(sim, pool, order)
        assert not sim.book.now(order).is_open
        assert not answer.done()
        sim.faults.finish()

    assert answer.result().json["status"] == "CANCELED"


@pytest.mark.parametrize("name", ["delay_after", "stall"])
def test_nobody_waits_for_a_client_that_has_left(sim: Simulator, name: str) -> None:
    """The rest of the delay is given up when the client disconnects; the server serves on."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play(name)
    cancel_and_leave(sim, order)
    while sim._delays._in_progress:
        hit(sim, 1)

    assert sim.book.now(order).status == "CANCELED"


@pytest.mark.parametrize("name", ["delay_before", "delay_after", "stall"])
def test_it_stops_while_a_delay_is_pending(clock: Clock, name: str) -> None:
    """The block ends at once; the client gets nothing more, and nothing happens later."""
    with ThreadPoolExecutor(1) as pool:
        with Simulator(clock=clock) as sim:
            order = sim.place("usdm", "BTCUSDT")
            sim.faults.play(name, seconds=600)
            (answer,) = waiting(sim, pool, order)
            status, began = sim.book.now(order).status, time.monotonic()
        assert time.monotonic() - began < 300
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            answer.result()
    gc.collect()

    assert sim.book.now(order).status == status
    assert [thread for thread in threading.enumerate() if thread.name == "simulator"] == []
    with sim:
        assert cancel(sim, sim.place("usdm", "BTCUSDT")).status == 200


def test_it_stops_after_the_client_of_a_late_request_has_left(clock: Clock) -> None:
    """A request still lying about when the block ends is never executed."""
    with Simulator(clock=clock) as sim:
        order = sim.place("usdm", "BTCUSDT")
        sim.faults.play("delay_before")
        cancel_and_leave(sim, order)
    gc.collect()
    sim.faults.finish()

    assert sim.book.now(order).is_open


def test_stalled_bodies_are_whole_in_the_end(sim: Simulator) -> None:
    """Head and half of the body are there at once, and the rest when the delay ends."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("stall")
    with ThreadPoolExecutor(1) as pool:
        (answer,) = waiting(sim, pool, order)
        sim.faults.finish()

    assert answer.result().json["orderId"] == order.order_id


def test_cut_bodies_promise_more_than_they_keep(sim: Simulator) -> None:
    """Content-Length is that of the whole answer, and half of it comes."""
    order = sim.place("options", OPTIONS.symbol)
    sim.faults.play("cut_body")
    with pytest.raises(http.client.IncompleteRead) as cut:
        cancel(sim, order, OPTIONS)

    assert len(cut.value.partial) == pytest.approx(cut.value.expected or 0, abs=1)
    assert cut.value.partial.startswith(b'{"orderId":4611875134427365377,')


def test_half_a_json_is_good_http(sim: Simulator) -> None:
    """A truncated JSON comes with the length that it has, on a connection that lives on."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("cut_json")
    with Wire(sim) as wire:
        answer = wire.cancel(USDM, orderId=order.order_id)
        assert wire.query(USDM, orderId=order.order_id).status == 200

    assert int(answer.headers["Content-Length"]) == len(answer.body) > 100


def test_closing_is_not_announced(sim: Simulator) -> None:
    """The answer is whole and promises keep-alive; the next request on the connection is lost."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play("hang_up")
    with Wire(sim) as wire:
        answer = wire.cancel(USDM, orderId=order.order_id)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            wire.query(USDM, orderId=order.order_id)

    assert answer.headers.get("Connection", "keep-alive") == "keep-alive"
    assert [served.method for served in sim.requests] == ["DELETE"]


def test_records_of_what_was_not_answered(sim: Simulator) -> None:
    """A dropped request is on record with status 0, a late one as soon as it has come."""
    first, late = (sim.place("usdm", "BTCUSDT") for _ in range(2))
    sim.faults.play("drop_after", "delay_before")
    with pytest.raises(http.client.RemoteDisconnected):
        cancel(sim, first)
    with ThreadPoolExecutor(1) as pool:
        waiting(sim, pool, late)
        cancels = [served.status for served in sim.requests if served.method == "DELETE"]
        sim.faults.finish()

    assert cancels == [0, 0]
    assert [served.status for served in sim.requests if served.method == "DELETE"] == [0, 200]


def test_many_at_once(sim: Simulator) -> None:
    """Thirty-two late cancels in progress are all executed by one ``finish``, each once."""
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(32)]
    sim.faults.play(*["delay_before"] * 16, *["delay_after"] * 16)
    with ThreadPoolExecutor(32) as pool:
        answers = waiting(sim, pool, *orders)
        sim.faults.finish()

    assert [answer.result().status for answer in answers] == [200] * 32
    assert sim.book.open_orders() == []
