"""ccxt's own methods against the simulator, with nothing of ccxt changed."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest

from adapter.simulator import Simulator

from .wire import OPTIONS, PM_MARGIN, Kind, kinds


@pytest.fixture(scope="module")
def live() -> Iterator[Simulator]:
    with Simulator() as sim:
        yield sim


@pytest.fixture(scope="module")
def loaded(live: Simulator) -> Iterator[Any]:
    exchange: Any = live.connect(ccxt.binance({"enableRateLimit": False}))
    exchange.load_markets()
    yield exchange
    exchange.session.close()


@pytest.fixture
async def loaded_async(live: Simulator) -> AsyncIterator[Any]:
    exchange: Any = live.connect(ccxt.async_support.binance({"enableRateLimit": False}))
    await exchange.load_markets()
    yield exchange
    await exchange.close()


@kinds
def test_sync_ccxt_places_queries_and_cancels(loaded: Any, kind: Kind) -> None:
    """create_order, fetch_order and cancel_order of ccxt work on every product."""
    placed = loaded.create_order(kind.unified, "limit", "buy", 2, 100, dict(kind.params))
    found = loaded.fetch_order(placed["id"], kind.unified, dict(kind.params))
    canceled = loaded.cancel_order(placed["id"], kind.unified, dict(kind.params))
    after = loaded.fetch_order(placed["id"], kind.unified, dict(kind.params))

    assert placed["id"] == found["id"] == canceled["id"] == after["id"]
    assert (found["status"], after["status"]) == ("open", "canceled")
    assert (found["amount"], found["price"], found["symbol"]) == (2, 100, kind.unified)
    assert found["clientOrderId"] == placed["clientOrderId"]


@kinds
async def test_async_ccxt_places_queries_and_cancels(loaded_async: Any, kind: Kind) -> None:
    """The async methods of ccxt work on every product, by client id too."""
    exchange, params = loaded_async, dict(kind.params)
    placed = await exchange.create_order(kind.unified, "limit", "sell", 2, 100, dict(params))
    found = await exchange.fetch_order(placed["id"], kind.unified, dict(params))
    named = params | {"clientOrderId": placed["clientOrderId"]}
    canceled = await exchange.cancel_order(None, kind.unified, named)
    after = await exchange.fetch_order(placed["id"], kind.unified, dict(params))

    assert placed["id"] == found["id"] == canceled["id"]
    assert (found["side"], after["status"]) == ("sell", "canceled")


@kinds
def test_ccxt_keeps_every_digit_of_an_id(live: Simulator, loaded: Any, kind: Kind) -> None:
    """Ids above 2^53 come through ccxt unchanged."""
    order = live.place(kind.name, kind.symbol)
    canceled = loaded.cancel_order(str(order.order_id), kind.unified, dict(kind.params))

    assert canceled["id"] == str(order.order_id)
    assert (kind.first_id > 2**53) == (kind.name in ("options", "pm_um"))
    assert live.book.now(order).status == "CANCELED"


def test_ccxt_reads_the_options_answer_as_open(live: Simulator, loaded: Any) -> None:
    """A cancelled option answers ACCEPTED, which ccxt takes for an open order."""
    order = live.place("options", OPTIONS.symbol)

    assert loaded.cancel_order(str(order.order_id), OPTIONS.unified)["status"] == "open"
    assert live.book.now(order).status == "CANCELED"


def test_ccxt_reads_the_id_of_the_cancel_on_margin(live: Simulator, loaded: Any) -> None:
    """The margin answer names the cancel request first, and ccxt takes that for the order's id."""
    order = live.place("pm_margin", PM_MARGIN.symbol, client_order_id="mine")
    canceled = loaded.cancel_order(str(order.order_id), PM_MARGIN.unified, dict(PM_MARGIN.params))

    assert canceled["info"]["origClientOrderId"] == "mine"
    assert canceled["clientOrderId"] not in ("mine", None)


def test_load_markets_finds_every_kind_of_market(loaded: Any) -> None:
    """Spot with margin, perpetuals and dated futures of both sides are what ccxt calls them."""
    markets = loaded.markets

    assert markets["LTC/BTC"]["margin"]
    assert markets["LTC/BTC"]["marginModes"] == {"cross": True, "isolated": True}
    assert markets["BTC/USDT:USDT-260327"]["id"] == "BTCUSDT_260327"
    assert markets["BTC/USD:BTC-200925"]["id"] == "BTCUSD_200925"
    assert markets["BTC/USD:BTC"]["contractSize"] == 100
    assert markets["ETH/USD:ETH"]["contractSize"] == 10
    assert "BTC" in loaded.currencies


def test_load_markets_finds_options_when_asked(live: Simulator) -> None:
    """With ccxt's loadAllOptions the options are there, by strike and side."""
    options = {"fetchMarkets": {"types": ["option"]}}
    exchange: Any = live.connect(ccxt.binance({"options": options, "enableRateLimit": False}))
    markets = exchange.load_markets()
    exchange.session.close()

    assert markets[OPTIONS.unified]["id"] == OPTIONS.symbol
    assert markets["ETH/USDT:USDT-270326-3000-P"]["optionType"] == "put"


@pytest.mark.parametrize("name", ["binance", "binanceusdm", "binancecoinm"])
def test_every_address_of_every_class_leads_to_the_simulator(live: Simulator, name: str) -> None:
    """Every HTTP address is redirected with its path kept; websockets and classes are not."""
    exchange: Any = live.connect(getattr(ccxt, name)())
    fresh: Any = getattr(ccxt, name)()

    assert exchange.urls["api"]["fapiPrivate"] == f"{live.url}/fapi/v1"
    assert exchange.urls["api"]["papiV2"] == f"{live.url}/papi/v2"
    assert all(url.startswith(live.url) for url in exchange.urls["api"].values())
    assert all(url.startswith("https://") for url in fresh.urls["api"].values())


async def test_pro_exchanges_connect_too(live: Simulator) -> None:
    """A ccxt.pro exchange keeps its websocket addresses and cancels over HTTP."""
    exchange: Any = live.connect(ccxt.pro.binance())
    order = live.place("usdm", "BTCUSDT")
    canceled = await exchange.cancel_order(str(order.order_id), "BTC/USDT:USDT")
    await exchange.close()

    assert canceled["status"] == "canceled"
    assert "wss://" in str(exchange.urls["api"]["ws"])


def test_connect_gives_a_pair_to_an_exchange_without_one(live: Simulator) -> None:
    """An exchange without credentials gets the default pair, and is returned itself."""
    exchange: Any = ccxt.binance()

    assert live.connect(exchange) is exchange
    assert (exchange.apiKey, exchange.secret) == (live.api_key, live.secret)


def test_connect_registers_the_pair_an_exchange_has(live: Simulator) -> None:
    """A later change of the secret makes signatures fail."""
    exchange: Any = live.connect(ccxt.binance({"apiKey": "mine", "secret": "first"}))
    exchange.fetch_currencies()
    exchange.secret = "second"

    with pytest.raises(ccxt.AuthenticationError, match="-1022"):
        exchange.fetch_currencies()
    exchange.session.close()


def test_ccxt_hears_that_an_order_is_gone(loaded: Any) -> None:
    """Binance's error body arrives in ccxt's exception, word for word."""
    with pytest.raises(ccxt.OrderNotFound) as caught:
        loaded.cancel_order("1", "BTC/USDT:USDT")

    assert '{"code":-2011,"msg":"Unknown order sent."}' in str(caught.value)
