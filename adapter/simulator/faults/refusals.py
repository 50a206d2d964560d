"""Refusals: the request is not executed, and the answer shows that.

Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info
https://developers.binance.com/docs/derivatives/options-trading/error-code
https://developers.binance.com/docs/binance-spot-api-docs/errors
"""

from adapter.simulator.faults import handlers, replies
from adapter.simulator.faults.model import Fault, MakeReply

_ELIGIBILITY = "Service unavailable from a restricted location according to 'b. Eligibility' in"
_BUSY = "Internal error; unable to process your request. Please try again."
_MAINTENANCE = '{"239999":"The system is under maintenance, please try again later."}'


def _not_executed(name: str, seen: str, answer: MakeReply) -> Fault:
    text = f"The request is not executed, and the answer is {seen}."
    return Fault(name=name, text=text, seen=seen, executes=False, make_reply=answer)


def _refused_cancel(name: str, code: int, msg: str) -> Fault:
    return Fault(
        name=name,
        text=f'A cancel is refused with {code} "{msg}", and the order stays open.',
        seen=f"HTTP 400 with {code}",
        executes=False,
        reaches=True,
        make_handler=handlers.refuses(code, msg),
        methods=frozenset({"DELETE"}),
    )


REFUSALS = (
    _not_executed(
        "http_503_unavailable",
        'HTTP 503 "Service Unavailable." as text',
        replies.body(503, "Service Unavailable.", replies.TEXT),
    ),
    _not_executed(
        "http_503_unavailable_json",
        'HTTP 503 "Service Unavailable." with code 0',
        replies.error(0, "Service Unavailable.", 503),
    ),
    _not_executed(
        "http_503_internal",
        'HTTP 503 "Internal error; unable to process…" as text',
        replies.body(503, _BUSY, replies.TEXT),
    ),
    _not_executed(
        "http_503_internal_json",
        'HTTP 503 "Internal error; unable to process…" with -1001',
        replies.error(-1001, _BUSY, 503),
    ),
    _not_executed("throttled_1008", "-1008: HTTP 503, on Options 429", replies.throttled),
    _not_executed(
        "maintenance_239999",
        "HTTP 400 with the key 239999 and no code",
        replies.body(400, _MAINTENANCE),
    ),
    _not_executed(
        "shutting_down_1016",
        "HTTP 400 with -1016",
        replies.error(-1016, "This service is no longer available."),
    ),
    _not_executed(
        "me_recv_window_5028",
        "HTTP 400 with -5028",
        replies.error(-5028, "Timestamp for this request is outside of the ME recvWindow."),
    ),
    _not_executed(
        "limited_1003",
        "HTTP 400 with -1003 and no Retry-After",
        replies.error(-1003, "Too many requests; current limit is 2400 requests per minute."),
    ),
    _not_executed(
        "page_403",
        "HTTP 403 with the firewall's page",
        replies.page(403, "403 ERROR The request could not be satisfied.", "CloudFront"),
    ),
    _not_executed("page_404", "HTTP 404 with a page", replies.page(404, "404 Not Found")),
    _not_executed(
        "geo_451",
        "HTTP 451 with code 0",
        replies.error(0, f"{_ELIGIBILITY} https://www.binance.com/en/terms.", 451),
    ),
    _refused_cancel("refused_2011_disabled", -2011, "This action is disabled on this account."),
    _refused_cancel("refused_2011_account", -2011, "This account may not place or cancel orders."),
    _refused_cancel("refused_2011_closed", -2011, "Market is closed."),
    _refused_cancel("refused_2011_api", -2011, "Rest API trading is not enabled."),
    _refused_cancel("refused_2011_generic", -2011, "CANCEL_REJECTED"),
    _refused_cancel("refused_6063", -6063, "Cancel rejected by system"),
)
