"""``ccxt-adapter plugins``."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.cli import main
from adapter.cli.demo.samples import SAMPLES, STOPS

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def ours(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {plugin["name"]: plugin for plugin in found if "ccxt-adapter" == plugin["distribution"]}


def test_json(printed: Printed) -> None:
    """A plugin has its endpoint, its id parameters and whether it is in use."""
    assert 0 == main(["plugins", "--json"])
    margin = ours(printed())["binance.pm_margin"]
    assert margin == {
        "name": "binance.pm_margin",
        "distribution": "ccxt-adapter",
        "version": importlib.metadata.version("ccxt-adapter"),
        "endpoint": "DELETE /papi/v1/margin/order",
        "weight": 2,
        "client_id_param": "origClientOrderId",
        "response_client_id_field": "origClientOrderId",
        "enabled": True,
        "reason": None,
    }


def test_samples_are_one_of_each(printed: Printed) -> None:
    """`demo` and `simulate` show every product of Binance that has regular orders."""
    assert 0 == main(["plugins", "--json"])
    found = [name for name in ours(printed()) if name.startswith("binance.")]
    assert sorted(found) == sorted(sample.plugin for sample in (*SAMPLES, *STOPS))
    assert not any(sample.is_stop for sample in SAMPLES)


def test_table(capsys: Captured) -> None:
    """The table names each plugin, who brought it and its request."""
    assert 0 == main(["plugins"])
    line = next(x for x in capsys.readouterr().out.splitlines() if "binance.usdm" in x)
    assert "ccxt-adapter" in line
    assert "DELETE /fapi/v1/order" in line
    assert line.rstrip().endswith("yes")


def test_why_not(environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured) -> None:
    """One that the user's file disables reports it."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.usdm]\nenabled = false\n")
    environment.setenv("ADAPTER_PLUGINS", str(file))
    environment.setenv("COLUMNS", "300")

    assert 0 == main(["plugins"])
    line = next(x for x in capsys.readouterr().out.splitlines() if "binance.usdm" in x)
    assert f"disabled by {file}" in line


def test_one_that_cannot_be_imported(
    mocker: MockerFixture, capsys: Captured, printed: Printed
) -> None:
    """A broken plugin has its reason, and nulls for the fields of its endpoint."""
    broken = adapter.Plugin(
        name="acme.spot",
        distribution="acme",
        version="",
        endpoint=None,
        cancel_endpoint=None,
        reason="cannot be imported [bold]",
    )
    mocker.patch("adapter.plugins", return_value=(broken,))

    assert 0 == main(["plugins"])
    assert "cannot be imported [bold]" in capsys.readouterr().out
    assert 0 == main(["plugins", "--json"])
    [found] = printed()
    assert (None, None, False) == (found["endpoint"], found["weight"], found["enabled"])


def test_a_broken_file(environment: pytest.MonkeyPatch, printed: Printed) -> None:
    """A plugins.toml that is not there is wrong usage, in JSON too."""
    environment.setenv("ADAPTER_PLUGINS", "nowhere.toml")

    assert 2 == main(["plugins", "--json"])
    assert "PluginError" == printed()["error"]
