"""Faults of the answer: it does not show whether the request was executed.

Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info
https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
"""

from adapter.simulator.faults import replies
from adapter.simulator.faults.model import Fault, MakeReply

_UNKNOWN = "Unknown error, please check your request or try again later."
_TIMEOUT = "Timeout waiting for response from backend server. Send status unknown;"
_TIMEOUT = f"{_TIMEOUT} execution status unknown."
_BUS = "An unexpected response was received from the message bus. Execution status unknown."
_OVERTAXED = "Internal error; unable to process your request. Please try again."


def _both(name: str, seen: str, answer: MakeReply) -> tuple[Fault, Fault]:
    text = f"The request is {{}}, and the answer is {seen}, which does not show that."
    without = Fault(
        name=name, text=text.format("not executed"), seen=seen, executes=False, make_reply=answer
    )
    executed = Fault(
        name=f"{name}_executed", text=text.format("executed"), seen=seen, make_reply=answer
    )
    return without, executed


ANSWERS = (
    *_both("http_500", "HTTP 500 without a body", replies.body(500)),
    *_both("http_500_json", "HTTP 500 with -1000", replies.error(-1000, _UNKNOWN, 500)),
    *_both("http_502_page", "HTTP 502 with a page", replies.page(502, "502 Bad Gateway")),
    *_both("http_504_page", "HTTP 504 with a page", replies.page(504, "504 Gateway Time-out")),
    *_both("http_408", "HTTP 408 with -1007", replies.error(-1007, _TIMEOUT, 408)),
    *_both("http_408_empty", "HTTP 408 without a body", replies.body(408)),
    *_both(
        "http_503_unknown",
        'HTTP 503 "Unknown error…" as text',
        replies.body(503, _UNKNOWN, replies.TEXT),
    ),
    *_both(
        "http_503_unknown_json",
        'HTTP 503 "Unknown error…" with -1000',
        replies.error(-1000, _UNKNOWN, 503),
    ),
    *_both(
        "code_1000",
        "HTTP 400 with -1000",
        replies.error(-1000, "An unknown error occurred while processing the request."),
    ),
    *_both("code_1001", "HTTP 400 with -1001", replies.error(-1001, _OVERTAXED)),
    *_both("code_1006", "HTTP 400 with -1006", replies.error(-1006, _BUS)),
    *_both("code_1007", "HTTP 400 with -1007", replies.error(-1007, _TIMEOUT)),
    Fault(
        name="cut_json",
        text="The request is executed, and the answer is valid HTTP with half of the JSON.",
        seen="HTTP 200 with broken JSON",
        make_reply=replies.half,
    ),
    Fault(
        name="empty_200",
        text="The request is executed, and the answer is HTTP 200 without a body.",
        seen="HTTP 200 without a body",
        make_reply=replies.body(200),
    ),
    Fault(
        name="null_200",
        text="The request is executed, and the answer is HTTP 200 with the JSON null.",
        seen="HTTP 200 with null",
        make_reply=replies.body(200, "null"),
    ),
    Fault(
        name="page_200",
        text="The request is executed, and the answer is HTTP 200 with a page.",
        seen="HTTP 200 with a page",
        make_reply=replies.page(200, "Binance"),
    ),
)
