"""``ccxt-adapter cancel``: what becomes of cancels that are accepted, lost, or taken by ccxt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import pytest
from integration.unreachable import closed_port
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.simulator import Simulator

pytestmark = pytest.mark.usefixtures("keys", "no_time")

OPTION = "ETH/USDT:USDT-270326-3000-P"
SPOT = "BTC/USDT"

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


class TestAccepted:
    """A cancel that the exchange takes and does not finish at once."""

    def test_it_is_followed(self, sim: Simulator, printed: Printed) -> None:
        """The order is looked at until it is canceled."""
        order = sim.place("options", "ETH-270326-3000-P")
        sim.faults.play("accepted_only", on="DELETE")

        assert 0 == main(["cancel", str(order.order_id), OPTION, "--url", sim.url, "--json"])
        found = printed()
        assert ("canceled", "canceled") == (found["status"], found["outcome"])
        assert "CANCELED" == sim.book.now(order).status

    def test_no_confirm(self, sim: Simulator, printed: Printed) -> None:
        """--no-confirm is content with that, and sends one request; it is not final: 3."""
        order = sim.place("options", "ETH-270326-3000-P")
        sim.faults.play("accepted_only", on="DELETE")
        line = ["cancel", str(order.order_id), OPTION, "--url", sim.url, "--json", "--no-confirm"]

        assert 3 == main(line)
        found = printed()
        assert ("canceling", "accepted") == (found["status"], found["outcome"])
        assert ["DELETE"] == [request.method for request in sim.requests]


def test_nobody_can_say(sim: Simulator, printed: Printed) -> None:
    """A cancel and all queries without an answer end by the deadline, with 3."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play(*["drop_after"] * 20)
    line = ["cancel", str(order.order_id), "BTC/USDT:USDT", "--url", sim.url, "--json"]

    assert 3 == main([*line, "--deadline", "5"])
    assert "CancelUnknown" == printed()["error"]
    assert len(sim.requests) <= 24


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    """A cancel on spot, whose plugin is disabled: it goes to ccxt's own method."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.spot]\nenabled = false\n")
    return ["cancel", "1", SPOT, "--plugins", str(file)]


class TestCcxtsOwn:
    """What no plugin in use serves."""

    @pytest.fixture(autouse=True)
    def markets(self, mocker: MockerFixture) -> None:
        """The markets are there; what is sent is the cancel."""
        known = {"id": "BTCUSDT", "symbol": SPOT, "spot": True, "type": "spot", "option": False}
        market = ccxt.binance().safe_market_structure({**known, "linear": None, "inverse": None})
        mocker.patch.object(ccxt.binance, "load_markets")
        mocker.patch.object(ccxt.binance, "market", return_value=market)

    @pytest.mark.parametrize(
        "error",
        [ccxt.RequestTimeout, ccxt.NetworkError, ccxt.ExchangeNotAvailable, ccxt.OperationFailed],
    )
    def test_lost(
        self, mocker: MockerFixture, printed: Printed, line: list[str], error: type[Exception]
    ) -> None:
        """A network error after the cancel went out leaves the outcome unknown: 3."""
        sent = mocker.patch("requests.Session.request", side_effect=error("lost"))

        assert 3 == main([*line, "--json"])
        assert "DELETE" == sent.call_args.args[0]
        assert error.__name__ == printed()["error"]

    @pytest.mark.parametrize(
        "error", [ccxt.OrderNotFound, ccxt.RateLimitExceeded, ccxt.DDoSProtection]
    )
    def test_refused(self, mocker: MockerFixture, line: list[str], error: type[Exception]) -> None:
        """A refusal is exit code 1, OrderNotFound as well, which does not mean gone."""
        mocker.patch("requests.Session.request", side_effect=error("no"))

        assert 1 == main(line)

    def test_nobody_listens(self, line: list[str], capsys: Captured) -> None:
        """A cancel that cannot have left this machine is none: 1."""
        with closed_port() as nobody:
            assert 1 == main([*line, "--url", f"http://{nobody}"])
        assert capsys.readouterr().err.startswith("ccxt-adapter: NetworkError:")


def test_markets_that_do_not_load(mocker: MockerFixture, line: list[str]) -> None:
    """A network error before ccxt sent the cancel is a failure: 1."""
    sent = mocker.patch("requests.Session.request", side_effect=ccxt.RequestTimeout("lost"))

    assert 1 == main(line)
    assert {"GET"} == {call.args[0] for call in sent.call_args_list}


def test_ctrl_c_while_markets_load(mocker: MockerFixture, line: list[str]) -> None:
    """Ctrl-C before ccxt sent the cancel ends as it does in any program."""
    mocker.patch("requests.Session.request", side_effect=KeyboardInterrupt)

    assert 130 == main(line)


def test_the_adapters_network_error_was_never_sent(capsys: Captured) -> None:
    """On the adapter's own route the class alone reports that nothing left: 1."""
    with closed_port() as nobody:
        assert 1 == main(["cancel", "1", "BTC/USDT:USDT", "--url", f"http://{nobody}"])
    message = capsys.readouterr().err
    assert "was not sent" in message
    assert "refused. `ccxt-adapter doctor` shows what is wrong. (handled by" in message
