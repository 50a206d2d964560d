"""An exchange on 127.0.0.1 that speaks Binance's REST, for tests and demonstrations."""

from adapter.simulator.book import Book, DuplicateClientIdError, NotOpenError, Order
from adapter.simulator.exchange import Served
from adapter.simulator.faults import FAULTS, Fault, Hit, Line, Played
from adapter.simulator.simulator import Simulator

__all__ = [
    "FAULTS",
    "Book",
    "DuplicateClientIdError",
    "Fault",
    "Hit",
    "Line",
    "NotOpenError",
    "Order",
    "Played",
    "Served",
    "Simulator",
]
