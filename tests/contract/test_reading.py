"""Ids and answers are read from any value, without an error."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.contract.answers import created, find_order, is_another_order, status_of
from adapter.contract.api import NO_ORDER, OrderFields
from adapter.contract.ids import MAX_ID, int_of, parse_number_id, parse_visible_id
from adapter.contract.messages import CancelRequest
from adapter.venues.binance.usdm import ENDPOINT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
FIELDS = OrderFields(
    order_id="id", client_id="name", statuses={"NEW": "open"}, created=("made", "time")
)
BY_ID = CancelRequest(market_id="X", order_id="7", client_order_id=None, deadline=1.0, confirm=True)
BY_CLIENT_ID = CancelRequest(
    market_id="X", order_id=None, client_order_id="mine", deadline=1.0, confirm=True
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        ("7", 7),
        ("0007", 7),
        (-7, -7),
        ("-7", None),
        ("²", None),
        ("\u0667", None),
        ("", None),
        (" 7", None),
        (True, None),
        (7.0, None),
        (None, None),
        ("9" * 41, None),
    ],
)
def test_a_whole_number_is_an_int_or_digits(value: object, number: int | None) -> None:
    """Neither a bool nor a float, and no other script's digits."""
    assert number == int_of(value)


@pytest.mark.parametrize("value", [1, "1", MAX_ID, str(MAX_ID)])
def test_a_number_id_is_an_int64_above_0(value: object) -> None:
    """As the digits that are sent."""
    assert str(value) == parse_number_id(value)


@pytest.mark.parametrize("value", [0, "0", -1, MAX_ID + 1, str(MAX_ID + 1), 1.0, True, "abc", None])
def test_anything_else_is_no_number_id(value: object) -> None:
    """Nothing is rounded or cut off."""
    assert parse_number_id(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("mine", "mine"),
        ("a" * 64, "a" * 64),
        ("!~", "!~"),
        (7, "7"),
        (-7, "-7"),
        ("a" * 65, None),
        ("", None),
        ("a b", None),
        ("a\n", None),
        ("ä", None),
        (7.5, None),
        (True, None),
        (10**30, None),
        (None, None),
    ],
)
def test_a_client_id_is_visible_text_or_an_int(value: object, text: str | None) -> None:
    """As the text that is sent."""
    assert text == parse_visible_id(value)


@pytest.mark.parametrize(
    ("answer", "time"),
    [
        ({"made": 1}, 1),
        ({"made": "1700000000000", "time": 2}, 1700000000000),
        ({"made": None, "time": 2}, 2),
        ({"made": "", "time": 2}, 2),
        ({"made": 0}, 0),
        ({"made": "1970-01-01T00:00:01.947999Z"}, 1947),
        ({"made": "1970-01-01T01:00:01+01:00"}, 1000),
        ({"made": "1970-01-01T00:00:01"}, None),
        ({"made": "1969-12-31T00:00:00Z"}, None),
        ({"made": "yesterday"}, None),
        ({"made": -1}, None),
        ({"made": 1.5}, None),
        ({"made": True}, None),
        ({"made": "9" * 5000}, None),
        ({}, None),
    ],
)
def test_a_creation_time_is_ms_or_iso_8601_with_an_offset(
    answer: dict[str, Any], time: int | None
) -> None:
    """A time without an offset may be in any time zone, and is none."""
    assert time == created(answer, FIELDS)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"status": "NEW"}, "open"),
        ({"status": "Odd"}, "odd"),
        ({"status": ""}, None),
        ({"status": 7}, None),
        ({}, None),
    ],
)
def test_a_status_is_the_unified_one(answer: dict[str, Any], status: str | None) -> None:
    """One that is not listed is passed on in lower case; anything but a text is none."""
    assert status == status_of(answer, FIELDS)


def test_an_order_is_found_in_a_list_by_the_id_that_was_asked_for() -> None:
    """By order id or client id, whatever else is in the list."""
    first, second = {"id": 7, "name": "other"}, {"id": "8", "name": "mine"}
    orders: list[Any] = [None, [], {}, first, second]

    assert first is find_order(orders, BY_ID, FIELDS)
    assert second is find_order(orders, BY_CLIENT_ID, FIELDS)
    assert NO_ORDER is find_order([second], BY_ID, FIELDS)
    assert NO_ORDER is find_order([], BY_ID, FIELDS)
    called_none = attrs.evolve(BY_CLIENT_ID, client_order_id="None")
    assert NO_ORDER is find_order([{"id": 7}, {"name": None}], called_none, FIELDS)


@pytest.mark.parametrize("times", [(1, 2), (None, 2), (2, 1), (2, None), (None, None)])
def test_the_newest_of_several_is_found(times: tuple[int | None, int | None]) -> None:
    """A client id may be used again once its order has ended."""
    orders = [{"name": "mine", "made": time} for time in times]
    newest = orders[1] if times[1] == 2 else orders[0]

    assert newest is find_order([{"name": "other", "made": 3}, *orders], BY_CLIENT_ID, FIELDS)


@pytest.mark.parametrize("answer", [{"code": 1}, None, "text", 7])
def test_what_is_no_list_is_returned_unchanged(answer: object) -> None:
    """It may be an error."""
    assert answer is find_order(answer, BY_ID, FIELDS)


@given(JSON, st.sampled_from([BY_ID, BY_CLIENT_ID]))
def test_any_json_is_read_without_an_error(value: Any, call: CancelRequest) -> None:
    """As a whole, as the value of every field, and as an element of a list."""
    answer = dict.fromkeys(("id", "name", "status", "made", "orderId", "clientOrderId"), value)

    assert status_of(answer, FIELDS) is None or isinstance(value, str)
    assert created(answer, FIELDS) is None or isinstance(value, int | str)
    for one in (value, answer):
        assert is_another_order(one, call, ENDPOINT, None) in (True, False)
        assert find_order([one], call, FIELDS) in (one, NO_ORDER)
    for parse in (int_of, parse_number_id, parse_visible_id):
        assert parse(value) is None or not isinstance(value, float | bool | list | dict)
