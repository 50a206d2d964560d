"""The pure function that plays a fault: no socket, no event loop, no time but the model's."""

from importlib import import_module
from itertools import product
from pkgutil import iter_modules

import pytest

from adapter.simulator import FAULTS, Connection, Fault
from adapter.simulator import faults as package
from adapter.simulator.exchange import Exchange, Request
from adapter.simulator.faults import apply_fault

from .exchanges import made, placed, request
from .outcomes import CANCEL, EOF, RESET, SHORT
from .wire import KINDS, NOW, USDM, Clock

PATH = list(package.__path__)

faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))


@pytest.mark.one_in(3)
@faults
def test_the_book_after_a_cancel(exchange: Exchange, fault: Fault) -> None:
    """On every product as in the table; another order on the same symbol is not touched."""
    for kind in KINDS:
        order, neighbour = (
            placed(exchange, kind, name) for name in (f"{kind.name}1", f"{kind.name}2")
        )
        apply_fault(exchange, request("DELETE", order), fault)

        assert exchange.book.now(order).status == CANCEL[fault.name][1], kind.name
        assert exchange.book.now(neighbour) == neighbour, kind.name


@pytest.mark.one_in(3)
@faults
def test_what_is_sent(exchange: Exchange, fault: Fault) -> None:
    """The value has how much of which answer is sent, and how the connection ends."""
    became = apply_fault(exchange, request("DELETE", placed(exchange, USDM)), fault)
    seen = CANCEL[fault.name][0]

    assert (became.reply is None) is fault.silent
    assert became.connection is {
        EOF: Connection.CLOSED,
        SHORT: Connection.CLOSED,
        RESET: Connection.RESET,
    }.get(seen if isinstance(seen, str) else "", fault.connection)
    if isinstance(seen, tuple) and became.reply is not None:
        assert became.reply.status == seen[0]
    assert became.whole is isinstance(seen, tuple)
    assert became.fault == fault


@pytest.mark.one_in(3)
@faults
def test_what_was_done(exchange: Exchange, fault: Fault) -> None:
    """``done`` is the exchange's own answer, even if it is not sent."""
    became = apply_fault(exchange, request("DELETE", placed(exchange, USDM)), fault)

    assert (became.done is not None) is fault.reaches
    assert became.done is not None or not fault.executes


@pytest.mark.parametrize(
    ("name", "before", "after", "stall"),
    [("delay_before", 30, 0, 0), ("delay_after", 0, 30, 0), ("stall", 0, 0, 30), ("none", 0, 0, 0)],
)
def test_delays_are_reported(
    exchange: Exchange, name: str, before: int, after: int, stall: int
) -> None:
    """How long to wait, and where, is for the caller to do."""
    fault = FAULTS[name]
    became = apply_fault(exchange, request("DELETE", placed(exchange, USDM)), fault)

    assert (fault.wait_before, became.wait_after, became.stall) == (before, after, stall)
    assert became.whole


def test_a_late_execution_by_a_model_clock(exchange: Exchange, clock: Clock) -> None:
    """With its time of arrival a late request is executed; without, it comes out of its window."""
    early, late = (placed(exchange, USDM, name) for name in ("early", "late"))
    clock.now += 30_000
    apply_fault(exchange, request("DELETE", early), FAULTS["delay_before"], NOW)
    became = apply_fault(exchange, request("DELETE", late), FAULTS["delay_before"])

    assert exchange.book.now(early).status == "CANCELED"
    assert exchange.book.now(early).updated == NOW + 30_000
    assert became.reply is not None
    assert b"-1021" in became.reply.body


@pytest.mark.one_in(3)
@faults
def test_the_same_twice(clock: Clock, fault: Fault) -> None:
    """Two exchanges in the same state are hit alike: nothing is left to chance."""
    became = []
    for _ in range(2):
        exchange = made(clock)
        order = placed(exchange, USDM)
        became.append(
            (apply_fault(exchange, request("DELETE", order), fault), exchange.book.now(order))
        )

    assert became[0] == became[1]


@faults
def test_it_never_raises(exchange: Exchange, fault: Fault) -> None:
    """A request to an unknown path, or an invalid one, is answered or dropped under any fault."""
    paths = "", "/", "nowhere", "/fapi/v1/order", "/papi/v1/cm/openOrder"
    for method, path in product(("GET", "POST", "DELETE"), paths):
        became = apply_fault(exchange, Request(method, path, "symbol=a&symbol=b", "x", {}), fault)
        assert became.reply is None or became.reply.status in range(200, 600)


def test_no_event_loop_in_it() -> None:
    """No module of the faults imports what waits or sends."""
    modules = [import_module(f"{package.__name__}.{info.name}") for info in iter_modules(PATH)]

    assert len(modules) > 5
    for module in modules:
        assert not {"asyncio", "aiohttp", "socket", "time", "web"} & set(vars(module))
