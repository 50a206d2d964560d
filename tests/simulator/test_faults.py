"""Every fault by name, over a socket: what a client gets, and what the book shows afterwards."""

import http.client
from contextlib import suppress

import attrs
import pytest

from adapter.simulator import FAULTS, Simulator

from .outcomes import ANSWERED, CANCEL, ENDING, EOF, QUERY, RESET, SHORT, seen
from .wire import OPTIONS, USDM, Kind, Wire

names = pytest.mark.parametrize("name", CANCEL)


def play(sim: Simulator, name: str) -> None:
    """Play one fault; a delay does not delay the tests."""
    sim.faults.play(name, seconds=0.01 if FAULTS[name].delay else None)


def test_the_table_has_every_fault() -> None:
    """No fault goes unproved."""
    assert list(CANCEL) == list(FAULTS)
    assert [fault.name for fault in FAULTS.values()] == list(FAULTS)


@names
def test_a_cancel_on_usdm(sim: Simulator, wire: Wire, name: str) -> None:
    """A cancel gets the answer in the table, and leaves the order as in the table.

    In the end it is open, unless the fault ``executes``.
    """
    order = sim.place("usdm", "BTCUSDT")
    play(sim, name)

    assert (seen(wire, "DELETE", USDM, order), sim.book.now(order).status) == CANCEL[name]
    assert sim.faults.left == ()
    sim.faults.finish()
    assert sim.book.now(order).is_open is not FAULTS[name].executes


@pytest.mark.one_in(5)
@pytest.mark.parametrize("kind", [USDM, OPTIONS], ids=["usdm", "options"])
@names
def test_a_query(sim: Simulator, wire: Wire, kind: Kind, name: str) -> None:
    """A query suffers the same, and never cancels; options have another limit."""
    order = sim.place(kind.name, kind.symbol)
    play(sim, name)
    got = seen(wire, "GET", kind, order)
    present = sim.book.now(order)
    expected = (200, present.status) if name in ANSWERED else QUERY.get(name, CANCEL[name][0])
    if kind is OPTIONS and (name.startswith("limited_429") or name == "throttled_1008"):
        expected = (429, -1008)

    assert got == expected
    assert present.is_open is (name not in ENDING)


@pytest.mark.one_in(5)
@names
def test_placing(sim: Simulator, wire: Wire, name: str) -> None:
    """Under a fault that executes an order is placed, whatever its sender gets."""
    play(sim, name)
    with suppress(http.client.HTTPException, ConnectionError):
        wire.place(USDM)
    looks = "DELETE" in FAULTS[name].methods and "POST" not in FAULTS[name].methods

    assert len(sim.book) == int(FAULTS[name].executes or looks)


@pytest.mark.one_in(5)
@names
def test_a_list_of_open_orders(sim: Simulator, wire: Wire, name: str) -> None:
    """The other order endpoints suffer too, and change nothing."""
    order = sim.place("usdm", "BTCUSDT")
    play(sim, name)
    try:
        answer = wire.signed("GET", "/fapi/v1/openOrders", symbol="BTCUSDT")
    except (http.client.HTTPException, ConnectionError):
        assert CANCEL[name][0] in {EOF, RESET, SHORT}
    else:
        beginning = b"[]" if name == "query_lag" else b"[{"
        whole = answer.status == 200 and answer.body.startswith(beginning)
        assert (whole and answer.body.endswith(b"]")) is (name in {*ANSWERED, *QUERY})
    assert sim.faults.left == ()
    assert sim.book.now(order) == order


def test_every_fault_is_described() -> None:
    """Each has one sentence on what happens, and a few words on what the client sees."""
    for fault in FAULTS.values():
        assert fault.text.endswith(".")
        assert fault.text[0].isupper()
        assert ". " not in fault.text.removesuffix(".").replace("closed. ", "")
        assert fault.seen


def test_faults_are_values() -> None:
    """They are frozen, and the table of them too."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        FAULTS["none"].executes = False  # type: ignore[misc]  # it is frozen
    with pytest.raises(TypeError):
        FAULTS["mine"] = FAULTS["none"]  # type: ignore[index]  # likewise
    assert attrs.evolve(FAULTS["stall"]) == FAULTS["stall"]
