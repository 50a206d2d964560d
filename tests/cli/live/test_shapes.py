"""The comparison of an exchange's answers with the simulator's."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from adapter.cli.demo.shapes import Answer, differences

REQUEST = "DELETE /fapi/v1/order"


def found(real: Any, simulated: Any) -> list[str]:
    """What differs between two bodies."""
    one, other = Answer(REQUEST, 200, real), Answer(REQUEST, 200, simulated)
    pairs = [*differences([one], [other])]
    assert {REQUEST} >= {request for request, _ in pairs}
    return [words for _, words in pairs]


@pytest.mark.parametrize(
    ("real", "simulated"),
    [
        ({"orderId": 1, "price": "2"}, {"orderId": 7, "price": "3"}),
        ({"fills": []}, {"fills": [{"price": "1"}]}),
        ([{"orderId": 1}, {"orderId": 2}], [{"orderId": 3}]),
        (1, 2.5),
    ],
)
def test_values_do_not_count(real: Any, simulated: Any) -> None:
    """Only the shape counts, and of an empty array nobody knows the elements."""
    assert [] == found(real, simulated)


@pytest.mark.parametrize(
    ("real", "simulated", "words"),
    [
        ({"a": 1}, {}, "a is missing in the simulator"),
        ({}, {"a": {"b": 1}}, "a is only in the simulator"),
        ({"a": {"b": 1}}, {"a": {}}, "a.b is missing in the simulator"),
        ([{"a": 1}], [{"a": None}], "[].a is a number; in the simulator null"),
        ([1], ["", 0], "[] is a number; in the simulator a number or a string"),
        ({"a": [{"b": 1}]}, {"a": [{}]}, "a[].b is missing in the simulator"),
        ({"a": True}, {"a": 1}, "a is a boolean; in the simulator a number"),
        ([], {}, "the body is an array; in the simulator an object"),
        ({"status": "NEW"}, {"status": "CANCELED"}, "status is 'NEW'; in the simulator 'CANCELED'"),
        ({"algoStatus": "A"}, {"algoStatus": "B"}, "algoStatus is 'A'; in the simulator 'B'"),
        ({"code": "200"}, {"code": 200}, "code is '200'; in the simulator 200"),
    ],
)  # fmt: skip
def test_what_differs(real: Any, simulated: Any, words: str) -> None:
    """Each difference is one line, which begins with the field."""
    assert [words] == found(real, simulated)


def test_http_statuses() -> None:
    """Of a refusal and a success, only that is said."""
    real = Answer(REQUEST, 400, {"code": -2011, "msg": "Unknown order sent."})
    simulated = Answer(REQUEST, 200, {"orderId": 1})

    expected = "HTTP 400 with code -2011; the simulator HTTP 200"
    assert [(REQUEST, expected)] == [*differences([real], [simulated])]


def test_answers_are_compared_in_their_order() -> None:
    """The second answer to a request with the second one; a third one has no counterpart."""
    first, second, query = (
        Answer(REQUEST, 200, {"status": "CANCELED"}),
        Answer(REQUEST, 400, {"code": -2011, "msg": ""}),
        Answer("GET /fapi/v1/order", 200, {"status": "NEW"}),
    )

    assert [] == [*differences([first, query, second, query], [query, first, second])]
    assert [] == [*differences([query], [first])]


@pytest.mark.parametrize(
    ("status", "body", "is_refusal"),
    [
        (400, {"code": -2019, "msg": "Margin is insufficient."}, True),
        (401, {"code": -2015, "msg": ""}, True),
        (400, {"code": -1021, "msg": ""}, True),
        (404, None, True),
        (400, {"code": -1007, "msg": "Timeout waiting for response from backend server."}, False),
        (400, {"msg": ""}, False),
        (408, None, False),
        (503, {"code": -2019, "msg": ""}, False),
        (200, {"code": 200, "msg": ""}, False),
        (200, [], False),
    ],
)
def test_refusals(status: int, body: Any, is_refusal: bool) -> None:
    """An order was surely not placed where an error says so."""
    assert is_refusal is Answer(REQUEST, status, body).is_refusal


def test_a_page_is_no_json() -> None:
    """The answer of a proxy has a status, and no body that could be compared."""
    response = requests.Response()
    response.status_code, response._content = 403, b"<html>"
    response.request = requests.Request(
        "DELETE", "https://fapi.binance.com/fapi/v1/order?signature=f00"
    ).prepare()

    assert Answer(REQUEST, 403, None) == Answer.of(response)
