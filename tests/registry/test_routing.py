"""The route of a call, as `explain` shows it: no network, no keys, no markets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN, MarketRoute
from adapter.core.routing import RouteMatch, serves

PM = {"portfolioMargin": True}
CALL = "BTC/USDT:USDT-260327-90000-C"


def explain(
    symbol: Any,
    params: dict[str, Any] | None = None,
    account: str | None = None,
    **options: Any,
) -> adapter.Route:
    exchange = ccxt.binance({"options": options})
    return adapter.explain(adapter.attach(exchange, account=account), symbol, params)


@pytest.mark.parametrize(
    ("symbol", "params", "plugin", "url", "market_id", "client_id"),
    [
        (
            "BTC/USDT",
            {},
            "binance.spot",
            "https://api.binance.com/api/v3/order",
            "BTCUSDT",
            "origClientOrderId",
        ),
        (
            "BTC/USDT",
            {"marginMode": "isolated"},
            "binance.margin",
            "https://api.binance.com/sapi/v1/margin/order",
            "BTCUSDT",
            "origClientOrderId",
        ),
        (
            "BTC/USD:BTC-260327",
            {},
            "binance.coinm",
            "https://dapi.binance.com/dapi/v1/order",
            "BTCUSD_260327",
            "origClientOrderId",
        ),
        (
            "BTC/USDT:USDT",
            {},
            "binance.usdm",
            "https://fapi.binance.com/fapi/v1/order",
            "BTCUSDT",
            "origClientOrderId",
        ),
        (
            CALL,
            {},
            "binance.options",
            "https://eapi.binance.com/eapi/v1/order",
            "BTC-260327-90000-C",
            "clientOrderId",
        ),
        (
            CALL,
            PM,
            "binance.options",
            "https://eapi.binance.com/eapi/v1/order",
            "BTC-260327-90000-C",
            "clientOrderId",
        ),
        (
            "BTC/USDT:USDT-260327",
            PM,
            "binance.pm_um",
            "https://papi.binance.com/papi/v1/um/order",
            "BTCUSDT_260327",
            "origClientOrderId",
        ),
        (
            "BTC/USD:BTC",
            PM,
            "binance.pm_cm",
            "https://papi.binance.com/papi/v1/cm/order",
            "BTCUSD_PERP",
            "origClientOrderId",
        ),
        (
            "BTC/USDT",
            PM,
            "binance.pm_margin",
            "https://papi.binance.com/papi/v1/margin/order",
            "BTCUSDT",
            "origClientOrderId",
        ),
    ],
)
def test_route_names_all_that_is_sent_by(
    symbol: str,
    params: dict[str, Any],
    plugin: str,
    url: str,
    market_id: str,
    client_id: str,
) -> None:
    """Plugin, distribution, method, URL without query, market id, and the client id's name."""
    route = explain(symbol, params)

    assert str(route.distribution).startswith("ccxt-adapter ")
    expected = adapter.Route(
        plugin=plugin,
        distribution=route.distribution,
        method="DELETE",
        url=url,
        market_id=market_id,
        client_id=client_id,
    )
    assert expected == route


@pytest.mark.parametrize(
    ("symbol", "options", "plugin"),
    [
        ("BTCUSDT", {"defaultType": "swap"}, "binance.usdm"),
        ("BTCUSDT", {"defaultType": "future"}, "binance.usdm"),
        ("BTCUSDT", {}, "binance.spot"),
        ("BTCUSDT", {"defaultMarginMode": "cross"}, "binance.margin"),
        ("BTCUSDT", PM, "binance.pm_margin"),
        ("BTCUSDT_260327", {}, "binance.usdm"),
        ("BTCUSD_PERP", {}, "binance.coinm"),
        ("BTCUSD_PERP", PM, "binance.pm_cm"),
        ("BTC-260327-90000-C", {}, "binance.options"),
    ],
)
def test_a_raw_id_is_read_by_its_shape_and_default_type(
    symbol: str, options: dict[str, Any], plugin: str | None
) -> None:
    """A raw id that could be spot or swap is what ``defaultType`` has."""
    route = explain(symbol, **options)

    assert (plugin, symbol) == (route.plugin, route.market_id)


@pytest.mark.parametrize(
    ("symbol", "params", "market_id", "reason"),
    [
        ("BTC/USDT:USDT", {"stock": True}, "BTCUSDT", "ccxt handles stock orders"),
        ("TSLA/USDT", {"stock": True}, "TSLAUSDT", "ccxt handles stock orders"),
        ("not a symbol", {}, None, "the format of symbol 'not a symbol' is unknown"),
    ],
)
def test_what_no_plugin_takes_is_ccxts_with_a_reason(
    symbol: str, params: dict[str, Any], market_id: str | None, reason: str
) -> None:
    """A route without a plugin has no URL: ccxt's own method chooses it."""
    assert adapter.Route(market_id=market_id, reason=reason) == explain(symbol, params)


@pytest.mark.parametrize("word", ["stop", "trigger", "conditional"])
@pytest.mark.parametrize(
    ("symbol", "params", "plugin"),
    [
        ("BTC/USDT:USDT", {}, "binance.usdm_algo"),
        ("BTC/USD:BTC-260327", {}, "binance.coinm_algo"),
        ("BTC/USDT:USDT-260327", PM, "binance.pm_um_algo"),
        ("BTC/USD:BTC", PM, "binance.pm_cm_conditional"),
        (CALL, {}, "binance.options"),
        ("BTC/USDT", PM, "binance.pm_margin"),
    ],
)
def test_ccxts_words_choose_the_conditional_orders_of_futures(
    symbol: str, params: dict[str, Any], plugin: str, word: str
) -> None:
    """Elsewhere, stop orders are in the book of the others."""
    assert plugin == explain(symbol, {word: True, **params}).plugin


def test_conditional_orders_whose_plugin_is_disabled_are_ccxts(tmp_path: Path) -> None:
    """The plugin of the regular ones never takes them."""
    own = tmp_path / "plugins.toml"
    own.write_text("[binance.usdm_algo]\nenabled = false\n", encoding="utf-8")
    exchange = adapter.attach(ccxt.binance(), plugins=own)
    route = adapter.explain(exchange, "BTC/USDT:USDT", {"trigger": True})

    assert route.plugin is None
    reason = "no plugin in use serves conditional linear orders of the classic account"
    assert reason == route.reason


@pytest.mark.parametrize(
    ("params", "account", "plugin"),
    [
        ({}, None, "binance.pm_um"),
        ({"portfolioMargin": False}, None, "binance.usdm"),
        ({"portfolioMargin": False}, "portfolio-margin", "binance.usdm"),
    ],
)
def test_a_call_wins_over_options_and_options_over_attach(
    params: dict[str, Any], account: str | None, plugin: str
) -> None:
    """The account is the first one that is stated."""
    assert plugin == explain("BTC/USDT:USDT", params, account, portfolioMargin=True).plugin


@pytest.mark.parametrize(
    ("options", "params", "plugin", "market"),
    [
        ({"defaultType": "swap"}, {}, "binance.usdm", "linear"),
        ({"defaultSubType": "linear"}, {}, "binance.usdm", "linear"),
        ({"defaultType": "swap"}, PM, "binance.pm_um", "linear"),
        ({"defaultType": "swap", "defaultSubType": "inverse"}, PM, "binance.pm_cm", "inverse"),
    ],
)
def test_a_spot_symbol_that_defaults_send_elsewhere_shows_it(
    options: dict[str, str], params: dict[str, Any], plugin: str, market: str
) -> None:
    """Under ``defaultType`` swap ccxt reads a spot symbol as the perpetual: kept, and shown."""
    route = explain("BTC/USDT", params, **options)

    assert plugin == route.plugin
    assert str(route.reason).startswith("BTC/USDT is a spot symbol; options or params (defaultType")
    assert str(route.reason).endswith(f"send it to the {market} market")
    assert explain("BTC/USDT:USDT", params, **options).reason is None


@pytest.mark.usefixtures("only_binance")
def test_nothing_attached_is_a_route_of_ccxts() -> None:
    """An exchange without the adapter, or one that no plugin serves, has a reason and no plugin."""
    nothing = "nothing is attached to this exchange object, or no plugin serves it"

    assert adapter.Route(reason=nothing) == adapter.explain(ccxt.binance(), "BTC/USDT:USDT")
    assert adapter.Route(reason=nothing) == adapter.explain(ccxt.kraken(), "BTC/USDT:USDT")
    unserved = "no plugin in use serves kraken; ccxt's cancel_order handles every call"
    kraken = adapter.attach(ccxt.kraken())
    assert adapter.Route(reason=unserved) == adapter.explain(kraken, "BTC/USDT:USDT")
    detached = adapter.detach(adapter.attach(ccxt.binance()))
    assert adapter.Route(reason=nothing) == adapter.explain(detached, "BTC/USDT:USDT")


@pytest.mark.parametrize("symbol", [None, ""])
def test_no_symbol_is_the_callers_mistake(symbol: Any) -> None:
    """Without a symbol there is no route, as in ccxt."""
    with pytest.raises(ccxt.ArgumentsRequired, match=r"binance cancelOrder\(\) requires a symbol"):
        explain(symbol)


@pytest.mark.parametrize("symbol", [1, ["BTC/USDT"], {"symbol": "BTC/USDT"}, b"BTCUSDT"])
def test_a_symbol_is_a_str(symbol: Any) -> None:
    """Anything else is refused with its type."""
    with pytest.raises(ccxt.BadSymbol, match=f"such as .*; got {type(symbol).__name__}$"):
        explain(symbol)


def test_a_host_that_the_exchange_lacks_is_not_supported() -> None:
    """ccxt's sandbox has spot alone: `explain` shows what a call would raise."""
    exchange = adapter.attach(ccxt.binance())
    exchange.set_sandbox_mode(True)

    with pytest.raises(ccxt.NotSupported, match="does not have a testnet/sandbox URL for papi"):
        adapter.explain(exchange, "BTC/USDT:USDT", PM)
    with pytest.raises(ccxt.NotSupported, match="does not have a testnet/sandbox URL for eapi"):
        adapter.explain(exchange, CALL)
    with pytest.raises(ccxt.NotSupported, match="enable_demo_trading"):
        adapter.explain(exchange, "BTC/USDT:USDT")
    with pytest.raises(ccxt.NotSupported, match="does not have a testnet/sandbox URL for sapi"):
        adapter.explain(exchange, "BTC/USDT", {"marginMode": "cross"})
    url = "https://testnet.binance.vision/api/v3/order"
    assert url == adapter.explain(exchange, "BTC/USDT").url


@pytest.mark.parametrize("word", ["stop", "trigger", "conditional"])
@pytest.mark.parametrize(
    ("symbol", "params", "plugin"),
    [
        ("BTC/USDT", {}, "binance.spot"),
        ("BTC/USDT", {"marginMode": "cross"}, "binance.margin"),
        ("BTC/USDT", PM, "binance.pm_margin"),
        (CALL, {}, "binance.options"),
    ],
)
def test_only_futures_have_a_book_of_conditional_orders(
    symbol: str, params: dict[str, Any], plugin: str, word: str
) -> None:
    """A stop order of spot or margin is in the book of all others."""
    assert plugin == explain(symbol, {**params, word: True}).plugin


def test_the_url_is_the_exchange_objects_own() -> None:
    """Demo mode and a host of the user's own are where the call goes."""
    demo, own = adapter.attach(ccxt.binance()), adapter.attach(ccxt.binance())
    demo.enable_demo_trading(True)
    own.urls["api"]["fapiPrivate"] = "https://proxy.example/fapi/v1"

    url = "https://demo-fapi.binance.com/fapi/v1/order"
    assert url == adapter.explain(demo, "BTC/USDT:USDT").url
    assert "https://proxy.example/fapi/v1/order" == adapter.explain(own, "BTC/USDT:USDT").url


async def test_explain_is_no_coroutine_on_an_async_exchange() -> None:
    """It does no I/O, so it needs no await and leaves no session open."""
    exchange = adapter.attach(ccxt.async_support.binance({"timeout_on_exit": 0}))

    assert "binance.usdm" == adapter.explain(exchange, "BTC/USDT:USDT").plugin
    assert exchange.session is None
    await exchange.close()


def test_explain_needs_no_keys_and_shows_none() -> None:
    """A route has neither key nor query."""
    exchange = adapter.attach(ccxt.binance({"apiKey": "my-key", "secret": "my-secret"}))
    route = adapter.explain(exchange, "BTC/USDT:USDT", {"clientOrderId": "a", "recvWindow": 1})

    assert "?" not in str(route.url)
    assert "my-" not in repr(route)


def test_a_product_takes_one_kind_of_market_in_its_accounts() -> None:
    """Both must fit: kind and account."""
    [plugin] = [plugin for plugin in adapter.plugins() if plugin.name == "binance.pm_um"]
    product = plugin.cancel_endpoint
    assert product is not None

    assert serves(product, MarketRoute(market_type="linear", account=PORTFOLIO_MARGIN))
    assert not serves(product, MarketRoute(market_type="linear", account=CLASSIC))
    assert not serves(product, MarketRoute(market_type="inverse", account=PORTFOLIO_MARGIN))


def test_a_route_that_is_ccxts_has_no_market_of_ours() -> None:
    """Asking such a route for its market is a mistake in the adapter; the error has its reason."""
    with pytest.raises(LookupError, match="it is not ours"):
        _ = RouteMatch(market_route=MarketRoute(), reason="it is not ours").market
