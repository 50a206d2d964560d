"""What a client sees of each fault, and what the book shows afterwards."""

import http.client
import json

from adapter.simulator import Order

from .wire import Answer, Kind, Wire

EOF = "end of file"
RESET = "reset"
SHORT = "short"
PAGE = "page"
EMPTY = "empty"
TEXT = "text"
BROKEN = "broken"

Seen = tuple[int, object] | str

# What a cancel of an open order gets on USDⓈ-M, and the state of the order afterwards.
CANCEL: dict[str, tuple[Seen, str]] = {
    "none": ((200, "CANCELED"), "CANCELED"),
    "drop_before": (EOF, "NEW"),
    "drop_after": (EOF, "CANCELED"),
    "reset_before": (RESET, "NEW"),
    "reset_after": (RESET, "CANCELED"),
    "delay_before": ((200, "CANCELED"), "CANCELED"),
    "delay_after": ((200, "CANCELED"), "CANCELED"),
    "stall": ((200, "CANCELED"), "CANCELED"),
    "cut_body": (SHORT, "CANCELED"),
    "reset_body": (RESET, "CANCELED"),
    "hang_up": ((200, "CANCELED"), "CANCELED"),
    "http_500": ((500, EMPTY), "NEW"),
    "http_500_executed": ((500, EMPTY), "CANCELED"),
    "http_500_json": ((500, -1000), "NEW"),
    "http_500_json_executed": ((500, -1000), "CANCELED"),
    "http_502_page": ((502, PAGE), "NEW"),
    "http_502_page_executed": ((502, PAGE), "CANCELED"),
    "http_504_page": ((504, PAGE), "NEW"),
    "http_504_page_executed": ((504, PAGE), "CANCELED"),
    "http_408": ((408, -1007), "NEW"),
    "http_408_executed": ((408, -1007), "CANCELED"),
    "http_408_empty": ((408, EMPTY), "NEW"),
    "http_408_empty_executed": ((408, EMPTY), "CANCELED"),
    "http_503_unknown": ((503, TEXT), "NEW"),
    "http_503_unknown_executed": ((503, TEXT), "CANCELED"),
    "http_503_unknown_json": ((503, -1000), "NEW"),
    "http_503_unknown_json_executed": ((503, -1000), "CANCELED"),
    "code_1000": ((400, -1000), "NEW"),
    "code_1000_executed": ((400, -1000), "CANCELED"),
    "code_1001": ((400, -1001), "NEW"),
    "code_1001_executed": ((400, -1001), "CANCELED"),
    "code_1006": ((400, -1006), "NEW"),
    "code_1006_executed": ((400, -1006), "CANCELED"),
    "code_1007": ((400, -1007), "NEW"),
    "code_1007_executed": ((400, -1007), "CANCELED"),
    "cut_json": ((200, BROKEN), "CANCELED"),
    "empty_200": ((200, EMPTY), "CANCELED"),
    "null_200": ((200, None), "CANCELED"),
    "page_200": ((200, PAGE), "CANCELED"),
    "http_503_unavailable": ((503, TEXT), "NEW"),
    "http_503_unavailable_json": ((503, 0), "NEW"),
    "http_503_internal": ((503, TEXT), "NEW"),
    "http_503_internal_json": ((503, -1001), "NEW"),
    "throttled_1008": ((503, -1008), "NEW"),
    "maintenance_239999": ((400, "239999"), "NEW"),
    "shutting_down_1016": ((400, -1016), "NEW"),
    "me_recv_window_5028": ((400, -5028), "NEW"),
    "limited_1003": ((400, -1003), "NEW"),
    "page_403": ((403, PAGE), "NEW"),
    "page_404": ((404, PAGE), "NEW"),
    "geo_451": ((451, 0), "NEW"),
    "refused_2011_disabled": ((400, -2011), "NEW"),
    "refused_2011_account": ((400, -2011), "NEW"),
    "refused_2011_closed": ((400, -2011), "NEW"),
    "refused_2011_api": ((400, -2011), "NEW"),
    "refused_2011_generic": ((400, -2011), "NEW"),
    "refused_6063": ((400, -6063), "NEW"),
    "fill_before": ((400, -2011), "FILLED"),
    "fill_part_before": ((200, "CANCELED"), "CANCELED"),
    "expire_before": ((400, -2011), "EXPIRED"),
    "cancel_before": ((400, -2011), "CANCELED"),
    "reject_before": ((400, -2011), "REJECTED"),
    "filled_200": ((200, "FILLED"), "FILLED"),
    "expired_200": ((200, "EXPIRED"), "EXPIRED"),
    "rejected_200": ((200, "REJECTED"), "REJECTED"),
    "accepted_only": ((200, "NEW"), "NEW"),
    "accepted_then_filled": ((200, "NEW"), "NEW"),
    "other_order_200": ((200, "CANCELED"), "NEW"),
    "cancel_all_skips": ((200, "CANCELED"), "CANCELED"),
    "unknown_2011": ((400, -2011), "NEW"),
    "not_found_lag": ((200, "CANCELED"), "CANCELED"),
    "query_lag": ((200, "CANCELED"), "CANCELED"),
    "placed_lag": ((200, "CANCELED"), "CANCELED"),
    "limited_429": ((429, -1003), "NEW"),
    "limited_429_bare": ((429, -1003), "NEW"),
    "banned_418": ((418, -1003), "NEW"),
    "banned_418_bare": ((418, -1003), "NEW"),
    "skew_hour": ((400, -1021), "NEW"),
    "skew_hour_behind": ((400, -1021), "NEW"),
    "skew_undo": ((200, "CANCELED"), "CANCELED"),
}
# What a query gets, where that is neither its own answer nor what a cancel gets.
QUERY: dict[str, Seen] = {
    "unknown_2011": (400, -2013),
    "not_found_lag": (400, -2013),
    "query_lag": (400, -2013),
    "other_order_200": (200, "CANCELED"),
}

# Faults under which a query has its own answer.
ANSWERED = {
    *("none", "delay_before", "delay_after", "stall", "hang_up", "skew_undo", "placed_lag"),
    *(name for name in CANCEL if name.startswith("refused")),
    *("fill_before", "fill_part_before", "expire_before", "cancel_before", "reject_before"),
    *("filled_200", "expired_200", "rejected_200", "accepted_only", "accepted_then_filled"),
    "cancel_all_skips",
}

ENDING = {"fill_before", "expire_before", "cancel_before", "reject_before"}


def said(answer: Answer) -> object:
    """Return a short description of a body."""
    if not answer.body:
        return EMPTY
    if answer.headers["Content-Type"] != "application/json":
        return PAGE if answer.body.startswith(b"<html>") else TEXT
    try:
        content = answer.json
    except json.JSONDecodeError:
        return BROKEN
    if content is None:
        return None
    return content.get("code", content.get("status", next(iter(content))))


def seen(wire: Wire, method: str, kind: Kind, order: Order) -> Seen:
    """Return what a client sees of a query or a cancel."""
    path, params = f"{kind.path}/order", {"symbol": kind.symbol, "orderId": order.order_id}
    try:
        answer = wire.signed(method, path, **params)
    except http.client.IncompleteRead:
        return SHORT
    except http.client.RemoteDisconnected:
        return EOF
    except ConnectionResetError:
        return RESET
    return answer.status, said(answer)
