"""Faults about an order: whose it is, what it traded, how it ended, and the texts."""

import attrs
import pytest

from adapter.simulator import FAULTS, Simulator

from .outcomes import seen
from .wire import OPTIONS, PM_CM, SPOTLIKE, USDM, Kind, Wire, kinds


def test_a_variant_of_ones_own(sim: Simulator, wire: Wire) -> None:
    """A changed value of a fault is as good as a name."""
    sim.faults.play(attrs.evolve(FAULTS["limited_429"], seconds=7.0))
    answer = wire.cancel(USDM, orderId=sim.place("usdm", "BTCUSDT").order_id)

    assert answer.headers["Retry-After"] == "7"


def test_a_wrong_signature_is_not_executed(sim: Simulator) -> None:
    """An executing fault executes what the exchange lets pass, and nothing else."""
    order = sim.place("usdm", "BTCUSDT")
    for name, fault in FAULTS.items():
        if fault.executes and fault.before is None and fault.delay is None:
            sim.faults.play(name)
            with Wire(sim, sign=lambda _: "0" * 64) as stranger:
                seen(stranger, "DELETE", USDM, order)

    assert sim.book.now(order).is_open


@kinds
@pytest.mark.parametrize("name", ["filled_200", "accepted_only", "other_order_200", "drop_after"])
def test_an_order_that_is_gone_stays_so(sim: Simulator, kind: Kind, name: str) -> None:
    """Faults that answer 200 to a cancel do not revive what has ended, nor end it again."""
    order = sim.book.expire(sim.place(kind.name, kind.symbol))
    sim.faults.play(name, name)
    with Wire(sim) as wire:
        got = seen(wire, "DELETE", kind, order)
        sim.faults.finish()

    assert sim.book.now(order) == order
    assert name == "drop_after" or got == (
        (200, "ACCEPTED" if kind is OPTIONS else "CANCELED")
        if name == "other_order_200"
        else (400, -6028 if kind is OPTIONS else -2011)
    )


@kinds
@pytest.mark.parametrize(
    "name", ["unknown_2011", "other_order_200", "refused_6063", "fill_before", "not_found_lag"]
)
def test_an_order_that_never_was(sim: Simulator, wire: Wire, kind: Kind, name: str) -> None:
    """Cancel and query of an unknown id are answered as without a fault."""
    sim.faults.play(name, name)
    nobody = sim.place(kind.name, kind.symbol)
    nobody = attrs.evolve(nobody, order_id=nobody.order_id + 1)

    gone = (400, -2013 if kind is OPTIONS else -2011)
    assert seen(wire, "DELETE", kind, nobody) == gone
    assert seen(wire, "GET", kind, nobody) == (400, -2013)


@kinds
def test_another_order_has_other_ids(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Neither the id nor the client id of the answer is that of the order asked for."""
    order = sim.place(kind.name, kind.symbol, client_order_id="mine")
    for method in ("DELETE", "GET"):
        sim.faults.play("other_order_200")
        path, params = f"{kind.path}/order", {"symbol": kind.symbol, kind.client_id: "mine"}
        answer = wire.signed(method, path, **params).json
        own = "origClientOrderId" if kind in SPOTLIKE and method == "DELETE" else "clientOrderId"
        assert answer["orderId"] != order.order_id
        assert answer[own] == "stranger"


def test_what_is_filled_is_reported(sim: Simulator, wire: Wire) -> None:
    """Half of what remains trades before the cancel, and the answer shows how much it was."""
    order = sim.place(PM_CM.name, PM_CM.symbol, quantity="8", filled="2")
    sim.faults.play("fill_part_before")

    assert wire.cancel(PM_CM, orderId=order.order_id).json["executedQty"] == "5"


def test_options_throttle_with_429(sim: Simulator, wire: Wire) -> None:
    """-1008 is the rate limit on Options and an overload elsewhere."""
    for kind, status in ((USDM, 503), (OPTIONS, 429)):
        sim.faults.play("throttled_1008")
        assert wire.cancel(kind, orderId=1).error[:2] == (status, -1008)


def test_503_texts(sim: Simulator, wire: Wire) -> None:
    """The three kinds of 503 differ by their text alone, as plain text or JSON."""
    for name, text in (
        ("http_503_unknown", b"Unknown error, please check your request or try again later."),
        ("http_503_unavailable", b"Service Unavailable."),
        ("http_503_internal", b"Internal error; unable to process your request. Please try again."),
    ):
        sim.faults.play(name, f"{name}_json")
        plain, coded = (wire.cancel(USDM, orderId=1) for _ in range(2))
        assert (plain.status, plain.body, coded.status) == (503, text, 503)
        assert coded.json["msg"].encode() == text
