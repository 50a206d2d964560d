"""The trail: what a call did and knew, to a hook and on the logger, and no secret in it."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

import attrs
import pytest
from integration.host import API_KEY, SECRET, Host

import adapter
from adapter.core.events import Event
from adapter.simulator import FAULTS, Simulator

from .simulated import BY_NAME, KINDS, Trader

PLAIN = ["sent", "replied", "classified", "settled"]
ASKED = ["sent", "replied", "classified"]


def names(trader: Trader) -> list[str]:
    return [event.what for event in trader.events]


def test_a_plain_cancel_has_four_events(host: Host, sim: Simulator) -> None:
    """What was sent, what came back, what it was taken for, and how the call ended."""
    trader = Trader(host, sim)
    order = trader.place()
    trader.cancel(order)

    assert PLAIN == names(trader)
    sent, replied, judged, settled = (event.details for event in trader.events)
    assert {"method": "DELETE", "path": "order"} == sent
    assert 200 == replied["status"]
    assert int(replied["used_weight"]) > 0
    assert replied["ms"] >= 0
    assert {"kind": "ORDER", "status": "canceled"} == judged
    assert {"status": "canceled", "outcome": "canceled"} == settled


def test_a_lost_and_found_cancel_tells_how_it_was_found(host: Host, sim: Simulator) -> None:
    """Sent and not answered, ambiguous, queried, and the query's answer before "canceled"."""
    trader = Trader(host, sim)
    sim.faults.play("drop_after", on="DELETE")
    trader.cancel(trader.place())

    asked = [event.details["method"] for event in trader.events_named("sent")]
    judged = [(e.details["kind"], e.details["status"]) for e in trader.events_named("classified")]
    assert ["DELETE", "GET"] == asked
    assert [("AMBIGUOUS", None), ("ORDER", "canceled")] == judged
    assert trader.events_named("replied")[0].details["sent"] is True
    assert trader.events_named("replied")[0].details["reason"]
    assert "settled" == names(trader)[-1]


def test_a_limit_tells_what_was_waited_for(host: Host, sim: Simulator) -> None:
    """Blocked with the host and the seconds, waited as long, and sent again."""
    trader = Trader(host, sim)
    sim.faults.play("limited_429", seconds=1)
    trader.cancel(trader.place())

    assert [*ASKED, "blocked", "waited", *PLAIN] == [*names(trader)]
    held, waited = (
        trader.events_named("blocked")[0].details,
        trader.events_named("waited")[0].details,
    )
    assert sim.url.endswith(held["host"])
    assert held["seconds"] == waited["seconds"] == 1


@pytest.mark.parametrize("name", ["usdm", "pm_um"])
def test_a_resync_tells_the_offset(host: Host, sim: Simulator, name: str) -> None:
    """One ``resynced`` with the ms that ccxt's ``timeDifference`` has from now on."""
    trader = Trader(host, sim, BY_NAME[name])
    sim.faults.play("skew_hour", on="DELETE")
    trader.cancel(trader.place())

    [resynced] = trader.events_named("resynced")
    assert trader.exchange.options["timeDifference"] == resynced.details["ms"]
    assert ["CLOCK_SKEW", "ORDER"] == [
        event.details["kind"] for event in trader.events_named("classified")
    ]


def test_every_request_is_reported(host: Host, sim: Simulator) -> None:
    """As many ``sent`` as requests, the look at the clock included."""
    trader = Trader(host, sim)
    sim.faults.play("skew_hour", on="DELETE")
    trader.cancel(trader.place())

    assert (
        len(sim.requests) == len(trader.events_named("sent")) == len(trader.events_named("replied"))
    )


@pytest.mark.parametrize("fault", ["fill_before", "refused_2011_closed", "page_403"])
def test_an_error_is_the_last_event(host: Host, sim: Simulator, fault: str) -> None:
    """``settled`` names the class that the caller saw."""
    trader = Trader(host, sim)
    sim.faults.play(fault, on="DELETE")
    error = trader.tried(trader.place())

    assert "settled" == names(trader)[-1]
    assert type(error).__name__ == trader.events[-1].details["error"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_events_of_a_call_share_its_number_and_names(
    host: Host, sim: Simulator, kind: Any
) -> None:
    """Two calls, two numbers; each event has plugin, market and order, in the order of time."""
    trader = Trader(host, sim, kind)
    orders = [trader.place() for _ in range(2)]
    sim.faults.play("drop_before")
    for order in orders:
        trader.cancel(order)

    numbers = [event.call for event in trader.events]
    assert 2 == len(set(numbers))
    assert sorted(numbers) == numbers
    assert [event.time for event in trader.events] == sorted(e.time for e in trader.events)
    assert {f"binance.{kind.name}"} == {event.plugin for event in trader.events}
    assert {kind.symbol} == {event.market_id for event in trader.events}
    assert {str(o.order_id) for o in orders} == {e.order_id for e in trader.events}


def test_an_event_is_frozen(host: Host, sim: Simulator) -> None:
    """A hook cannot change what another one sees."""
    trader = Trader(host, sim)
    trader.cancel(trader.place())

    assert all(isinstance(event, Event) for event in trader.events)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        trader.events[0].what = "canceled"  # type: ignore[misc]  # it is frozen


def test_the_details_of_an_event_are_frozen_too(host: Host, sim: Simulator) -> None:
    """Neither can it change the details."""
    trader = Trader(host, sim)
    trader.cancel(trader.place())
    details: Any = trader.events[0].details

    with pytest.raises(TypeError):
        details["method"] = "POST"


def test_the_logger_has_the_same_events(
    host: Host, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Each as ``record.adapter``, on the logger ``adapter``, with a line for people."""
    trader = Trader(host, sim)
    order = trader.place()
    with caplog.at_level(logging.DEBUG, logger="adapter"):
        trader.cancel(order)

    records = [record for record in caplog.records if hasattr(record, "adapter")]
    assert trader.events == [vars(record)["adapter"] for record in records]
    assert {"adapter"} == {record.name for record in records}
    assert all(str(order.order_id) in record.getMessage() for record in records)


@pytest.mark.parametrize("what", [*PLAIN, "waited", "blocked", "resynced"])
def test_a_hook_that_fails_costs_no_cancel(
    host: Host, sim: Simulator, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the call goes on to its end."""
    failed = []

    def hook(event: Event) -> None:
        if event.what == what:
            failed.append(event)
            raise ValueError("a mistake in the hook")

    trader = Trader(host, sim)
    adapter.attach(trader.exchange, on_event=hook)
    order = trader.place()
    sim.faults.play("http_503_unavailable", "skew_hour", on="DELETE")
    if what == "blocked":
        sim.faults.clear()
        sim.faults.play("limited_429", seconds=1)
    outcome = trader.cancel(order)["outcome"]

    assert "canceled" == outcome
    assert failed
    assert "CANCELED" == trader.book(order)
    assert "a mistake in the hook" in caplog.text


FORBIDDEN = re.compile(r"signature(=|%3D)(?!…)[^\s&\"'<]", re.IGNORECASE)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("fault", [*FAULTS, "wrong secret"])
def test_no_secret_is_in_anything_that_people_read(
    host: Host, sim: Simulator, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Events, records, messages, reprs and tracebacks: no key, secret, signature or signed URL."""
    trader = Trader(host, sim, config={"timeout": 200})
    order = trader.place()
    if fault == "wrong secret":
        trader.exchange.secret = "another-secret-that-nobody-may-see"
    else:
        sim.faults.play(fault, fault)
    with caplog.at_level(logging.DEBUG):
        result = trader.tried(order)

    events_named = "".join(map(repr, trader.events)) + repr(result) + str(result)
    events_named += "".join(
        caplog.handler.format(record) + repr(vars(record).get("adapter"))
        for record in caplog.records
        if record.name.partition(".")[0] == "adapter" or record.name == trader.exchange.logger.name
    )
    if isinstance(result, BaseException):
        events_named += "".join(traceback.format_exception(result)) + repr(vars(result))
    signatures = [request.params.get("signature", "") for request in sim.requests]
    assert trader.events
    for word in [API_KEY, SECRET, trader.exchange.secret, *filter(None, signatures)]:
        assert word not in events_named
    assert not FORBIDDEN.search(events_named)
