"""The hosts are those that the exchange object names."""

from __future__ import annotations

import ccxt
import pytest

import adapter
from adapter.simulator import Simulator

from .host import SYMBOL, Host, moved
from .server import Server, http


@pytest.mark.parametrize(
    ("product", "market_id", "symbol", "account"),
    [
        ("spot", "LTCBTC", "LTC/BTC", "classic"),
        ("usdm", "BTCUSDT", "BTC/USDT:USDT", "classic"),
        ("coinm", "BTCUSD_PERP", "BTC/USD:BTC", "classic"),
        ("options", "BTC-261225-100000-C", "BTC/USDT:USDT-261225-100000-C", "classic"),
        ("pm_um", "BTCUSDT", "BTC/USDT:USDT", "portfolio-margin"),
        ("pm_cm", "BTCUSD_PERP", "BTC/USD:BTC", "portfolio-margin"),
        ("pm_margin", "LTCBTC", "LTC/BTC", "portfolio-margin"),
    ],
)
def test_every_product_goes_to_the_host_that_the_exchange_names(
    host: Host, sim: Simulator, product: str, market_id: str, symbol: str, account: str
) -> None:
    """``exchange.urls`` decides: one request, to the custom host, and no markets are loaded."""
    placed = sim.place(product, market_id)
    exchange = sim.connect(host.attached(account=account))
    order = host.cancel(exchange, placed.order_id, symbol)

    assert str(placed.order_id) == order["id"]
    assert "CANCELED" == sim.book.now(placed).status
    assert {"DELETE"} <= {request.method for request in sim.requests}
    assert {symbol_of(request.query) for request in sim.requests} == {market_id}


def symbol_of(query: str) -> str:
    return next(v for k, _, v in (p.partition("=") for p in query.split("&")) if k == "symbol")


def test_a_path_before_the_api_is_kept(host: Host) -> None:
    """A gateway may serve Binance below a path of its own."""
    with Server() as server:
        exchange = moved(host.attached(), f"{server.url}/gateway/binance")
        host.cancel(exchange, "7", SYMBOL)

    assert server.received[0].target.startswith("/gateway/binance/fapi/v1/order?")


def test_urls_changed_after_attaching_hold(host: Host) -> None:
    """The host is read at each call."""
    with Server() as one, Server() as two:
        exchange = moved(host.attached(), one.url)
        host.cancel(exchange, "7", SYMBOL)
        host.cancel(moved(exchange, two.url), "7", SYMBOL)

    assert [1, 1] == [len(one.received), len(two.received)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("symbol", "url"),
    [
        (SYMBOL, "https://demo-fapi.binance.com/fapi/v1/order"),
        ("BTC/USD:BTC", "https://demo-dapi.binance.com/dapi/v1/order"),
        ("BTC/USDT", "https://demo-api.binance.com/api/v3/order"),
        ("BTC/USDT:USDT-261225-100000-C", None),
    ],
    ids=["usdm", "coinm", "spot", "options"],
)
def test_demo_mode_has_its_own_hosts(host: Host, symbol: str, url: str | None, when: str) -> None:
    """Under demo trading futures go to demo-fapi; what has no demo host is ``NotSupported``."""
    exchange = host.exchange()
    if when == "before":
        exchange.enable_demo_trading(True)
    adapter.attach(exchange)
    if when == "after":
        exchange.enable_demo_trading(True)

    if url is not None:
        assert url == adapter.explain(exchange, symbol).url
    else:
        with pytest.raises(ccxt.NotSupported):
            adapter.explain(exchange, symbol)


@pytest.mark.parametrize(
    ("symbol", "account"),
    [
        (SYMBOL, "classic"),
        (SYMBOL, "portfolio-margin"),
        ("BTC/USDT:USDT-261225-100000-C", "classic"),
        ("LTC/BTC", "portfolio-margin"),
    ],
)
@pytest.mark.parametrize("mode", ["sandbox", "demo"])
def test_a_mode_without_a_host_sends_nothing_to_the_real_one(
    host: Host, symbol: str, account: str, mode: str
) -> None:
    """In sandbox mode futures are ``NotSupported``, papi and eapi in both modes, as in ccxt."""
    if (mode, symbol, account) == ("demo", SYMBOL, "classic"):
        pytest.skip("has a demo host")
    with Server(http("", "502 Bad Gateway")) as proxy:
        exchange = host.attached(account=account)
        exchange.httpsProxy = proxy.url
        if mode == "sandbox":
            exchange.set_sandbox_mode(True)
        else:
            exchange.enable_demo_trading(True)
        with pytest.raises(ccxt.NotSupported):
            host.cancel(exchange, "7", symbol)

    assert [] == proxy.received
