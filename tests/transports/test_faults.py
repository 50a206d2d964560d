"""Every fault of the simulator has the same result with each of the senders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from integration.host import SYMBOL
from integration.server import PATIENCE

from adapter.contract.messages import NoResponse, Response
from adapter.engine.direct import Send
from adapter.engine.flow import cancel_flow
from adapter.simulator import Simulator
from adapter.simulator.faults import FAULTS, Connection, Fault

from .senders import SENDERS, Sender

SOON = 0.8
"""Seconds, where the answer is late."""
UNANSWERED = "sent, and no answer"


@attrs.frozen
class Senders:
    """The senders to one simulator."""

    sim: Simulator
    senders: dict[str, tuple[Sender, Any]]

    def outcomes(self, fault: Fault) -> dict[str, object]:
        """The result of each sender for a cancel that the fault hits."""
        return {name: self._outcome(fault, *self.senders[name]) for name in self.senders}

    def _outcome(self, fault: Fault, sender: Sender, exchange: Any) -> object:
        order = self.sim.place("usdm", "BTCUSDT")
        self.sim.faults.play(fault, on="DELETE")
        walk = cancel_flow(exchange, vars(exchange)["_adapter"], str(order.order_id), SYMBOL, {})
        try:
            step = next(walk)
            assert isinstance(step, Send)
            timeout = SOON if fault.delay else PATIENCE
            reply = sender.host.done(lambda: sender.transport.send(exchange, step.signed, timeout))
            assert 0 == sender.taken(exchange)
            if fault.connection is Connection.CLOSED and isinstance(reply, Response):
                sender.look(exchange)
            return shown(reply)
        finally:
            walk.close()
            self.sim.faults.finish()
            self.sim.faults.clear()


@pytest.fixture(scope="module")
def senders() -> Iterator[Senders]:
    """Made once: none of them keeps anything of one fault for the next."""
    made = {name: make() for name, make in SENDERS.items()}
    with Simulator() as sim:
        yield Senders(
            sim,
            {name: (sender, sim.connect(sender.attached())) for name, sender in made.items()},
        )
        for sender in made.values():
            sender.host.close()


def shown(reply: Response | NoResponse) -> object:
    if isinstance(reply, Response):
        return reply.status
    return UNANSWERED if reply.may_have_been_sent else "never sent"


def promised(fault: Fault) -> object:
    """What the fault reports that a client gets; None where it shows nothing of the status."""
    if fault.silent or fault.delay or (fault.connection is not Connection.KEPT and fault.cut < 1):
        return UNANSWERED
    status = re.search(r"HTTP (\d{3})", fault.seen)
    return int(status[1]) if status and "DELETE" in fault.methods else None


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] if fault.delay else [])
        for name, fault in FAULTS.items()
        if fault.lag is None
    ],
)
def test_a_fault_means_the_same_on_every_sender(senders: Senders, name: str) -> None:
    """The status of an answer, or that there was none and the request had left."""
    outcomes = senders.outcomes(FAULTS[name])

    assert 1 == len(set(outcomes.values())), outcomes
    assert promised(FAULTS[name]) in (None, outcomes["pool"])
