"""An exchange on 127.0.0.1 with Binance's REST API, for tests and demonstrations."""

from adapter.simulator.book import Book, DuplicateClientIdError, NotOpenError, Order
from adapter.simulator.connect import connect
from adapter.simulator.exchange import Served
from adapter.simulator.faults import FAULTS, Connection, Fault, Hit, Played
from adapter.simulator.simulator import Simulator

__all__ = [
    "FAULTS",
    "Book",
    "Connection",
    "DuplicateClientIdError",
    "Fault",
    "Hit",
    "NotOpenError",
    "Order",
    "Played",
    "Served",
    "Simulator",
    "connect",
]
