"""Plain ccxt understands every model, and each fault shows what it should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from venues.models import MODELS
from venues.models.model import Model
from venues.models.okx import Okx

PRICE = 30000
AMOUNTS = {
    "BTC/USDT": 0.02,
    "BTC/USDT:USDT": 2,
    "BTC/USD:USD": 2,
    "BTC/USD": 0.02,
    "BTC/USDC": 0.02,
    "BTC/USD:BTC": 20,
    "BTC/USDC:USDC": 2,
}

CASES = [(model, symbol) for model in MODELS for symbol in model.MARKETS]


@pytest.fixture(params=MODELS, ids=lambda model: model.IDS[0])
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    with request.param() as model:
        yield model


@pytest.fixture
def symbol(model: Model) -> str:
    return next(iter(model.MARKETS))


@pytest.fixture
def exchange(model: Model) -> Any:
    return connected(model)


def connected(model: Model, name: str | None = None) -> Any:
    return model.connect(getattr(ccxt, name or model.IDS[0])({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    order = exchange.create_order(symbol, "limit", "buy", AMOUNTS[symbol], PRICE, params)
    return str(order["id"])


def error(model: Model, name: str) -> Any:
    return getattr(ccxt, model.ERRORS[name])


@pytest.mark.parametrize("name", [name for model in MODELS for name in model.IDS])
def test_markets_load(name: str) -> None:
    """Every derived exchange loads the markets of the model."""
    model_class = next(model for model in MODELS if name in model.IDS)
    with model_class() as model:
        exchange = connected(model, name)
        markets = exchange.load_markets()

    expected = {s: m for s, m in model.MARKETS.items() if exchange.has["swap"] or ":" not in s}
    assert expected == {symbol: markets[symbol]["id"] for symbol in expected}


@pytest.mark.parametrize(("model_class", "symbol"), CASES)
def test_an_order_lives_and_is_canceled(model_class: type[Model], symbol: str) -> None:
    """What ccxt parses is what the book has, before and after the cancel."""
    with model_class() as model:
        exchange = connected(model)
        order_id = placed(exchange, symbol)
        order = exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))
        listed = [order["id"] for order in exchange.fetch_open_orders(symbol)]
        exchange.cancel_order(order_id, symbol)
        after = exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))

        expected = {
            "id": order_id,
            "symbol": symbol,
            "status": "open",
            "side": "buy",
            "amount": AMOUNTS[symbol],
            "price": PRICE,
            "filled": 0,
        } | dict.fromkeys(model.UNPARSED)
        assert expected == {key: order[key] for key in expected}
        assert [order_id] == listed
        assert ("canceled", 0) == (after["status"], after["filled"])
        assert [] == exchange.fetch_open_orders(symbol)
        assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize(("model_class", "symbol"), CASES)
async def test_async_ccxt_understands_it_too(model_class: type[Model], symbol: str) -> None:
    """The same over aiohttp."""
    with model_class() as model:
        exchange = model.connect(
            getattr(ccxt.async_support, model.IDS[0])({"enableRateLimit": False})
        )
        async with exchange:
            order = await exchange.create_order(symbol, "limit", "buy", AMOUNTS[symbol], PRICE)
            await exchange.cancel_order(order["id"], symbol)
            after = await exchange.fetch_order(order["id"], symbol, dict(model.FETCH_PARAMS))

    assert "canceled" == after["status"]


@pytest.mark.parametrize(("model_class", "symbol"), CASES)
def test_client_ids(model_class: type[Model], symbol: str) -> None:
    """A cancel and a query find the order by its client id where ccxt can send one."""
    with model_class() as model:
        exchange = connected(model)
        order_id = placed(exchange, symbol, **{model.CREATE_BY: model.CLIENT_ID})
        if model.FETCH_BY is not None:
            params = {**model.FETCH_PARAMS, model.FETCH_BY: model.CLIENT_ID}
            assert order_id == exchange.fetch_order(None, symbol, params)["id"]
        word = model.cancel_by(symbol)
        if word == "id":
            exchange.cancel_order(model.CLIENT_ID, symbol)
        elif word is not None:
            exchange.cancel_order(None, symbol, {word: model.CLIENT_ID})

        assert model.CLIENT_ID == model.book[order_id].client_id
        assert ("open" if word is None else "canceled") == model.book[order_id].state


@pytest.mark.parametrize(
    ("kind", "state"),
    [("lost_after", "canceled"), ("lost_before", "open"), ("http_502_html", "open")],
)
def test_no_answer(model: Model, exchange: Any, symbol: str, kind: str, state: str) -> None:
    """A lost answer and a proxy's page are network errors, whatever was executed."""
    order_id = placed(exchange, symbol)
    model.fault(kind)

    with pytest.raises(ccxt.NetworkError):
        exchange.cancel_order(order_id, symbol)
    assert state == model.book[order_id].state


@pytest.mark.parametrize("kind", ["delay", "answer_delay"])
def test_timeout(kind: str) -> None:
    """A request whose client has left is executed all the same."""
    with Okx() as model:
        exchange = connected(model)
        order_id = placed(exchange, "BTC/USDT")
        model.fault(kind, lag=0.8)
        exchange.timeout = 50
        with pytest.raises(ccxt.RequestTimeout):
            exchange.cancel_order(order_id, "BTC/USDT")

    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("executed", [True, False])
def test_html(model: Model, exchange: Any, symbol: str, executed: bool) -> None:
    """Behind a page with HTTP 200 the cancel was executed or not."""
    order_id = placed(exchange, symbol)
    model.fault("html", executed=executed)
    exchange.cancel_order(order_id, symbol)

    assert ("canceled" if executed else "open") == model.book[order_id].state


@pytest.mark.parametrize("kind", ["busy", "rate_limit", "clock"])
def test_refused(model: Model, exchange: Any, symbol: str, kind: str) -> None:
    """Each documented refusal has its class in ccxt, once, and nothing was executed."""
    order_id = placed(exchange, symbol)
    model.fault(kind)

    with pytest.raises(error(model, kind)):
        exchange.cancel_order(order_id, symbol)
    assert "open" == model.book[order_id].state
    exchange.cancel_order(order_id, symbol)
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("model", [m for m in MODELS if "timed_out" in m.ERRORS], indirect=True)
@pytest.mark.parametrize("executed", [True, False])
def test_timed_out(model: Model, exchange: Any, symbol: str, executed: bool) -> None:
    """The venue's own timeout says nothing of what was executed."""
    order_id = placed(exchange, symbol)
    model.fault("timed_out", executed=executed)

    with pytest.raises(error(model, "timed_out")):
        exchange.cancel_order(order_id, symbol)
    assert ("canceled" if executed else "open") == model.book[order_id].state


@pytest.mark.parametrize(
    ("fault", "name", "state"),
    [("fill_before", "cancel_filled", "filled"), ("cancel_before", "cancel_canceled", "canceled")],
)
def test_ended_before(
    model: Model, exchange: Any, symbol: str, fault: str, name: str, state: str
) -> None:
    """A cancel that comes too late gets the venue's refusal, and changes nothing."""
    order_id = placed(exchange, symbol)
    model.fault(fault)
    if name in model.ERRORS:
        with pytest.raises(error(model, name)):
            exchange.cancel_order(order_id, symbol)
    else:
        exchange.cancel_order(order_id, symbol)

    assert state == model.book[order_id].state


def test_unknown_order(model: Model, exchange: Any, symbol: str) -> None:
    """An id that never was is refused."""
    unknown = model.new_id(7)

    with pytest.raises(error(model, "cancel_unknown")):
        exchange.cancel_order(unknown, symbol)
    if "fetch_unknown" in model.ERRORS:
        with pytest.raises(error(model, "fetch_unknown")):
            exchange.fetch_order(unknown, symbol, dict(model.FETCH_PARAMS))


def test_partly_filled(model: Model, exchange: Any, symbol: str) -> None:
    """A fill of a half just before the cancel shows in the query after it."""
    order_id = placed(exchange, symbol)
    model.fault("partly_fill_before")
    exchange.cancel_order(order_id, symbol)
    order = exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))

    assert AMOUNTS[symbol] / 2 == order["filled"]
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("model", [m for m in MODELS if not m.FINAL], indirect=True)
def test_pending_cancel(model: Model, exchange: Any, symbol: str) -> None:
    """An acknowledged cancel is pending, and later it is executed."""
    order_id = placed(exchange, symbol)
    model.fault("ack_lag", lag=60)
    exchange.cancel_order(order_id, symbol)

    assert "canceling" == model.book[order_id].state
    assert exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))["status"] != "canceled"
    model.advance(60)
    assert "canceled" == exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))["status"]


@pytest.mark.parametrize("model", [m for m in MODELS if not m.FINAL], indirect=True)
def test_filled_while_canceling(model: Model, exchange: Any, symbol: str) -> None:
    """An acknowledged cancel comes to nothing if the order is filled first."""
    order_id = placed(exchange, symbol)
    model.fault("fill_while_canceling", lag=60)
    exchange.cancel_order(order_id, symbol)
    model.advance(60)

    assert ["open", "canceling", "filled"] == [order.state for order in model.book.log(order_id)]
    assert "closed" == exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))["status"]


def test_query_lag(model: Model, exchange: Any, symbol: str) -> None:
    """A query may show the order as it was."""
    order_id = placed(exchange, symbol)
    model.advance(60)
    exchange.cancel_order(order_id, symbol)
    model.fault("query_lag", on="query", lag=30)

    assert "open" == exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))["status"]
    assert "canceled" == exchange.fetch_order(order_id, symbol, dict(model.FETCH_PARAMS))["status"]


def test_faults_of_a_duration(model: Model, exchange: Any, symbol: str) -> None:
    """A fault for seconds befalls every request until then."""
    order_id = placed(exchange, symbol)
    model.fault("rate_limit", on="any", seconds=60)
    for _ in range(2):
        with pytest.raises(error(model, "rate_limit")):
            exchange.cancel_order(order_id, symbol)
    model.advance(60)
    exchange.cancel_order(order_id, symbol)

    assert "canceled" == model.book[order_id].state


def test_another_key(model: Model, symbol: str) -> None:
    """A request without the model's key is refused."""
    exchange = connected(model)
    exchange.load_markets()
    key = next(iter(model.CREDENTIALS))
    setattr(exchange, key, getattr(exchange, key)[::-1])

    with pytest.raises(error(model, "bad_key")):
        exchange.cancel_order("1", symbol)


def test_requests_are_kept_without_secrets(model: Model, exchange: Any, symbol: str) -> None:
    """A test can read what was sent, and no credential is in it."""
    order_id = placed(exchange, symbol)
    exchange.cancel_order(order_id, symbol)

    assert 1 == [request.kind for request in model.requests].count("cancel")
    assert order_id in str(model.requests[-1])
    assert not any(value in str(model.requests) for value in model.CREDENTIALS.values())
