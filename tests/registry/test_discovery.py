"""Whose plugins are found, which of them are used, and what a broken one costs."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import ccxt
import pytest
import pytest_mock

import adapter

from .conftest import Write
from .site import Site

USDM = "binance.usdm"
SYMBOL = "BTC/USDT:USDT"
TOY = Path(__file__).parent / "toy"
NEWER = """
import attrs
from adapter.venues.binance.options import ENDPOINT as OURS
ENDPOINT = attrs.evolve(OURS, market_type="spot", api_version=2)
"""
RIVAL = """
import attrs
from adapter.venues.binance.usdm import ENDPOINT as OURS
ENDPOINT = attrs.evolve(OURS, client_id_param="theirs")
"""
KRAKEN = """
import attrs
from adapter.venues.binance.usdm import ENDPOINT as OURS
class Kraken(type(OURS.venue)):
    exchanges = frozenset({"kraken"})
    def error_classes(self, exchange):
        return {}
ENDPOINT = attrs.evolve(OURS, venue=Kraken())
"""
BROKEN = {
    "raises": (
        "raise RuntimeError('boom')",
        "plugin binance.toy of toy-broken 1.0 cannot be imported (RuntimeError: boom):",
    ),
    "is no Python": (
        "ENDPOINT =",
        "plugin binance.toy of toy-broken 1.0 cannot be imported (SyntaxError: invalid syntax",
    ),
    "lacks a module": (
        "import toy_dependency",
        "plugin binance.toy of toy-broken 1.0 cannot be imported (ModuleNotFoundError: No module",
    ),
    "lacks the attribute": (
        "PRODUKT = None",
        "plugin binance.toy of toy-broken 1.0 cannot be imported (AttributeError: module "
        "'toy_broken' has no attribute 'ENDPOINT'):",
    ),
    "is no product": (
        "ENDPOINT = {}",
        "plugin binance.toy of toy-broken 1.0: toy_broken:ENDPOINT is a dict, not an "
        "adapter.contract.endpoint.Endpoint:",
    ),
    "is a class": (
        "from adapter.contract.endpoint import CancelEndpoint as ENDPOINT",
        "plugin binance.toy of toy-broken 1.0: toy_broken:ENDPOINT is a class, not an "
        "adapter.contract.endpoint.Endpoint:",
    ),
    "is for another version": (
        NEWER,
        "plugin binance.toy of toy-broken 1.0 was written for plugin API 2, this ccxt-adapter has"
        " 1: install versions of the two that match",
    ),
}


@pytest.fixture(params=[*BROKEN.values()], ids=[*BROKEN])
def broken(site: Site, request: pytest.FixtureRequest) -> str:
    """A broken plugin of somebody else's; how the complaint about it begins."""
    source, complaint = request.param
    site.install(
        "toy-broken",
        plugins={"binance.toy": "toy_broken:ENDPOINT"},
        files={"toy_broken.py": source},
    )
    return str(complaint)


def rival(site: Site, plugin: str = "binance.rival") -> None:
    site.install(
        "toy-rival", "2.0", plugins={plugin: "toy_rival:ENDPOINT"}, files={"toy_rival.py": RIVAL}
    )


def found(name: str) -> list[adapter.Plugin]:
    return [plugin for plugin in adapter.plugins() if plugin.name == name]


def test_broken_plugin_is_logged_and_costs_nobody_else_anything(
    broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    """`attach` warns of somebody else's broken plugin, and serves all other routes."""
    exchange = adapter.attach(ccxt.binance())

    [record] = [record for record in caplog.records if record.name == "adapter"]
    assert "WARNING" == record.levelname
    assert record.getMessage().startswith(broken)
    assert USDM == adapter.explain(exchange, SYMBOL).plugin


def test_broken_plugin_is_shown_with_its_reason(broken: str) -> None:
    """`plugins` names it, its distribution and what is wrong; it has no product, and is not in use.

    The others are shown as ever.
    """
    [plugin] = found("binance.toy")

    assert ("toy-broken", "1.0", False) == (plugin.distribution, plugin.version, plugin.enabled)
    assert (plugin.cancel_endpoint, plugin.endpoint) == (None, None)
    assert str(plugin.reason).startswith(broken)
    assert [True] == [plugin.enabled for plugin in found(USDM)]


def test_broken_plugin_that_the_user_enables_by_name_fails_loudly(
    broken: str, write: Write
) -> None:
    """Who asks for a plugin by name gets an error that it is not there."""
    exchange = ccxt.binance()

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(exchange, plugins=write("[binance.toy]\nenabled = true"))
    assert str(caught.value).startswith(broken)
    assert "cancel_order" not in vars(exchange)


@pytest.mark.usefixtures("broken")
def test_broken_plugin_that_is_disabled_is_not_imported(
    write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    """``enabled = false`` silences a broken plugin until its author has mended it."""
    adapter.attach(ccxt.binance(), plugins=write("[binance.toy]\nenabled = false"))

    assert [] == caplog.records
    assert "toy_broken" not in sys.modules


def test_import_error_is_the_cause(site: Site, write: Write) -> None:
    """The plugin's own traceback stays with the error, for its author."""
    site.install("toy", plugins={"binance.toy": "toy_x:ENDPOINT"}, files={"toy_x.py": "1 / 0"})

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(ccxt.binance(), plugins=write("[binance.toy]\nenabled = true"))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_broken_plugin_of_our_own_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken plugin of this distribution is a broken installation, whoever asked for it."""
    monkeypatch.delattr("adapter.venues.binance.usdm.ENDPOINT")

    with pytest.raises(adapter.PluginError, match=r"^plugin binance\.usdm of ccxt-adapter \d"):
        adapter.attach(ccxt.binance())
    [plugin] = found(USDM)
    assert not plugin.enabled


def test_two_plugins_with_equal_priority_are_refused_by_name(site: Site) -> None:
    """It is unknown which was meant: both, their distributions and the remedy are named."""
    rival(site)
    ours = importlib.metadata.version("ccxt-adapter")

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(ccxt.binance())
    for words in (
        "plugin binance.rival of toy-rival 2.0",
        f"plugin binance.usdm of ccxt-adapter {ours}",
        "claim the same route (linear) with equal priority 0",
        "write priority = 1 or enabled = false under [binance.rival] or [binance.usdm]",
    ):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "plugin"),
    [
        ("[binance.rival]\npriority = 1", "binance.rival"),
        ("[binance.usdm]\npriority = -1", "binance.rival"),
        ("[binance.usdm]\nenabled = false", "binance.rival"),
        ("[binance.rival]\npriority = -1", USDM),
        ("[binance.rival]\nenabled = false", USDM),
    ],
)
def test_the_users_file_shows_which_of_two_is_used(
    site: Site, write: Write, text: str, plugin: str
) -> None:
    """The higher priority takes the route; a disabled plugin claims none."""
    rival(site)

    route = adapter.explain(adapter.attach(ccxt.binance(), plugins=write(text)), SYMBOL)
    assert plugin == route.plugin
    assert ("theirs" if plugin == "binance.rival" else "origClientOrderId") == route.client_id


def test_priority_leaves_the_other_routes_alone(site: Site, write: Write) -> None:
    """One endpoint for another account or kind of market is no rival."""
    rival(site)
    exchange = adapter.attach(
        ccxt.binance(), plugins=write("[binance.rival]\npriority = 1"), account="portfolio-margin"
    )

    assert "binance.pm_um" == adapter.explain(exchange, SYMBOL).plugin


def test_one_name_in_two_distributions_is_no_overwriting(site: Site) -> None:
    """Two distributions that use one name are both shown, and a route they share is refused."""
    rival(site, USDM)

    assert ["ccxt-adapter", "toy-rival"] == [plugin.distribution for plugin in found(USDM)]
    with pytest.raises(adapter.PluginError, match=r"of ccxt-adapter \d\S* and plugin binance\.u"):
        adapter.attach(ccxt.binance())


def test_a_plugin_of_another_venue_is_not_imported(site: Site) -> None:
    """The name of a plugin begins with the ccxt exchange it is for; the others stay asleep."""
    site.install(
        "toy-kraken",
        plugins={"kraken.spot": "toy_kraken:ENDPOINT"},
        files={"toy_kraken.py": KRAKEN},
    )

    adapter.attach(ccxt.binance())
    assert "toy_kraken" not in sys.modules
    adapter.attach(ccxt.kraken())
    assert "toy_kraken" in sys.modules


def test_a_broken_plugin_of_another_venue_is_not_even_noticed(
    site: Site, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    """One that the user insists on fails where it would be used, and not elsewhere."""
    site.install("toy-kraken", plugins={"kraken.spot": "toy_kraken:ENDPOINT"})
    path = write("[kraken.spot]\nenabled = true")

    adapter.attach(ccxt.binance(), plugins=path)
    assert [] == caplog.records
    with pytest.raises(adapter.PluginError, match=r"^plugin kraken\.spot of toy-kraken 1\.0"):
        adapter.attach(ccxt.kraken(), plugins=path)


def test_plugins_are_looked_for_once_per_path(
    site: Site, mocker: pytest_mock.MockerFixture
) -> None:
    """The disk is read when ``sys.path`` is new, not for every exchange object."""
    site.install_project(TOY)
    looked = mocker.spy(importlib.metadata, "entry_points")
    for _ in range(3):
        adapter.attach(ccxt.binance())
        adapter.plugins()
    assert 1 == looked.call_count

    site.install("toy-empty")
    adapter.attach(ccxt.binance())
    assert 2 == looked.call_count


def test_plugins_are_in_the_order_of_their_names(site: Site) -> None:
    """The table that `plugins` makes does not depend on the file system."""
    site.install_project(TOY)
    rival(site, "a.rival")
    names = [plugin.name for plugin in adapter.plugins()]

    assert sorted(names) == names
    assert {"a.rival", "binanceus.spot", USDM} < {*names}


@pytest.mark.parametrize(
    ("table", "exchange_id", "plugin"),
    [
        ("okx", "okx", None),
        ("okx", "myokx", None),
        ("okx", "bitstamp", "any"),
        ("kraken", "krakenfutures", "krakenfutures"),
        ("any", "bitstamp", None),
    ],
)
def test_a_disabled_plugin_leaves_its_exchange_to_ccxt(
    write: Write, table: str, exchange_id: str, plugin: str | None
) -> None:
    """The plugin for any exchange does not take its place."""
    file = write(f"[{table}]\nenabled = false")
    exchange = adapter.attach(getattr(ccxt, exchange_id)(), plugins=file)
    assert plugin == adapter.explain(exchange, SYMBOL).plugin


def test_a_broken_plugin_that_is_disabled_leaves_no_exchange(site: Site, write: Write) -> None:
    """It would serve nothing, so the plugin for any exchange does."""
    site.install(
        "toy-broken",
        plugins={"bitstamp.toy": "toy_broken:ENDPOINT"},
        files={"toy_broken.py": "raise RuntimeError('boom')"},
    )
    exchange = adapter.attach(ccxt.bitstamp(), plugins=write("[bitstamp.toy]\nenabled = false"))
    assert "any" == adapter.explain(exchange, SYMBOL).plugin
