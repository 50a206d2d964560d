"""Reads what ccxt's methods return and raise, by the values of a venue's row."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.answers import ambiguous, classify_no_response, text_of
from adapter.contract.messages import (
    ENDED,
    CancelRequest,
    Classification,
    NoResponse,
    Order,
    Response,
    ResponseKind,
)
from adapter.contract.native import (
    ALIVE,
    CLOCK,
    DISPUTED,
    NOT_FOUND,
    PENDING,
    TOO_MANY,
    UNKNOWN,
    Look,
    Meaning,
    NativeEndpoint,
    Reply,
)

BY_CLASS: tuple[tuple[type[Exception], Meaning], ...] = (
    (ccxt.RateLimitExceeded, TOO_MANY),
    (ccxt.DDoSProtection, TOO_MANY),
    (ccxt.InvalidNonce, CLOCK),
    (ccxt.CancelPending, PENDING),
    (ccxt.OrderNotFound, NOT_FOUND),
    (ccxt.AuthenticationError, ALIVE),
    (ccxt.NotSupported, ALIVE),
    (ccxt.BadSymbol, ALIVE),
    (ccxt.OperationFailed, UNKNOWN),
    (ccxt.BadResponse, UNKNOWN),
    (ccxt.ExchangeError, DISPUTED),
)
"""What ccxt's error class says of an answer that no row explains; the first that fits."""
STATUSES = ("open", "canceling", "closed", "canceled", "expired", "rejected")
UNSAID = {"filled": None, "remaining": None, "cost": None}
"""What ccxt has invented of an order."""
RETRY_AFTER = "retry-after"

log = logging.getLogger("adapter")


def classify_cancel(
    reply: Reply, call: CancelRequest, endpoint: NativeEndpoint
) -> tuple[Classification, Order | None]:
    """What came back from ``cancel_order``, and the order that it shows, if it shows one."""
    response = reply.response
    if isinstance(response, NoResponse):
        return classify_no_response(response), None
    text = text_of(response)
    if not _is_success(reply, response, endpoint):
        return _classify_error(reply, response, endpoint, is_query=False), None
    order = _find(reply.returned, call) if endpoint.is_final else None
    if order is not None and echoes(response.data, call):
        shown = correct(order, endpoint)
        if shown["status"] in STATUSES[2:]:
            return _shows(shown, response, endpoint), shown
    acknowledges = endpoint.acknowledges or (lambda data: echoes(data, call))
    if acknowledges(response.data):
        found = Classification(kind=ResponseKind.ACKNOWLEDGED, text=text, response=response)
        return found, None
    return ambiguous(text), None


def classify_look(
    reply: Reply, call: CancelRequest, look: Look, endpoint: NativeEndpoint
) -> tuple[Classification, Order | None]:
    """The same for a look at the order."""
    response = reply.response
    if isinstance(response, NoResponse):
        return classify_no_response(response), None
    if not _is_success(reply, response, endpoint) or reply.error is not None:
        return _classify_error(reply, response, endpoint, is_query=True), None
    text = text_of(response)
    order = _find(reply.returned, call)
    if order is not None and not endpoint.is_verified and not echoes(response.data, call):
        return ambiguous(text), None  # ccxt may have copied the id from its argument
    if order is None:
        is_absent = look.lists or not _has_id(reply.returned)
        if is_absent:
            return _not_found(text), None
        return ambiguous(text), None
    shown = correct(order, endpoint)
    if shown["status"] is None:
        return ambiguous(text), None
    found = _shows(shown, response, endpoint)
    is_out_of_reach = endpoint.is_out_of_reach
    if is_out_of_reach is not None and is_out_of_reach(shown, call.route_params):
        found = attrs.evolve(found, is_out_of_reach=True)
    return found, shown


def _shows(order: Order, response: Response, endpoint: NativeEndpoint) -> Classification:
    info = order["info"] if isinstance(order["info"], Mapping) else {}
    has_become = order["status"] in endpoint.ends and endpoint.successor_field
    successor = text_at(info, endpoint.successor_field) if has_become else None
    return Classification(
        kind=ResponseKind.ORDER,
        text=text_of(response),
        status=order["status"],
        created=order["timestamp"],
        successor=successor or None,
        response=response,
    )


def correct(order: Mapping[str, Any], endpoint: NativeEndpoint) -> Order:
    """The order with a status that is true, and with no amount that ccxt has invented."""
    info = order.get("info")
    raw = text_at(info, endpoint.status_field)
    status = order.get("status")
    if raw is not None and raw in endpoint.statuses:
        status = endpoint.statuses[raw]
    elif status is not None and status not in STATUSES:
        if status not in endpoint.statuses:
            names = "/".join(sorted(endpoint.exchanges))
            log.warning("%s: unknown order status %r", names, status)
        # as it came: in lower case, "CLOSED" would be a word of ccxt's
        status = endpoint.statuses.get(status, str(status))
    shown = {**order, "status": status, "id": _id(order.get("id"))}
    if status == "closed" and raw not in endpoint.filled_statuses:
        shown = _correct_closed(shown, info, endpoint)
    elif status in ("canceled", "expired", *endpoint.ends) and _is_filled(shown):
        # nothing was left to end so: ccxt has taken what is not said for filled
        shown |= UNSAID
    amounts = shown.get("amount"), shown.get("filled")
    if all(isinstance(each, int | float) for each in amounts):
        amount, filled = (Decimal(str(each)) for each in amounts)
        shown["remaining"] = float(max(amount - filled, Decimal(0)))
    return shown


def _is_filled(order: Order) -> bool:
    return bool(order.get("filled") == order.get("amount"))


def _correct_closed(order: Order, info: Any, endpoint: NativeEndpoint) -> Order:
    """``closed`` may also mean "partly filled, then canceled", and ccxt fills what is not said."""
    fields = endpoint.fill_fields
    filled, amount = (_number(text_at(info, name)) for name in fields) if fields else (None, None)
    if filled is None or amount is None:
        return {**order, "status": ENDED, **(UNSAID if _is_filled(order) else {})}
    if filled >= amount:
        return order
    is_triggered = text_at(info, endpoint.triggered_field) == "true"
    return {**order, "status": "triggered" if is_triggered else "canceled"}


def _classify_error(
    reply: Reply, response: Response, endpoint: NativeEndpoint, *, is_query: bool
) -> Classification:
    text, meaning = text_of(response), _meaning(reply, response, endpoint)
    kind, status = meaning.kind, meaning.status
    if reply.is_repeated and not is_query and kind is not ResponseKind.ACKNOWLEDGED:
        kind = ResponseKind.AMBIGUOUS  # the first of the two may have cancelled it
    if is_query and kind in (ResponseKind.ACKNOWLEDGED, ResponseKind.DISPUTED):
        kind = ResponseKind.AMBIGUOUS
    return Classification(
        kind=kind,
        text=text,
        error=meaning.error or _error_class(reply, kind),
        status=status,
        retry_after=_retry_after(response) if kind is ResponseKind.RATE_LIMITED else None,
        response=response,
        cause=reply.error,
    )


def _not_found(text: str) -> Classification:
    return Classification(kind=ResponseKind.NOT_OPEN, text=text, error=ccxt.OrderNotFound)


def _error_class(reply: Reply, kind: ResponseKind) -> type[ccxt.BaseError]:
    cls = type(reply.error)
    if issubclass(cls, ccxt.BaseError):
        return cast(type[ccxt.BaseError], cls)
    is_gone = kind is ResponseKind.NOT_OPEN
    return cast(type[ccxt.BaseError], ccxt.OrderNotFound if is_gone else ccxt.ExchangeError)


def key_error(reply: Reply, endpoint: NativeEndpoint) -> ccxt.BaseError | None:
    """The error of a request that the venue refused because of the key."""
    error, response = reply.error, reply.response
    if error is None or isinstance(error, ccxt.AuthenticationError):
        return error
    wanted = _meaning(reply, response, endpoint).error if isinstance(response, Response) else None
    return None if wanted is None else wanted(str(error))


def _meaning(reply: Reply, response: Response, endpoint: NativeEndpoint) -> Meaning:
    if response.status in (418, 429):
        return TOO_MANY
    if not isinstance(response.data, dict | list):
        return UNKNOWN  # a page: not the venue's word
    for text, meaning in endpoint.texts.items():
        if text in response.body:
            return meaning
    code = refusal_of(response.data, endpoint)
    if code is not None and code in endpoint.codes:
        return endpoint.codes[code]
    if response.status == 408 or response.status >= 500:
        return UNKNOWN
    for cls, meaning in BY_CLASS:
        if isinstance(reply.error, cls):
            return meaning if endpoint.is_verified or meaning is not NOT_FOUND else DISPUTED
    return DISPUTED if reply.error is None else UNKNOWN


def _is_success(reply: Reply, response: Response, endpoint: NativeEndpoint) -> bool:
    """Whether the answer is one of the venue, and no error. ccxt may fail to read such a one."""
    is_answer = 200 <= response.status < 300 and isinstance(response.data, dict | list)
    if not is_answer or refusal_of(response.data, endpoint) is not None:
        return False
    return not isinstance(reply.error, ccxt.BaseError)


def refusal_of(data: Any, endpoint: NativeEndpoint) -> str | None:
    """The error code in an answer; None where it has none."""
    errors = (text_at(data, path) for path in endpoint.error_fields)
    states = (text_at(data, path) for path in endpoint.state_fields)
    found = [code for code in errors if code is not None and code not in endpoint.successes]
    found += [code for code in states if code is not None and code in endpoint.codes]
    return found[0] if found else None


def text_at(data: Any, paths: str) -> str | None:
    """The text or number at a path such as ``"data.0.sCode"``; None where there is none.

    Of several paths with ``|`` between them, the first one where there is any counts.
    """
    found = (_text_at(data, path) for path in paths.split("|"))
    return next((text for text in found if text), None)


def _text_at(data: Any, path: str) -> str | None:
    for name in path.split("."):
        if isinstance(data, list) and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        elif isinstance(data, Mapping):
            data = data.get(name)
        else:
            return None
    if isinstance(data, bool):
        return str(data).lower()
    return str(data) if isinstance(data, str | int | float) else None


def echoes(data: Any, call: CancelRequest) -> bool:
    """Whether the id that was sent stands anywhere in an answer."""
    wanted = call.order_id if call.order_id is not None else call.client_order_id
    return any(value == wanted for value in _scalars(data))


def _scalars(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        data = [*data.values()]
    if isinstance(data, list):
        for each in data:
            yield from _scalars(each)
    elif isinstance(data, str | int) and not isinstance(data, bool):
        yield str(data)


def _find(returned: Any, call: CancelRequest) -> Order | None:
    """The order that is meant among those returned; the newest, if a client id names several."""
    orders = returned if isinstance(returned, list) else [returned]
    name, wanted = "id", call.order_id
    if wanted is None:
        name, wanted = "clientOrderId", call.client_order_id
    found = [o for o in orders if isinstance(o, Mapping) and _id(o.get(name)) == wanted]
    newest = max(found, key=lambda order: order.get("timestamp") or 0, default=None)
    return None if newest is None else dict(newest)


def _has_id(returned: Any) -> bool:
    return isinstance(returned, Mapping) and bool(returned.get("id"))


def _id(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _retry_after(response: Response) -> float | None:
    seconds = _number(response.headers.get(RETRY_AFTER))
    return float(seconds) if seconds is not None and seconds >= 0 else None
