"""The faults of requests by name, and a pure function that applies one.

There is no socket, no event loop and no clock in here: ``apply_fault`` returns what happens, and
the caller does it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from adapter.simulator.faults.answers import ANSWERS
from adapter.simulator.faults.apply import apply_fault
from adapter.simulator.faults.connection import CONNECTION, NONE
from adapter.simulator.faults.events import EVENTS
from adapter.simulator.faults.model import DELAY, Connection, Fault, Hit
from adapter.simulator.faults.refusals import REFUSALS
from adapter.simulator.faults.schedule import Played, Schedule

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {fault.name: fault for fault in (*CONNECTION, *ANSWERS, *REFUSALS, *EVENTS)}
)

__all__ = [
    "DELAY",
    "FAULTS",
    "NONE",
    "Connection",
    "Fault",
    "Hit",
    "Played",
    "Schedule",
    "apply_fault",
]
