"""Row 15: messages contain what is known, and the exchange's id."""

from __future__ import annotations

import re
from typing import Any

import ccxt
import pytest
from integration.host import Host

import adapter

from .answers import closed, unknown_order
from .world import BY_NAME, STATES, Kind, World, by_ids, kinds

WORDS = {
    "FILLED": r"\bfilled\b",
    "CANCELED": r"\bcancell?ed\b",
    "EXPIRED": r"\bexpired\b",
    "REJECTED": r"\brejected\b",
}
"""How an order ended, as text."""


def own_words(error: BaseException) -> str:
    """The message without what it quotes of the exchange's."""
    return re.sub(r"\{.*?\}", "", str(error))


@kinds
@pytest.mark.parametrize("deadline", [0.6, 15])
def test_unknown_after_refusals_shows_it(host: Host, kind: Kind, deadline: float) -> None:
    """The exchange answered often that the order is unknown, and its query showed it open."""
    with World(host, kind, deletes=unknown_order) as world:
        order = world.place()
        result = world.cancel(order, deadline=deadline)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    times, text = world.path.count("D"), own_words(result)
    assert times >= 2
    assert re.search(rf"\b{times} times" + "|twice" * (times == 2), text), text
    assert re.search(r"unknown order|no such order|not exist", text, re.IGNORECASE), text
    assert re.search(r"\bopen\b", text), text
    assert "nobody can say" not in text
    assert result.order is not None
    assert "open" == result.order["status"]


@kinds
def test_unknown_after_lost_answers_shows_how_often_and_how_long(host: Host, kind: Kind) -> None:
    """Six sends without an answer, looks that showed the order open, and the seconds of it."""
    with World(host, kind, deletes=closed) as world:
        order = world.place()
        result = world.cancel(order)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    text = own_words(result)
    assert re.search(rf"\b{world.path.count('D')} times|\bsix\b", text), text
    assert re.search(r"\d(\.\d+)? s\b|seconds", text), text
    assert re.search(r"\bopen\b", text), text


@kinds
@by_ids
@pytest.mark.parametrize("status", STATES)
def test_gone_names_how_the_order_ended(
    host: Host, kind: Kind, status: str, by_client_id: bool
) -> None:
    """Filled, canceled, expired or rejected: in the message itself, before the raw answer."""
    with World(host, kind) as world:
        order = world.place()
        world.end(order, status)
        result = world.cancel(order, by_client_id=by_client_id)

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert STATES[status] == result.state
    assert re.search(WORDS[status], own_words(result)), str(result)
    assert str(result).startswith("binance ")


ARGUMENTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "no id": (None, {}),
    "a name as id": ("abc", {}),
    "a float": (1.5, {}),
    "a client id with spaces": (None, {"clientOrderId": "a b"}),
    "recvWindow": ("7", {"recvWindow": -1}),
    "deadline": ("7", {"deadline": -1}),
    "confirm": ("7", {"confirm": "yes"}),
    "symbol": ("7", {"symbol": "ETHUSDT"}),
}


@kinds
@pytest.mark.parametrize("wrong", ARGUMENTS)
def test_a_wrong_argument_names_the_exchange(host: Host, kind: Kind, wrong: str) -> None:
    """As ccxt's own messages do."""
    number, params = ARGUMENTS[wrong]
    with World(host, kind) as world:
        result = world.call(number, kind.unified, {**kind.params, **params})

    assert isinstance(result, ccxt.BadRequest | ccxt.ArgumentsRequired), repr(result)
    assert str(result).startswith("binance cancelOrder() ")
    assert "" == world.path


def test_params_that_are_no_dict_name_the_exchange(host: Host) -> None:
    """The same for what is no dict at all."""
    with World(host, BY_NAME["usdm"]) as world:
        result = world.call("7", world.kind.unified, [1])

    assert isinstance(result, ccxt.BadRequest), repr(result)
    assert str(result).startswith("binance cancelOrder() ")
