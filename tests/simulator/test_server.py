"""The server itself: starting, stopping, many at once, and what it remembers."""

import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import attrs
import pytest

from adapter.simulator import Simulator
from adapter.simulator.connect import redirected

from .wire import NOW, USDM, Clock, Wire


def address(sim: Simulator) -> tuple[str, int]:
    host, _, port = sim.url.removeprefix("http://").partition(":")
    return host, int(port)


def simulator_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "simulator"]


def test_it_is_ready_when_the_block_begins() -> None:
    """The first connection inside the block is accepted, on 127.0.0.1."""
    with Simulator() as sim, socket.create_connection(address(sim), timeout=60):
        assert sim.url.startswith("http://127.0.0.1:")


def test_nothing_is_left_after_the_block() -> None:
    """Thread and listening socket are gone, even with clients still connected."""
    before = simulator_threads()
    with Simulator() as sim:
        place = address(sim)
        client = HTTPConnection(*place, timeout=60)
        client.request("GET", "/fapi/v1/time")
        with client.getresponse() as response:
            response.read()
    gc.collect()

    assert simulator_threads() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place, timeout=60)
    client.close()


@pytest.mark.long
def test_a_connection_accepted_at_the_last_moment_is_closed() -> None:
    """Clients that come and go while the server stops leave no socket of the server behind."""
    for _ in range(20):
        with Simulator() as sim:
            clients = [socket.create_connection(address(sim), timeout=60) for _ in range(8)]
        for client in clients:
            client.close()
        gc.collect()


def test_an_error_in_the_block_passes_through() -> None:
    """The block's own exception is not swallowed, and the server still stops."""
    with pytest.raises(KeyError), Simulator():
        raise KeyError
    assert simulator_threads() == []


def test_a_port_of_ones_own() -> None:
    """The port can be chosen; a taken one is an OSError and leaves no thread behind."""
    with Simulator() as sim:
        _, port = address(sim)
        with pytest.raises(OSError, match=r"address already in use|Address already in use"):
            Simulator(port=port).__enter__()
        assert len(simulator_threads()) == 1
    with Simulator(port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"


def test_the_same_simulator_serves_twice(clock: Clock) -> None:
    """A second block serves the same book; records go on."""
    sim = Simulator(clock=clock)
    with sim, Wire(sim) as wire:
        number = wire.place(USDM).json["orderId"]
    with sim, Wire(sim) as wire:
        assert wire.cancel(USDM, orderId=number).json["status"] == "CANCELED"

    assert [served.method for served in sim.requests] == ["POST", "DELETE"]


def test_it_runs_once_at_a_time(sim: Simulator) -> None:
    """Entering a running simulator is a RuntimeError and does not stop it."""
    with pytest.raises(RuntimeError, match="already"):
        sim.__enter__()

    assert sim.url


def test_a_stopped_simulator_has_no_address() -> None:
    """Before and after the block there is no URL, and the error shows what to do."""
    sim = Simulator()
    with pytest.raises(RuntimeError, match="with statement"):
        _ = sim.url
    with sim:
        pass
    sim.__exit__(None, None, None)

    with pytest.raises(RuntimeError, match="with statement"):
        _ = sim.url


def test_two_simulators_are_two_exchanges(clock: Clock) -> None:
    """Each has its own address, book and records."""
    with Simulator(clock=clock) as one, Simulator(clock=clock) as two, Wire(two) as wire:
        order = one.place("usdm", "BTCUSDT")
        assert wire.cancel(USDM, orderId=order.order_id).status == 400

    assert one.book.now(order).is_open
    assert (len(one.requests), len(two.requests)) == (0, 1)


def test_requests_are_remembered_as_they_came(sim: Simulator, wire: Wire) -> None:
    """Each record has method, path, raw query and body, headers, time and status."""
    wire.send("DELETE", "/fapi/v1/order", "a=%2F&b=", "c=1", {"x-MBX-apikey": "me"})
    (served,) = sim.requests

    assert (served.method, served.path) == ("DELETE", "/fapi/v1/order")
    assert (served.query, served.body) == ("a=%2F&b=", "c=1")
    assert served.params == {"a": "/", "b": "", "c": "1"}
    assert (served.headers["X-MBX-APIKEY"], served.time, served.status) == ("me", NOW, 400)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        served.status = 200  # type: ignore[misc]  # it is frozen


def test_unknown_paths_are_remembered(sim: Simulator, wire: Wire) -> None:
    """A request to an unknown path is in the log with its 404."""
    wire.send("GET", "/nowhere")

    assert [(served.path, served.status) for served in sim.requests] == [("/nowhere", 404)]


def test_a_record_is_there_when_the_answer_arrives(sim: Simulator, wire: Wire) -> None:
    """Tests may count right after a call returns."""
    for number in range(1, 50):
        wire.send("GET", "/fapi/v1/time")
        assert len(sim.requests) == number


def test_the_order_routes(sim: Simulator) -> None:
    """Place, query and cancel of every product are served, the lists of open orders, and stops."""
    paths = ["/fapi/v1", "/dapi/v1", "/eapi/v1", "/papi/v1/um", "/papi/v1/cm", "/papi/v1/margin"]
    paths += ["/api/v3", "/sapi/v1/margin"]
    orders = {(method, f"{path}/order") for path in paths for method in ("POST", "GET", "DELETE")}

    assert orders < sim.routes
    stops = {("DELETE", "/fapi/v1/algoOrder"), ("GET", "/papi/v1/cm/conditional/orderHistory")}
    assert stops < sim.routes
    regular = {path for _, path in sim.routes - orders if path.rpartition("/")[0] in paths}
    assert {path.rpartition("/")[2] for path in regular} == {
        *("openOrder", "openOrders"),
        *("algoOrder", "openAlgoOrders"),
    }


def test_every_order_route_is_really_served(sim: Simulator, wire: Wire) -> None:
    """No route of the list is a 404."""
    for method, path in sim.routes:
        assert wire.send(method, path).status == 400


def test_placing_without_http(sim: Simulator) -> None:
    """sim.place accepts what the product accepts, and its error lists that."""
    order = sim.place("pm_cm", "ETHUSD_PERP", side="SELL", quantity="5", filled="2")

    assert (order.status, order.side) == ("PARTIALLY_FILLED", "SELL")
    assert order.remaining == 3
    assert sim.place("usdm", "BTCUSDT", client_order_id="a").client_order_id == "a"
    with pytest.raises(ValueError, match="BTCUSD_PERP"):
        sim.place("pm_cm", "BTCUSDT")
    with pytest.raises(KeyError):
        sim.place("equity", "TSLAUSDT")


def cancel_many(sim: Simulator, numbers: list[int]) -> list[int]:
    with Wire(sim) as wire:
        return [wire.cancel(USDM, orderId=number).status for number in numbers]


def test_sixteen_threads_at_once(sim: Simulator) -> None:
    """Sixteen clients cancel 640 orders of their own, and each is cancelled once."""
    numbers = [sim.place("usdm", "BTCUSDT").order_id for _ in range(640)]
    shares = [numbers[start::16] for start in range(16)]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda share: cancel_many(sim, share), shares))

    assert statuses == [[200] * 40] * 16
    assert sim.book.open_orders() == []
    assert len(sim.requests) == 640


def test_sixteen_threads_for_the_same_orders(sim: Simulator) -> None:
    """Of many clients, one cancels an order and the others get that it is gone."""
    numbers = [sim.place("usdm", "BTCUSDT").order_id for _ in range(20)]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: cancel_many(sim, numbers), range(16)))

    assert [sorted(asked) for asked in zip(*statuses, strict=True)] == [[200] + [400] * 15] * 20


def test_fills_race_with_cancels(sim: Simulator) -> None:
    """Filled from one thread and cancelled from another, an order has exactly one final status."""
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(200)]

    def fill() -> int:
        filled = 0
        for order in orders:
            try:
                filled += sim.book.fill(order).status == "FILLED"
            except ValueError:
                continue
        return filled

    with ThreadPoolExecutor(2) as pool:
        fills = pool.submit(fill)
        cancels = cancel_many(sim, [order.order_id for order in reversed(orders)])

    assert fills.result() + cancels.count(200) == len(orders)


@pytest.mark.long
def test_thousands_of_requests(sim: Simulator) -> None:
    """Two thousand requests on one connection are served and counted."""
    with Wire(sim) as wire:
        for _ in range(2000):
            assert wire.send("GET", "/fapi/v1/time").status == 200

    assert len(sim.requests) == 2000


def test_only_addresses_of_http_are_redirected() -> None:
    """Ports and paths are handled; other schemes, nested tables and other keys stay."""
    urls = {
        "www": "https://www.binance.com",
        "api": {"a": "https://x.com/v1", "b": "http://y:8/v2", "c": "wss://z", "d": {"e": "f"}},
    }
    moved = redirected(urls, "http://127.0.0.1:9")

    assert moved["www"] == urls["www"]
    assert moved["api"] == {
        "a": "http://127.0.0.1:9/v1",
        "b": "http://127.0.0.1:9/v2",
        "c": "wss://z",
        "d": {"e": "f"},
    }
    with pytest.raises(TypeError, match="urls"):
        redirected({"api": "https://x.com"}, "http://127.0.0.1:9")
