"""What ccxt's methods return and raise, read by the values of a venue's row."""

from __future__ import annotations

import json
from typing import Any

import attrs
import ccxt
import pytest

from adapter.contract.messages import ENDED, CancelRequest, NoResponse, Response, ResponseKind
from adapter.contract.native import (
    ALIVE,
    BUSY,
    FILLED,
    NOT_FOUND,
    NOT_PERMITTED,
    WRONG_KEY,
    Look,
    NativeEndpoint,
    Reply,
)
from adapter.contract.native_answers import (
    classify_cancel,
    classify_look,
    correct,
    key_error,
    text_at,
)
from adapter.venues.htx import ENDPOINT as HTX

ROW = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"some"}),
    is_final=True,
    error_fields=("data.0.code", "code"),
    successes=frozenset({"0"}),
    codes={"1": FILLED, "2": NOT_FOUND},
    texts={"paused": BUSY, "margin": ALIVE},
    statuses={"LIVE": "open", "STOPPED": "canceled"},
    filled_statuses=frozenset({"DONE"}),
    fill_fields=("done", "size"),
    ends={"triggered": "triggered"},
    successor_field="child.id|next",
)
UNVERIFIED = attrs.evolve(ROW, is_verified=False, codes={}, error_fields=())
CALL = CancelRequest(market_id="X", order_id="7", client_order_id=None, deadline=1.0, confirm=True)
BY_CLIENT_ID = attrs.evolve(CALL, order_id=None, client_order_id="mine")
PAGE = "<html>7</html>"


def response(data: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = data if isinstance(data, str) else json.dumps(data)
    parsed = None if isinstance(data, str) else data
    return Response(status=status, body=body, data=parsed, headers=named)


def reply(data: Any, returned: Any = None, status: int = 200, **more: Any) -> Reply:
    return Reply(response=response(data, status), returned=returned, **more)


def order(status: str | None, **more: Any) -> dict[str, Any]:
    known = {"id": "7", "clientOrderId": "mine", "timestamp": 5, "info": {"status": status}}
    return {**known, "status": status, **more}


@pytest.mark.parametrize(
    ("code", "wanted"), [("3", ccxt.AuthenticationError), ("4", ccxt.PermissionDenied), ("5", None)]
)
def test_a_row_may_know_that_the_key_was_refused(
    code: str, wanted: type[ccxt.BaseError] | None
) -> None:
    """Where ccxt has another class for it, of a cancel as of the markets that must be loaded."""
    row = attrs.evolve(ROW, codes={"3": WRONG_KEY, "4": NOT_PERMITTED, "5": BUSY})
    refused = reply({"code": code}, status=400, error=ccxt.BadRequest("some {}"))
    found, _ = classify_cancel(refused, CALL, row)
    error = key_error(refused, row)

    assert (wanted or ccxt.BadRequest) is found.error
    assert (wanted or type(None)) is type(error)
    assert wanted is None or (ResponseKind.REFUSED, "some {}") == (found.kind, str(error))


def test_an_error_of_a_key_is_ccxts_own_where_it_has_one() -> None:
    """Also where nothing was answered; any other error of that kind says nothing of the key."""
    error, lost = ccxt.PermissionDenied("no"), NoResponse(may_have_been_sent=True, reason="")

    assert error is key_error(Reply(error=error, response=lost), ROW)
    assert None is key_error(Reply(error=ccxt.RequestTimeout(""), response=lost), ROW)
    assert None is key_error(Reply(response=lost), ROW)


@pytest.mark.parametrize("state", ["-1", "0", "5", "6", "7", "10"])
def test_what_htx_says_of_an_end_is_no_code_of_a_success(state: str) -> None:
    """``data`` may be one of these numbers; a code of 0 refuses nothing."""
    ended = {"status": "ok", "data": int(state)}
    accepted = {"code": 0, "message": "Success", "data": {"order_id": "7"}, "ts": 1}

    assert ResponseKind.ACKNOWLEDGED is cancel_kind(HTX, data=accepted)
    wanted = ResponseKind.ACKNOWLEDGED if state == "10" else ResponseKind.NOT_OPEN
    assert wanted is cancel_kind(HTX, data=ended)


def test_a_look_may_show_an_order_that_the_cancel_does_not_reach() -> None:
    """The row says so by the order and by the params that select a book."""
    row = attrs.evolve(
        ROW, is_out_of_reach=lambda order, params: order["waits"] and "trigger" not in params
    )
    for waits, params, is_out in (
        (True, {}, True),
        (True, {"trigger": True}, False),
        (False, {}, False),
    ):
        shown = order("LIVE", waits=waits)
        call = attrs.evolve(CALL, route_params=params)
        found, _ = classify_look(reply([{"id": "7"}], [shown]), call, Look(lists=True), row)
        assert (ResponseKind.ORDER, is_out) == (found.kind, found.is_out_of_reach)


def cancel_kind(row: NativeEndpoint = ROW, **values: Any) -> ResponseKind:
    return classify_cancel(reply(**values), CALL, row)[0].kind


def look_kind(row: NativeEndpoint = ROW, look: Look | None = None, **values: Any) -> ResponseKind:
    return classify_look(reply(**values), CALL, look or Look(), row)[0].kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("canceled", ResponseKind.ORDER),
        ("rejected", ResponseKind.ORDER),
        ("open", ResponseKind.ACKNOWLEDGED),
        (None, ResponseKind.ACKNOWLEDGED),
        ("weird", ResponseKind.ACKNOWLEDGED),
    ],
)
def test_a_final_answer_shows_an_order_that_has_ended(
    status: str | None, kind: ResponseKind
) -> None:
    """Any other status is no more than an echo of the id."""
    assert kind is cancel_kind(data={"id": 7}, returned=order(status))


@pytest.mark.parametrize("data", [{"id": "8"}, {"ok": True}, {"id": 7.0}, [], PAGE])
def test_an_order_that_the_answer_does_not_name_is_ccxts_invention(data: Any) -> None:
    """ccxt copies the id of the call into what it returns."""
    assert ResponseKind.AMBIGUOUS is cancel_kind(data=data, returned=order("canceled"))


def test_a_row_may_know_a_success_without_the_id() -> None:
    """By a function of its own."""
    row = attrs.evolve(ROW, acknowledges=lambda data: data == {"ok": True})

    assert ResponseKind.ACKNOWLEDGED is cancel_kind(row, data={"ok": True})
    assert ResponseKind.AMBIGUOUS is cancel_kind(row, data={"ok": False, "id": "7"})


def test_an_answer_that_ccxt_cannot_read_is_still_the_exchanges() -> None:
    """A success that names the id is one, whatever its parser raised."""
    error = KeyError("x")

    assert ResponseKind.ACKNOWLEDGED is cancel_kind(data={"id": "7"}, error=error)
    assert ResponseKind.AMBIGUOUS is look_kind(data={"id": "7"}, error=error)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"data": {"code": "1"}}, ResponseKind.NOT_OPEN),
        ({"data": {"code": 2}}, ResponseKind.NOT_OPEN),
        ({"data": {"data": [{"code": "2"}], "code": "9"}}, ResponseKind.NOT_OPEN),
        ({"data": {"code": "9"}}, ResponseKind.DISPUTED),
        ({"data": {"code": True}}, ResponseKind.DISPUTED),
        ({"data": {"code": "1", "msg": "paused"}}, ResponseKind.NOT_EXECUTED),
        ({"data": {"msg": "margin"}, "status": 400}, ResponseKind.REFUSED),
        ({"data": {"code": "9"}, "error": ccxt.OrderNotFound()}, ResponseKind.NOT_OPEN),
        ({"data": {"code": "9"}, "error": ccxt.CancelPending()}, ResponseKind.ACKNOWLEDGED),
        ({"data": {"code": "9"}, "error": ccxt.InvalidNonce()}, ResponseKind.CLOCK_SKEW),
        ({"data": {"code": "9"}, "error": ccxt.InsufficientFunds()}, ResponseKind.DISPUTED),
        ({"data": {"code": "9"}, "error": ccxt.RequestTimeout()}, ResponseKind.AMBIGUOUS),
        ({"data": {"code": "9"}, "error": KeyError()}, ResponseKind.AMBIGUOUS),
        ({"data": {}, "error": ccxt.OrderNotFound(), "status": 500}, ResponseKind.AMBIGUOUS),
        ({"data": {}, "error": ccxt.OrderNotFound(), "status": 408}, ResponseKind.AMBIGUOUS),
        ({"data": {"code": "1"}, "status": 500}, ResponseKind.NOT_OPEN),
        ({"data": {}, "status": 429}, ResponseKind.RATE_LIMITED),
        ({"data": PAGE, "status": 418}, ResponseKind.RATE_LIMITED),
        ({"data": PAGE, "error": ccxt.OrderNotFound()}, ResponseKind.AMBIGUOUS),
        ({"data": PAGE, "error": ccxt.AuthenticationError()}, ResponseKind.AMBIGUOUS),
    ],
)
def test_what_a_refusal_means(values: dict[str, Any], kind: ResponseKind) -> None:
    """By text, then code, then HTTP status, then ccxt's class; never by ccxt's class of a page."""
    assert kind is cancel_kind(**values)


@pytest.mark.parametrize("error", [ccxt.OrderNotFound(), ccxt.InvalidOrder()])
def test_an_unverified_not_found_proves_nothing(error: ccxt.BaseError) -> None:
    """The exchange may mean another book or account."""
    assert ResponseKind.DISPUTED is cancel_kind(UNVERIFIED, data={"code": "9"}, error=error)


@pytest.mark.parametrize(
    "values",
    [
        {"data": {"code": "1"}},
        {"data": {"code": "9"}},
        {"data": {}, "status": 429},
        {"data": {"msg": "margin"}, "status": 400},
        {"data": {"msg": "paused"}, "status": 400},
        {"data": {"code": "9"}, "error": ccxt.InvalidNonce()},
    ],
)
def test_of_two_sends_a_refusal_of_the_second_says_nothing_of_the_first(
    values: dict[str, Any],
) -> None:
    """ccxt or aiohttp may have sent it twice; a query that was sent twice is one."""
    assert ResponseKind.AMBIGUOUS is cancel_kind(**values, is_repeated=True)
    assert look_kind(**values) is look_kind(**values, is_repeated=True)


def test_a_cancel_that_is_pending_is_accepted_by_either_send() -> None:
    """Also where it was sent twice."""
    pending = {"data": {"code": "9"}, "error": ccxt.CancelPending(), "is_repeated": True}

    assert ResponseKind.ACKNOWLEDGED is cancel_kind(**pending)
    assert ResponseKind.AMBIGUOUS is look_kind(**pending)


@pytest.mark.parametrize(
    ("returned", "look", "kind"),
    [
        (order("open"), Look(), ResponseKind.ORDER),
        (order(None), Look(), ResponseKind.AMBIGUOUS),
        (order("open", id=8), Look(), ResponseKind.AMBIGUOUS),
        (order("open", id=None), Look(), ResponseKind.NOT_OPEN),
        (None, Look(), ResponseKind.NOT_OPEN),
        ([order("open", id="8")], Look(lists=True), ResponseKind.NOT_OPEN),
        ([order("open", id="8"), order("open", id=7)], Look(lists=True), ResponseKind.ORDER),
    ],
)
def test_a_look_shows_the_order_that_was_asked_for(
    returned: Any, look: Look, kind: ResponseKind
) -> None:
    """Another order is no answer, and one without an id is absent."""
    assert kind is look_kind(data={}, returned=returned, look=look)


def test_an_order_that_an_unverified_answer_does_not_name_is_ccxts_invention() -> None:
    """ccxt copies the id of the query into what it returns, too."""
    assert ResponseKind.AMBIGUOUS is look_kind(UNVERIFIED, data={}, returned=order("canceled"))
    assert ResponseKind.ORDER is look_kind(UNVERIFIED, data={"a": 7}, returned=order("canceled"))


def test_the_newest_of_a_client_id_counts() -> None:
    """Venues let it be used again."""
    both = [order("canceled", timestamp=5), order("open", timestamp=6, id="8")]
    got = reply([], both)
    found, shown = classify_look(got, BY_CLIENT_ID, Look(lists=True), ROW)

    assert ("open", 6) == (found.status, found.created)
    assert "8" == (shown or {})["id"]


@pytest.mark.parametrize(
    "lost",
    [
        NoResponse(may_have_been_sent=True, reason="x"),
        NoResponse(may_have_been_sent=False, reason="x"),
    ],
)
def test_no_response_is_none_of_a_look_either(lost: NoResponse) -> None:
    """Sent or not."""
    got = Reply(response=lost)

    wanted = ResponseKind.AMBIGUOUS if lost.may_have_been_sent else ResponseKind.NOT_SENT
    assert wanted is classify_cancel(got, CALL, ROW)[0].kind
    assert wanted is classify_look(got, CALL, Look(), ROW)[0].kind


@pytest.mark.parametrize(
    ("info", "given", "status", "filled"),
    [
        ({"status": "LIVE"}, "canceled", "open", 2.0),
        ({"status": "STOPPED"}, None, "canceled", None),
        ({"status": "?"}, "Strange", "Strange", 2.0),
        ({"status": "?"}, "CLOSED", "CLOSED", 2.0),
        ({}, "LIVE", "open", 2.0),
        ({"status": "DONE"}, "closed", "closed", 2.0),
        ({"done": "2", "size": "2"}, "closed", "closed", 2.0),
        ({"done": "1", "size": "2"}, "closed", "canceled", 2.0),
        ({"done": "x", "size": "2"}, "closed", ENDED, None),
        ({}, "closed", ENDED, None),
        (None, "closed", ENDED, None),
    ],
)
def test_a_status_is_corrected(info: Any, given: Any, status: str, filled: float | None) -> None:
    """ccxt's "closed" may be a cancel after a part was filled, and its amounts may be invented."""
    shown = correct(order(given, info=info, filled=2.0, amount=2.0, remaining=0.0), ROW)

    assert (status, filled) == (shown["status"], shown["filled"])
    assert (shown["remaining"] is None) == (filled is None)


def test_what_was_filled_by_the_exchanges_word_is_kept() -> None:
    """Where ccxt did not make it up from the amount."""
    shown = correct(order("closed", info={}, filled=1.0, amount=3.0), ROW)

    assert (ENDED, 1.0, 2.0) == (shown["status"], shown["filled"], shown["remaining"])


@pytest.mark.parametrize(
    ("info", "successor"),
    [({"child": {"id": 9}}, "9"), ({"next": "8"}, "8"), ({"child": {"id": ""}}, None), ("?", None)],
)
def test_a_trigger_order_that_has_fired_names_its_successor(
    info: Any, successor: str | None
) -> None:
    """By the first of its fields that is there."""
    row = attrs.evolve(ROW, statuses={})
    found, _ = classify_look(reply({}, order("triggered", info=info)), CALL, Look(), row)

    assert ("triggered", successor) == (found.status, found.successor)


def test_a_trigger_order_that_has_fired_has_filled_nothing_that_is_said() -> None:
    """ccxt takes its status for closed, and so all of it for filled."""
    row = attrs.evolve(ROW, statuses={"FIRED": "triggered"})
    fired = order("closed", info={"status": "FIRED"}, filled=2.0, amount=2.0, remaining=0.0)
    shown = correct(fired, row)

    assert ("triggered", None, None) == (shown["status"], shown["filled"], shown["remaining"])


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("-1", None), ("soon", None)])
def test_a_rate_limit_may_say_for_how_long(header: str, seconds: float | None) -> None:
    """In seconds."""
    limited = Reply(response=response({}, 429, retry_after=header))

    assert seconds == classify_cancel(limited, CALL, ROW)[0].retry_after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.0.b", "1"),
        ("a.1.b", None),
        ("a.x", None),
        ("flag", "true"),
        ("none.c", None),
        ("a", None),
        ("none|flag", "true"),
    ],
)
def test_the_text_at_a_path(path: str, text: str | None) -> None:
    """None where there is none."""
    assert text == text_at({"a": [{"b": 1}], "flag": True, "none": None}, path)


def test_a_row_names_the_exchanges_and_what_it_cannot_do() -> None:
    """An order's id may be an int; a param that hits several orders is refused."""
    row = attrs.evolve(ROW, several_params=frozenset({"all"}), query_params=frozenset({"kind"}))
    venue, exchange = row.venue, ccxt.okx()
    market = venue.market_of_id(exchange, "BTC/USDT", "any")

    assert "BTC/USDT" == (market.id if market else None)
    assert ("7", None, None) == tuple(venue.parse_order_id(each) for each in (7, True, "a/b"))
    assert None is venue.parse_client_id(1.5)
    route = venue.route(exchange, "BTC/USDT", {"kind": "a", "stop": True, "x": 1}, account=None)
    assert {"kind": "a", "trigger": True} == route.params
    row = attrs.evolve(row, trigger_param=None)
    assert {} == row.venue.route_all(exchange, {"stop": True}, account=None).params
    with pytest.raises(ccxt.BadRequest, match="may cancel several orders at once"):
        venue.route(exchange, "BTC/USDT", {"all": True}, account=None)
