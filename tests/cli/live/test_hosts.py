"""Where ``ccxt-adapter demo --live`` sends orders, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pytest_mock import MockerFixture

from adapter.cli import main

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


class TestHosts:
    """What would be sent where."""

    @pytest.fixture
    def asked(self, mocker: MockerFixture, environment: pytest.MonkeyPatch) -> set[str]:
        """The hosts of the requests, none of which leaves this machine."""
        environment.setenv("BINANCE_API_KEY", "k")
        environment.setenv("BINANCE_SECRET", "s")
        hosts: set[str] = set()

        def request(_: object, _method: str, url: str, **_named: object) -> None:
            hosts.add(urlsplit(url).hostname or "")
            raise requests.ConnectionError

        mocker.patch("requests.Session.request", request)
        return hosts

    def test_demo_hosts(self, asked: set[str], printed: Printed) -> None:
        """Products that those do not have are skipped, and so are those that do not answer."""
        assert 1 == main(["demo", "--live", "--json"])
        assert {"demo-api.binance.com"} == asked
        skipped = {each["plugin"]: each["skipped"] for each in printed()["products"]}
        assert skipped["binance.usdm"].startswith("NetworkError")
        assert (
            "NotSupported: Binance's demo hosts do not have this product"
            == skipped["binance.pm_um"]
        )

    @pytest.mark.parametrize("url", ["https://api.binance.com", "http://10.0.0.1:8080"])
    def test_no_other_host(self, asked: set[str], url: str, capsys: Captured) -> None:
        """A real host, and one that may lead to it, must be allowed by a flag of its own."""
        assert 2 == main(["demo", "--live", "--url", url])
        assert set() == asked
        assert "--real-money" in capsys.readouterr().err

    def test_real_money(self, asked: set[str], capsys: Captured) -> None:
        """With the flag they are used."""
        assert 1 == main(["demo", "--live", "--real-money"])
        assert "api.binance.com" in asked
        assert not any(host.startswith("demo") for host in asked)
        assert "No order was placed." in capsys.readouterr().out

    def test_the_old_sandbox(self, asked: set[str], tmp_path: Path) -> None:
        """A config that selects ccxt's old sandbox contradicts the demo hosts."""
        file = tmp_path / "keys.toml"
        file.write_text('apiKey = "k"\nsecret = "s"\noptions = {sandbox = true}\n')

        assert 2 == main(["demo", "--live", "--config", str(file)])
        assert set() == asked


def test_without_keys(capsys: Captured) -> None:
    """It says where they are looked for."""
    assert 2 == main(["demo", "--live"])
    assert "BINANCE_API_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--real-money", "--url=http://127.0.0.1:1", "--config=f"])
def test_options_of_live(option: str, capsys: Captured) -> None:
    """They are refused where they have no effect."""
    assert 2 == main(["demo", option])
    assert "--live" in capsys.readouterr().err
