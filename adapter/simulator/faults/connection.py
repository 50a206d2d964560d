"""Faults of the connection: answers that are lost, late or truncated; the exchange works."""

from adapter.simulator.faults.model import Connection, Fault

NONE = Fault(name="none", text="Nothing goes wrong.", seen="the answer")

CONNECTION = (
    NONE,
    Fault(
        name="drop_before",
        text="The connection is closed before the request is executed.",
        seen="end of file",
        executes=False,
        silent=True,
        connection=Connection.CLOSED,
    ),
    Fault(
        name="drop_after",
        text="The request is executed and the connection closed without an answer.",
        seen="end of file",
        silent=True,
        connection=Connection.CLOSED,
    ),
    Fault(
        name="reset_before",
        text="The connection is reset before the request is executed.",
        seen="connection reset",
        executes=False,
        silent=True,
        connection=Connection.RESET,
    ),
    Fault(
        name="reset_after",
        text="The request is executed and the connection reset without an answer.",
        seen="connection reset",
        silent=True,
        connection=Connection.RESET,
    ),
    Fault(
        name="delay_before",
        text="The request is executed late, even if the client has given up by then.",
        seen="a time-out",
        delay="before",
    ),
    Fault(
        name="delay_after",
        text="The request is executed at once and answered late.",
        seen="a time-out",
        delay="after",
    ),
    Fault(
        name="stall",
        text="The request is executed, and half of the answer's body comes late.",
        seen="a time-out in the body",
        delay="within",
        cut=0.5,
    ),
    Fault(
        name="cut_body",
        text="The request is executed, and the connection is closed within the answer's body.",
        seen="HTTP 200, less body than promised",
        cut=0.5,
        connection=Connection.CLOSED,
    ),
    Fault(
        name="reset_body",
        text="The request is executed, and the connection is reset within the answer's body.",
        seen="HTTP 200, then connection reset",
        cut=0.5,
        connection=Connection.RESET,
    ),
    Fault(
        name="hang_up",
        text="The request is answered, and the kept-alive connection is closed without notice.",
        seen="the answer; the connection is gone for the next request",
        connection=Connection.CLOSED,
    ),
)
