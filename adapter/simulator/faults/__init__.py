"""What may go wrong with a request: every fault by name, and one pure function that plays one.

There is no socket, no event loop and no clock in here: ``apply_fault`` says what happens, the
caller makes it happen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from adapter.simulator.faults.answers import ANSWERS
from adapter.simulator.faults.apply import apply_fault
from adapter.simulator.faults.connection import LINES, NONE
from adapter.simulator.faults.events import EVENTS
from adapter.simulator.faults.model import DELAY, Fault, Hit, Line
from adapter.simulator.faults.refusals import REFUSALS
from adapter.simulator.faults.schedule import Played, Schedule

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {fault.name: fault for fault in (*LINES, *ANSWERS, *REFUSALS, *EVENTS)}
)

__all__ = ["DELAY", "FAULTS", "NONE", "Fault", "Hit", "Line", "Played", "Schedule", "apply_fault"]
