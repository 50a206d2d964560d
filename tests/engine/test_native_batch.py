"""The answer to ccxt's ``cancel_orders``, and the part of each order in it."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace
from typing import Any

import attrs
import ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shares import one_in

from adapter.contract.answers import UNTOLD
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.contract.native import NativeEndpoint, Reply
from adapter.contract.native_batch import NativeBatch, each_in, elements
from adapter.engine.native_batch import NativeBatchRequest, split_batch

BY_ID = NativeBatch(size=2, split=each_in("data"))
IN_ORDER = NativeBatch(size=2, split=each_in("data"), in_order=True)
A, B = (
    CancelRequest(market_id="X", order_id=name, client_order_id=None, deadline=1.0, confirm=True)
    for name in ("A", "B")
)
VENUES = ("okx", "bybit", "gate", "kucoin", "bitget", "htx", "coinbase", "hyperliquid", "mexc")
NAMES = st.sampled_from(
    [
        *("data", "result", "list", "retExtInfo", "response", "statuses", "results", "code", "id"),
        *("success", "failed", "errors", "successes", "successList", "failureList", "label"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def answer(data: Any, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(data), data=data)


def split(data: Any, batch: NativeBatch = BY_ID) -> list[Any]:
    """What each of A and B is told; None for nothing."""
    parts = split_batch(answer({"code": 0, "data": data}), [A, B], batch)
    return [None if part is UNTOLD else part.data["data"][0] for part in parts]  # type: ignore[union-attr]


def test_a_part_is_the_answer_to_a_cancel_of_its_own() -> None:
    """With all else that the answer has, and as text."""
    first, second = split_batch(
        answer({"code": 0, "data": [{"id": "B"}, {"id": "A"}]}), [A, B], BY_ID
    )

    assert answer({"code": 0, "data": [{"id": "A"}]}).data == first.data  # type: ignore[union-attr]
    assert '{"code":0,"data":[{"id":"B"}]}' == second.body  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([{"id": "B"}, {"id": "A"}], [{"id": "A"}, {"id": "B"}]),
        ([{"id": "B", "code": 5}], [None, {"id": "B", "code": 5}]),
        ([{"code": 5}, {"id": "B"}], [None, {"id": "B"}]),
        ([{"id": "A", "code": 0}, {"id": "A", "code": 5}], [None, None]),
        ([None, 5], [None, None]),
        ([], []),
        ("A", []),
    ],
)
def test_an_order_is_found_by_its_id(data: Any, told: list[Any]) -> None:
    """One that is not there, or twice, is told nothing."""
    assert told == split(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (["ok", {"error": "gone"}], ["ok", {"error": "gone"}]),
        ([{"id": "A"}, {"id": ""}], [{"id": "A"}, {"id": ""}]),
        ([{"id": "B"}, {"id": "A"}], [None, None]),
        ([{"id": "B"}, "ok"], [None, None]),
        (["ok"], [None, None]),
        (["ok"] * 3, [None, None]),
        ([], []),
    ],
)
def test_an_order_is_found_by_its_place(data: Any, told: list[Any]) -> None:
    """Unless the ids that are there, or their number, say that the places are not those."""
    assert told == split(data, IN_ORDER)


@pytest.mark.parametrize(
    "came",
    [
        NoResponse(may_have_been_sent=True, reason="lost"),
        Response(status=200, body="<html>A</html>"),
        answer({"data": [{"id": "A"}, {"id": "B"}]}, 500),
        answer({"code": 9}),
    ],
)
def test_an_answer_of_the_whole_has_no_parts(came: Response | NoResponse) -> None:
    """It is read as one."""
    assert [] == split_batch(came, [A, B], BY_ID)


def test_a_secret_is_in_no_part() -> None:
    """The parts are of the text, which has none."""
    came = attrs.evolve(answer({"data": [{"id": "A", "key": "***"}]}), data={"data": "a key"})

    assert {"data": [{"id": "A", "key": "***"}]} == split_batch(came, [A], BY_ID)[0].data  # type: ignore[union-attr]


@pytest.mark.parametrize("name", VENUES)
@given(data=JSON)
@one_in(3)
def test_any_json_value_is_split(name: str, data: Any) -> None:
    """By each row of ours."""
    row = importlib.import_module(f"adapter.venues.{name}").ENDPOINT
    assert isinstance(row, NativeEndpoint)
    assert row.batch is not None
    parts = split_batch(answer(data), [A, B], row.batch)

    assert len(parts) in (0, 2)
    json.dumps([part.data for part in parts if isinstance(part, Response)])


def asked(split: Any, came: Response) -> NativeBatchRequest:
    """A request that was answered so."""

    def cancel_several(*_: Any) -> Any:
        yield from ()
        return Reply(response=came)

    batch = NativeBatch(size=2, split=split)
    channel: Any = SimpleNamespace(
        endpoint=SimpleNamespace(batch=batch),
        exchange=ccxt.okx(),
        cancel_several=cancel_several,
        classify=lambda *_: Classification(kind=ResponseKind.ACKNOWLEDGED, text=""),
    )
    request = NativeBatchRequest(channel, [A, B])
    with pytest.raises(StopIteration) as stopped:
        next(request.send(1.0))
    assert ResponseKind.ACKNOWLEDGED is stopped.value.value.kind
    return request


def test_a_row_that_fails_at_an_answer() -> None:
    """Nothing is known of any order then, and the error is the cause."""
    parts = [first.came for first in asked(lambda _: 1 / 0, answer({"data": []})).split()]

    assert [True, True] == [part.may_have_been_sent for part in parts]
    assert {ZeroDivisionError} == {type(part.cause) for part in parts}


def test_a_success_of_the_whole_proves_nothing() -> None:
    """Of which orders, nobody knows."""
    request = asked(lambda _: [], answer({"data": "done"}))

    assert [UNTOLD, UNTOLD] == [first.came for first in request.split()]


def test_a_part_has_the_error_that_ccxt_makes_of_it() -> None:
    """As of an answer to a single cancel."""
    refused = {"code": "51024", "data": [{"ordId": "A", "sCode": "51024", "sMsg": "Suspended"}]}
    parts = [first.came for first in asked(lambda _: [refused], answer({"data": 1})).split()]

    assert isinstance(parts[0].error, ccxt.AccountSuspended)
    assert UNTOLD == parts[1].response
    assert parts[1].error is None


def test_elements() -> None:
    """Those of a list that is there."""
    assert [1] == elements({"a": {"b": [1]}}, "a.b")
    assert [] == elements({"a": [1]}, "a.b")
    assert [] == elements([1], "a")


def test_which_cancels_a_batch_may_have() -> None:
    """Those of its markets, by ids that it takes, and without params of their own."""
    swaps = attrs.evolve(BY_ID, symbols=".+:.+")
    by_client_id = attrs.evolve(A, order_id=None, client_order_id="mine")

    assert BY_ID.takes(A)
    assert not swaps.takes(A)
    assert swaps.takes(attrs.evolve(A, market_id="X:Y"))
    assert not BY_ID.takes(attrs.evolve(A, params={"some": 1}))
    assert not BY_ID.takes(attrs.evolve(A, route_params={"trigger": True}))
    assert not BY_ID.takes(by_client_id)
    assert attrs.evolve(BY_ID, client_ids_param="clientOrderIds").takes(by_client_id)


@pytest.mark.parametrize("size", [1, "2", None])
def test_a_batch_is_of_two_at_least(size: Any) -> None:
    """Anything else is refused when the row is read."""
    with pytest.raises((TypeError, ValueError)):
        NativeBatch(size=size, split=each_in("data"))
