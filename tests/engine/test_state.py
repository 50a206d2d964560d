"""What is kept with one exchange object, by what ends its life."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest

import adapter
from adapter.engine.state import ExchangeState
from adapter.venues.binance import BINANCE

KEPT = ("io", "limiters", "single_flight", "credentials")


def attached() -> tuple[Any, ExchangeState]:
    exchange: Any = adapter.attach(ccxt.binance())
    return exchange, exchange._adapter


def test_other_settings_leave_bans_limits_and_calls_under_way(tmp_path: Path) -> None:
    """attach() with another plugins.toml changes what is served and how, and nothing else."""
    exchange, state = attached()
    kept = {name: getattr(state, name) for name in KEPT}
    state.limiter("fapi.binance.com", 2400).block(60_000, 0.0)
    file = tmp_path / "mine.toml"
    file.write_text("[binance.options]\nenabled = false\n[defaults]\ndeadline = 3.0\n")
    adapter.attach(exchange, plugins=file)

    after = exchange._adapter
    assert all(kept[name] is getattr(after, name) for name in KEPT)
    assert 60_000 == after.limiter("fapi.binance.com", 2400).blocked_until
    assert {3.0} == {active.policy.deadline for active in after.config.endpoints}
    assert "binance.options" not in {active.plugin for active in after.config.endpoints}


def test_a_call_under_way_of_a_plugin_that_is_disabled_can_still_read_answers(
    tmp_path: Path,
) -> None:
    """Its error classes stay, although the plugin takes no new call."""
    exchange, _ = attached()
    file = tmp_path / "mine.toml"
    file.write_text("[binance.usdm]\nenabled = false\n")
    adapter.attach(exchange, plugins=file)

    assert "binance.usdm" in exchange._adapter.config.error_classes


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("dapi.binance.com", "fapi.binance.com"),
        ("fapi.binance.com", "fapi.binance.com"),
        ("demo-dapi.binance.com", "demo-fapi.binance.com"),
        ("papi.binance.com", "papi.binance.com"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_usdm_and_coinm_futures_share_one_limit(host: str, group: str) -> None:
    """Their hosts count the weight of an address together: 2400 a minute for both."""
    assert group == BINANCE.limit_group(host, "dapiPrivate")


def test_hosts_of_one_group_have_one_limiter() -> None:
    """A ban on one of them is a ban on both."""
    _, state = attached()
    one, other = (
        state.limiter(BINANCE.limit_group(f"{n}api.binance.com", f"{n}apiPrivate"), 2400)
        for n in "fd"
    )
    one.block(1000, 0.0)

    assert one is other
    assert 1000 == other.blocked_until


def test_margin_has_a_limit_of_its_own_on_the_host_of_spot() -> None:
    """/api and /sapi count apart: a ban on one is none on the other."""
    spot, margin = (BINANCE.limit_group("api.binance.com", api) for api in ("private", "sapi"))

    assert "api.binance.com" == spot != margin


def test_two_objects_share_nothing_but_their_plugins() -> None:
    """Each has settings, I/O and limits of its own."""
    (_, one), (_, other) = attached(), attached()

    for field in attrs.fields(ExchangeState):
        assert getattr(one, field.name) is not getattr(other, field.name)
