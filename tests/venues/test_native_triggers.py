"""Trigger orders of the verified venues: mostly a book of their own, which a param selects."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest

import adapter
from venues.models import MODELS
from venues.models.model import Model
from venues.test_native import DEADLINE, assert_ends, assert_true, cancel, placed

TRIGGER = {"trigger": True}
CASES, ONE_BOOK = (
    [
        pytest.param((model, symbol), id=f"{model.IDS[0]}-{symbol}")
        for model in MODELS
        for symbol in model.TRIGGERS
        if (symbol in model.TRIGGER_BOOKS) == is_apart
    ]
    for is_apart in (True, False)
)
"""The markets where trigger orders are a book of their own, and those where they are orders like
others."""
IN_DOUBT = ("lost_after", "html")
"""The faults that hide whether a cancel was executed."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[type[Model], str]:
    found: tuple[type[Model], str] = request.param
    return found


@pytest.mark.parametrize("fault", [None, *IN_DOUBT, "busy", "cancel_before"])
def test_a_trigger_order_is_canceled(
    model: Model, symbol: str, mode: str, fault: str | None
) -> None:
    """With the word for its book, and seen to be where the venue does not forget it."""
    order_id = placed(model, symbol, **model.TRIGGERS[symbol])
    if fault is not None:
        model.fault(fault)
    result = cancel(model, mode, order_id, symbol, {**TRIGGER, "deadline": DEADLINE})

    assert "canceled" == model.book[order_id].state
    if fault == "cancel_before":
        assert isinstance(result, adapter.OrderGone), repr(result)
        assert result.state == ("canceled" if model.KEEPS_TRIGGERS else None)
    elif fault in IN_DOUBT and not model.KEEPS_TRIGGERS:
        assert isinstance(result, adapter.CancelUnknown), repr(result)
    else:
        assert order_id == result["id"]
        assert result["outcome"] == ("canceled" if model.KEEPS_TRIGGERS else "accepted")


def test_without_the_word_it_is_not_found(model: Model, symbol: str, mode: str) -> None:
    """The error says what may be missing, and not how the order ended."""
    order_id = placed(model, symbol, **model.TRIGGERS[symbol])
    result = cancel(model, mode, order_id, symbol, {"deadline": DEADLINE})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None
    assert str(TRIGGER).replace("'", '"') in str(result)
    assert "open" == model.book[order_id].state


def test_with_the_word_the_error_does_not_suggest_it(model: Model, symbol: str, mode: str) -> None:
    """Of an order that is in no book."""
    order_id = model.new_id(999)
    result = cancel(model, mode, order_id, symbol, {**TRIGGER, "deadline": DEADLINE})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert "trigger" not in str(result).partition("no query")[2]


def test_a_triggered_order_is_gone(model: Model, symbol: str, mode: str) -> None:
    """It is neither filled nor canceled, and its order lives on."""
    order_id = placed(model, symbol, **model.TRIGGERS[symbol])
    child = model.trigger(order_id)
    result = cancel(model, mode, order_id, symbol, {**TRIGGER, "deadline": DEADLINE})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state == ("triggered" if model.TELLS_TRIGGERED else None)
    assert result.successor == (child.id if model.TELLS_SUCCESSORS else None)
    assert "open" == model.book[child.id].state


def test_an_unknown_trigger_order(model: Model, symbol: str, mode: str) -> None:
    """It is gone, without a state."""
    placed(model, symbol, **model.TRIGGERS[symbol])
    unknown = model.new_id(999999)
    result = cancel(model, mode, unknown, symbol, {**TRIGGER, "deadline": DEADLINE})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None


def test_an_order_is_not_in_the_book_of_trigger_orders(
    model: Model, symbol: str, mode: str
) -> None:
    """The word for that book protects it."""
    order_id = placed(model, symbol)
    result = cancel(model, mode, order_id, symbol, {**TRIGGER, "deadline": DEADLINE})

    assert isinstance(result, ccxt.BaseError), repr(result)
    assert getattr(result, "state", None) is None
    assert "open" == model.book[order_id].state


def test_all_trigger_orders(model: Model, symbol: str) -> None:
    """Those alone are canceled."""
    ids = [placed(model, symbol, **model.TRIGGERS[symbol]) for _ in range(2)]
    other = placed(model, symbol)
    exchange: Any = adapter.attach(
        model.connect(getattr(ccxt, model.IDS[0])({"enableRateLimit": False}))
    )
    orders = exchange.cancel_all_orders(symbol, TRIGGER)

    assert {*ids} == {order["id"] for order in orders}
    assert {"canceled"} == {model.book[each].state for each in ids}
    assert "open" == model.book[other].state


@pytest.mark.parametrize("one_book", ONE_BOOK)
@pytest.mark.parametrize("fault", [None, *IN_DOUBT, "busy", "cancel_before"])
@pytest.mark.parametrize("params", [{}, TRIGGER])
def test_a_trigger_order_in_the_one_book(
    one_book: Any, mode: str, fault: str | None, params: dict[str, Any]
) -> None:
    """It is canceled like any other, with the word for another book or without it."""
    model_class, symbol = one_book
    with model_class() as model:
        placed(model, symbol, **model.TRIGGERS[symbol])
        order_id = model.book.orders()[-1].id  # not each venue answers with one
        if fault is not None:
            model.fault(fault)
        result = cancel(model, mode, order_id, symbol, {**params, "deadline": DEADLINE})

        assert_true(model, order_id, result, has_rivals=fault == "cancel_before")
        assert_ends(result, "gone" if fault == "cancel_before" else "canceled")


@pytest.mark.parametrize("one_book", ONE_BOOK)
def test_a_triggered_order_of_the_one_book_is_gone(one_book: Any, mode: str) -> None:
    """Its order lives on, and is not the one that was meant; unless it trades under its own id."""
    model_class, symbol = one_book
    with model_class() as model:
        placed(model, symbol, **model.TRIGGERS[symbol])
        order_id = model.book.orders()[-1].id
        child = model.trigger(order_id)
        result = cancel(model, mode, order_id, symbol, {"deadline": DEADLINE})

        if model.TRADES_AS_ITSELF:
            assert_ends(result, "canceled")
            return
        assert isinstance(result, adapter.OrderGone), repr(result)
        assert result.state in ("triggered", None)
        assert "open" == model.book[child.id].state
