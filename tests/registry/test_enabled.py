"""Which plugins are in use, by plugins.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ccxt
import pytest

import adapter
from adapter.registry.config import load
from adapter.registry.discovery import active_endpoints

from .conftest import Write
from .site import Site

USDM = "binance.usdm"
SYMBOL = "BTC/USDT:USDT"
TOY = Path(__file__).parent / "toy"


@pytest.mark.usefixtures("only_binance")
@pytest.mark.parametrize("exchange_id", ["kraken", "binanceus"])
def test_an_exchange_that_no_plugin_serves_is_left_as_it_was(exchange_id: str) -> None:
    """Another venue, or a cousin whose name begins alike, keeps every attribute that it had."""
    exchange = getattr(ccxt, exchange_id)()
    before = {**vars(exchange)}

    assert exchange is adapter.attach(exchange)
    assert before == vars(exchange)


@pytest.mark.parametrize("exchange_id", ["binance", "binanceusdm", "binancecoinm"])
def test_every_exchange_object_of_the_venue_is_served(exchange_id: str) -> None:
    """A plugin's venue has the exchanges of ccxt that it serves."""
    route = adapter.explain(adapter.attach(getattr(ccxt, exchange_id)()), SYMBOL)

    assert USDM == route.plugin


class Own(ccxt.binance):  # type: ignore[misc]  # ccxt ships no types
    """ccxt's binance, whose own method reports that it was called."""

    def cancel_order(self, id: Any, symbol: Any = None, params: Any = {}) -> Any:  # noqa: B006  # as in ccxt
        """Answer with the arguments."""
        return "own", id, symbol, params


def test_a_disabled_plugins_product_goes_to_ccxts_own_method(write: Write) -> None:
    """The call reaches the exchange's own method untouched; the other plugins stay in use."""
    exchange = adapter.attach(Own(), plugins=write("[binance.usdm]\nenabled = false"))
    params = {"clientOrderId": "a", "anything": 1}

    assert ("own", None, SYMBOL, params) == exchange.cancel_order(None, SYMBOL, params)
    route = adapter.explain(exchange, SYMBOL)
    assert (None, "BTCUSDT") == (route.plugin, route.market_id)
    assert "no plugin in use serves linear orders of the classic account" == route.reason
    assert "binance.options" == adapter.explain(exchange, "BTC/USDT:USDT-260327-90000-C").plugin


def test_with_every_plugin_disabled_attach_changes_nothing(write: Write) -> None:
    """``[defaults] enabled = false`` is the adapter taken out, without touching the bot."""
    exchange = ccxt.binance()
    before = {**vars(exchange)}
    path = write("[defaults]\nenabled = false")

    assert before == vars(adapter.attach(exchange, plugins=path))
    assert () == active_endpoints("binance", load(path))


def test_a_later_file_that_disables_everything_detaches(write: Write) -> None:
    """What was attached before is given back."""
    exchange = ccxt.binance()
    before = {**vars(exchange)}

    adapter.attach(adapter.attach(exchange), plugins=write("[defaults]\nenabled = false"))
    assert before == vars(exchange)


def test_one_plugin_alone_may_be_enabled(site: Site, write: Write) -> None:
    """A table of a plugin's own wins over ``[defaults]``, for a third party's as for ours."""
    site.install_project(TOY)
    path = write(
        "[defaults]\nenabled = false\n"
        "[binance.spot]\nenabled = true\n[binanceus.spot]\nenabled = true"
    )
    ours, theirs = (adapter.attach(k(), plugins=path) for k in (ccxt.binance, ccxt.binanceus))

    assert "binance.spot" == adapter.explain(ours, "BTC/USDT").plugin
    assert "binanceus.spot" == adapter.explain(theirs, "BTC/USDT").plugin
    assert adapter.explain(ours, SYMBOL).plugin is None
