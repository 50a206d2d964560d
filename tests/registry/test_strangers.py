"""What other people leave on a machine: broken, stale and odd distributions and files."""

from __future__ import annotations

from pathlib import Path

import ccxt
import pytest

import adapter
from adapter import settings

from .conftest import Write
from .site import Site

SYMBOL = "BTC/USDT:USDT"


def test_shipped_file_is_found_where_pip_target_puts_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``pip install --target`` records ``../../share/…`` and puts the file into ``share/…``."""
    folder = site.install("ccxt-adapter", files={"share/ccxt-adapter/plugins.toml": "[a.b]"})
    [record] = folder.glob("*.dist-info/RECORD")
    record.write_text(record.read_text().replace("share/ccxt", "../../share/ccxt"))
    monkeypatch.setattr(settings, "__file__", str(folder / "adapter" / "settings.py"))

    assert {"a.b": {}} == settings.load().tables


def test_a_package_without_a_distribution_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that was copied by hand has no metadata: `PluginError`, as for a lost file."""
    monkeypatch.setattr(settings, "DISTRIBUTION", "copied-by-hand")
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "adapter" / "settings.py"))

    with pytest.raises(adapter.PluginError, match="install copied-by-hand again"):
        settings.load()


def test_two_spellings_of_one_table_are_both_read_or_refused(write: Write) -> None:
    """Nothing of what the user wrote is silently dropped."""
    path = write('[binance.usdm]\nenabled = false\n["binance.usdm"]\ndeadline = 3')
    try:
        users = settings.load(path).users
    except adapter.PluginError:
        return
    assert {"binance.usdm": {"enabled": False, "deadline": 3}} == users


def test_a_stale_folder_of_pips_is_no_rival(site: Site) -> None:
    """pip leaves ``~name-version.dist-info`` after an upgrade that was cut off."""
    folder = site.install(
        "ccxt-adapter", "0.0.9", plugins={"binance.usdm": "adapter.binance.usdm:PRODUCT"}
    )
    [info] = folder.glob("*.dist-info")
    info.rename(folder / f"~{info.name[1:]}")

    adapter.attach(ccxt.binance())


@pytest.mark.parametrize("plugin", ["binance.usdm", "binance.toy"])
def test_a_distribution_without_metadata_is_a_broken_one(site: Site, plugin: str) -> None:
    """Its plugin is shown with a reason; its text says no None."""
    folder = site.install("toy", plugins={plugin: "toy_x:PRODUCT"})
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
    "changes", ["venue=None", "accounts=['classic']", "venue=lambda: None", "client_id=None"]
)
def test_a_product_with_a_field_of_a_wrong_type_is_a_broken_one(site: Site, changes: str) -> None:
    """attrs checks no types: attach() ends in AttributeError or TypeError that name no plugin."""
    source = (
        "import attrs\nfrom adapter.binance.usdm import PRODUCT as OURS\n"
        f"PRODUCT = attrs.evolve(OURS, {changes})"
    )
    source = source.replace("attrs.evolve(OURS, ", "attrs.evolve(OURS, kind='algo', ")
    site.install("toy", plugins={"binance.toy": "toy_x:PRODUCT"}, files={"toy_x.py": source})

    exchange = adapter.attach(ccxt.binance())
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin
    assert [False] == [p.enabled for p in adapter.plugins() if p.name == "binance.toy"]


def test_another_plugins_venue_does_not_route_for_ours(site: Site) -> None:
    """The venue of the first choice routes for all: a name before ``binance.options`` is enough."""
    source = """
import attrs
from adapter.binance.usdm import PRODUCT as OURS
from adapter.product import Destination
VENUE = attrs.evolve(OURS.venue, destination=lambda *_: Destination(native="theirs"))
PRODUCT = attrs.evolve(OURS, kind="algo", venue=VENUE)
"""
    site.install("toy", plugins={"binance.algo": "toy_x:PRODUCT"}, files={"toy_x.py": source})

    exchange = adapter.attach(ccxt.binance())
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin


def test_the_remedy_for_one_name_in_two_distributions_can_be_followed(site: Site) -> None:
    """Both share one table: neither another priority nor enabled = false can part them."""
    site.install("toy", plugins={"binance.usdm": "adapter.binance.usdm:PRODUCT"})

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(ccxt.binance())
    assert "another priority" not in str(caught.value)


def test_a_byte_order_mark_is_no_fault(write: Write) -> None:
    """Windows' Notepad and PowerShell write one."""
    path = write("")
    path.write_bytes(b"\xef\xbb\xbf[defaults]\ndeadline = 3")

    assert 3 == settings.load(path).policy("binance.usdm").deadline
