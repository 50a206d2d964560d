"""What other people leave on a machine: broken, stale and odd distributions and files."""

from __future__ import annotations

import ccxt
import pytest

import adapter
from adapter.registry import config

from .conftest import Write
from .site import Site

SYMBOL = "BTC/USDT:USDT"


def test_two_spellings_of_one_table_are_both_read_or_refused(write: Write) -> None:
    """Nothing of what the user wrote is silently dropped."""
    path = write('[binance.usdm]\nenabled = false\n["binance.usdm"]\ndeadline = 3')
    try:
        users = config.load(path).user_tables
    except adapter.PluginError:
        return
    assert {"binance.usdm": {"enabled": False, "deadline": 3}} == users


def test_a_stale_folder_of_pips_is_no_rival(site: Site) -> None:
    """pip leaves ``~name-version.dist-info`` after an upgrade that was cut off."""
    folder = site.install(
        "ccxt-adapter", "0.0.9", plugins={"binance.usdm": "adapter.venues.binance.usdm:ENDPOINT"}
    )
    [info] = folder.glob("*.dist-info")
    info.rename(folder / f"~{info.name[1:]}")

    adapter.attach(ccxt.binance())


@pytest.mark.parametrize("plugin", ["binance.usdm", "binance.toy"])
def test_a_distribution_without_metadata_is_a_broken_one(site: Site, plugin: str) -> None:
    """Its plugin is shown with a reason; its text has no None."""
    folder = site.install("toy", plugins={plugin: "toy_x:ENDPOINT"})
    [metadata] = folder.glob("*.dist-info/METADATA")
    metadata.unlink()

    [broken] = [p for p in adapter.plugins() if not p.enabled]
    assert "None" not in str(broken.reason)
    adapter.attach(ccxt.binance())


def test_a_plugin_that_exits_is_a_broken_one(site: Site) -> None:
    """A script that was registered by mistake ends in sys.exit() when it is imported."""
    site.install(
        "toy", plugins={"binance.toy": "toy_x:main"}, files={"toy_x.py": "raise SystemExit(3)"}
    )

    adapter.attach(ccxt.binance())


@pytest.mark.parametrize(
    "changes",
    [
        "venue=None",
        "accounts=['classic']",
        "venue=lambda: None",
        "client_id_param=7",
        "api_version='1'",
        "weight='1'",
        "queries=()",
        "queries=[1]",
        "time_api=1",
        "response_client_id_field=None",
        "extra_params='newClientOrderId'",
        "rate_limit_codes=[-1008]",
        "ambiguous_5xx=None",
        "extract_order={}",
        "not_found_hint=None",
    ],
)
def test_a_product_with_a_field_of_a_wrong_type_is_a_broken_one(site: Site, changes: str) -> None:
    """It is found out when it is imported, before it can cost a call an odd error of its own."""
    source = (
        "import attrs\nfrom adapter.venues.binance.usdm import ENDPOINT as OURS\n"
        f"ENDPOINT = attrs.evolve(OURS, {changes})"
    )
    source = source.replace("attrs.evolve(OURS, ", "attrs.evolve(OURS, market_type='algo', ")
    site.install("toy", plugins={"binance.toy": "toy_x:ENDPOINT"}, files={"toy_x.py": source})

    exchange = adapter.attach(ccxt.binance())
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin
    [plugin] = [p for p in adapter.plugins() if p.name == "binance.toy"]
    assert changes.partition("=")[0] in str(plugin.reason)
    assert "unexpected keyword" not in str(plugin.reason)


def test_a_plugin_that_knows_more_than_this_adapter_must_match(site: Site) -> None:
    """A field of a later contract cannot be read: the field and the remedy are named."""
    source = (
        "from adapter.contract.endpoint import CancelEndpoint\n"
        "ENDPOINT = CancelEndpoint(api_version=1, batch='orders')"
    )
    site.install("toy", plugins={"binance.toy": "toy_x:ENDPOINT"}, files={"toy_x.py": source})

    [reason] = [str(p.reason) for p in adapter.plugins() if not p.enabled]
    assert "got an unexpected keyword argument 'batch'" in reason
    assert "install it again, or versions of it and of ccxt-adapter that match" in reason


def test_another_plugins_venue_does_not_route_for_ours(site: Site) -> None:
    """The venue of the first choice routes for all: a name before ``binance.options`` is enough."""
    source = """
import attrs
from adapter.venues.binance.usdm import ENDPOINT as OURS
from adapter.contract.messages import MarketRoute
class Theirs(type(OURS.venue)):
    def route(self, exchange, symbol, params, *, account):
        return MarketRoute(unserved_reason="theirs")
ENDPOINT = attrs.evolve(OURS, market_type="algo", venue=Theirs())
"""
    site.install("toy", plugins={"binance.algo": "toy_x:ENDPOINT"}, files={"toy_x.py": source})

    exchange = adapter.attach(ccxt.binance())
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin
    assert all(plugin.enabled for plugin in adapter.plugins())


def test_the_remedy_for_one_name_in_two_distributions_can_be_followed(site: Site) -> None:
    """Both share one table: neither another priority nor enabled = false can part them."""
    site.install("toy", plugins={"binance.usdm": "adapter.venues.binance.usdm:ENDPOINT"})

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(ccxt.binance())
    assert "another priority" not in str(caught.value)


def test_a_byte_order_mark_is_no_fault(write: Write) -> None:
    """Windows' Notepad and PowerShell write one."""
    path = write("")
    path.write_bytes(b"\xef\xbb\xbf[defaults]\ndeadline = 3")

    assert 3 == config.load(path).policy("binance.usdm").deadline
