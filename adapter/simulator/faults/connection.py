"""Faults of the line: answers that are lost, late or cut off; the exchange itself is well."""

from adapter.simulator.faults.model import Fault, Line

NONE = Fault(name="none", text="Nothing goes wrong.", seen="the answer")

LINES = (
    NONE,
    Fault(
        name="drop_before",
        text="The connection is closed before the request is executed.",
        seen="end of file",
        executes=False,
        silent=True,
        line=Line.CLOSED,
    ),
    Fault(
        name="drop_after",
        text="The request is executed and the connection closed without an answer.",
        seen="end of file",
        silent=True,
        line=Line.CLOSED,
    ),
    Fault(
        name="reset_before",
        text="The connection is reset before the request is executed.",
        seen="connection reset",
        executes=False,
        silent=True,
        line=Line.RESET,
    ),
    Fault(
        name="reset_after",
        text="The request is executed and the connection reset without an answer.",
        seen="connection reset",
        silent=True,
        line=Line.RESET,
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
        text="The request is executed, and the line is closed in the middle of the answer's body.",
        seen="HTTP 200, less body than promised",
        cut=0.5,
        line=Line.CLOSED,
    ),
    Fault(
        name="reset_body",
        text="The request is executed, and the line is reset in the middle of the answer's body.",
        seen="HTTP 200, then connection reset",
        cut=0.5,
        line=Line.RESET,
    ),
    Fault(
        name="hang_up",
        text="The request is answered, and the kept-alive connection is closed without a word.",
        seen="the answer; the connection is gone for the next request",
        line=Line.CLOSED,
    ),
)
