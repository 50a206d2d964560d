"""``ccxt-adapter orders`` and ``ccxt-adapter show`` against the simulator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import pytest
from integration.unreachable import closed_port
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.demo.samples import SAMPLES, STOPS, Sample
from adapter.cli.keys import SECRET
from adapter.simulator import Simulator

pytestmark = pytest.mark.usefixtures("keys")

USDM, SPOT, OPTION = "BTC/USDT:USDT", "LTC/BTC", "ETH/USDT:USDT-270326-3000-P"
EVERY = (*SAMPLES, *STOPS)
BY_SYMBOL = [("classic", "cross"), ("classic", "isolated"), ("portfolio-margin", None)]
"""Account and margin mode."""

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def names(found: Any) -> list[str]:
    return sorted(order["clientOrderId"] for order in found["orders"])


class TestOrders:
    """What is open."""

    def test_of_all_markets(self, sim: Simulator, printed: Printed) -> None:
        """Each account's, once; what is listed by symbol only is named."""
        for sample in EVERY:
            sample.place(sim, sample.plugin)

        assert 0 == main(["orders", "--url", sim.url, "--json"])
        found = printed()
        listed = [name for name in sorted(s.plugin for s in EVERY) if "margin" not in name]
        assert listed == names(found)
        needs_symbol = [(each["account"], each["marginMode"]) for each in found["not_listed"]]
        assert BY_SYMBOL == sorted(needs_symbol, key=str)
        assert {"UsageError"} == {each["error"] for each in found["not_listed"]}

    def test_the_options_lead_to_the_order(self, sim: Simulator, printed: Printed) -> None:
        """Each order that is listed is cancelled by its id, symbol and options."""
        for sample in EVERY:
            sample.place(sim, sample.plugin)
        sim.place("margin", "LTCBTC", client_order_id="isolated", is_isolated=True)

        symbols = sorted({sample.symbol for sample in EVERY})
        assert 0 == main(["orders", *symbols, "--url", sim.url, "--json"])
        found = printed()
        assert sorted(["isolated", *(s.plugin for s in EVERY)]) == names(found)
        for order in found["orders"]:
            line = ["cancel", order["id"], order["symbol"], *order["options"], "--url", sim.url]
            assert 0 == main([*line, "--json"])
            assert order["clientOrderId"] == printed()["clientOrderId"]

    def test_of_an_account(self, sim: Simulator, printed: Printed) -> None:
        """--account, --margin-mode and --trigger leave the other books out."""
        for sample in EVERY:
            sample.place(sim, sample.plugin)
        line = ["orders", SPOT, USDM, "--url", sim.url, "--json"]

        assert 0 == main([*line, "--account", "portfolio-margin"])
        assert ["binance.pm_margin", "binance.pm_um", "binance.pm_um_algo"] == names(printed())
        assert 0 == main([*line, "--trigger"])
        assert ["binance.pm_um_algo", "binance.usdm_algo"] == names(printed())
        assert 0 == main([*line, "--margin-mode", "cross"])
        assert ["binance.margin"] == names(printed())

    def test_the_account_of_the_config(
        self, sim: Simulator, printed: Printed, tmp_path: Path
    ) -> None:
        """An account that the options of the file state is the only one."""
        sim.place("usdm", "BTCUSDT", client_order_id="classic")
        sim.place("pm_um", "BTCUSDT", client_order_id="mine")
        config = tmp_path / "keys.toml"
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
            "options = { portfolioMargin = true }\n"
        )

        assert 0 == main(["orders", USDM, "--url", sim.url, "--config", str(config), "--json"])
        assert ["mine"] == names(printed())

    def test_an_account_that_the_key_does_not_have(
        self, sim: Simulator, mocker: MockerFixture, capsys: Captured
    ) -> None:
        """It is named, and the others are listed."""
        order = sim.place("usdm", "BTCUSDT")
        refused = ccxt.AuthenticationError('binance {"code":-2015,"msg":"Invalid API-key, IP"}')
        mocker.patch.object(ccxt.binance, "papiGetUmOpenOrders", side_effect=refused)

        assert 0 == main(["orders", USDM, "--url", sim.url])
        captured = capsys.readouterr()
        assert str(order.order_id) in captured.out
        assert "-2015" in captured.err
        assert "not listed: portfolio-margin linear (AuthenticationError: " in captured.err

    def test_a_list_that_does_not_come(self, sim: Simulator, capsys: Captured) -> None:
        """Then the command fails, and shows what came."""
        order = sim.place("pm_um", "BTCUSDT")
        sim.faults.play("http_500", on="GET")

        assert 1 == main(["orders", USDM, "--url", sim.url])
        captured = capsys.readouterr()
        assert str(order.order_id) in captured.out
        assert "not listed: classic linear (" in captured.err

    def test_nothing_is_open_in_what_was_listed(self, sim: Simulator, capsys: Captured) -> None:
        """It does not say that nothing is open."""
        sim.faults.play("http_500", on="GET")

        assert 1 == main(["orders", USDM, "--url", sim.url])
        assert "No order is open in what was listed.\n" == capsys.readouterr().out

    def test_a_wrong_secret(
        self, sim: Simulator, environment: pytest.MonkeyPatch, capsys: Captured
    ) -> None:
        """A key that is refused everywhere is a failure, which shows nothing of the key."""
        environment.setenv(SECRET, "not-to-be-seen")

        assert 1 == main(["orders", USDM, "--url", sim.url])
        captured = capsys.readouterr()
        assert "AuthenticationError" in captured.err
        assert "not-to-be-seen" not in captured.err
        assert "" == captured.out

    def test_nothing_is_open(self, sim: Simulator, capsys: Captured) -> None:
        """It says so."""
        assert 0 == main(["orders", USDM, "--url", sim.url])
        assert "No order is open.\n" == capsys.readouterr().out

    @pytest.mark.parametrize("columns", [80, 140])
    def test_every_id_can_be_copied(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        capsys: Captured,
        columns: int,
    ) -> None:
        """On a narrow terminal an order has two lines, and no id or symbol is broken."""
        environment.setenv("COLUMNS", str(columns))
        order = sim.place("options", "ETH-270326-3000-P", client_order_id="mine")

        assert 0 == main(["orders", OPTION, "--url", sim.url])
        lines = capsys.readouterr().out.splitlines()
        [first] = [line for line in lines if line.startswith(str(order.order_id))]
        assert OPTION in first
        assert ("mine" in first) == (columns == 140)
        assert all(len(line) <= columns for line in lines)

    @pytest.mark.parametrize(
        ("symbol", "text"), [("BTCUSDT", "BTC/USDT or BTC/USDT:USDT"), ("FOO/BAR", "FOO/BAR")]
    )
    def test_wrong_symbols(self, sim: Simulator, printed: Printed, symbol: str, text: str) -> None:
        """One of two markets, or of none."""
        assert 2 == main(["orders", symbol, "--url", sim.url, "--json"])
        assert text in printed()["message"]
        assert "openOrders" not in "".join(request.path for request in sim.requests)

    def test_a_plugin_that_is_not_in_use(
        self, sim: Simulator, tmp_path: Path, printed: Printed
    ) -> None:
        """ccxt lists the orders, so they are shown."""
        file = tmp_path / "plugins.toml"
        file.write_text("[binance.usdm]\nenabled = false\n")
        sim.place("usdm", "BTCUSDT", client_order_id="mine")
        line = ["orders", USDM, "--url", sim.url, "--plugins", str(file), "--json"]

        assert 0 == main(line)
        assert ["mine"] == names(printed())

    @pytest.mark.parametrize("arguments", [[USDM, "--margin-mode", "cross"], [SPOT, "--trigger"]])
    def test_orders_that_no_plugin_knows(
        self, sim: Simulator, capsys: Captured, arguments: list[str]
    ) -> None:
        """It does not say that nothing is open."""
        assert 2 == main(["orders", *arguments, "--url", sim.url])
        captured = capsys.readouterr()
        assert "no installed plugin knows" in captured.err
        assert "" == captured.out

    def test_an_exchange_without_books(
        self, environment: pytest.MonkeyPatch, capsys: Captured
    ) -> None:
        """It says what lists them instead, and nothing is sent."""
        environment.setenv("BYBIT_API_KEY", "key")
        environment.setenv("BYBIT_SECRET", "secret")
        assert 2 == main(["orders", "--exchange", "bybit"])
        assert (
            "no installed plugin lists such orders of bybit: use ccxt's" in capsys.readouterr().err
        )

    @pytest.mark.parametrize(
        ("product", "market_id"), [("usdm", "BTCUSDT"), ("coinm", "BTCUSD_PERP")]
    )
    def test_a_class_of_one_product(
        self, sim: Simulator, printed: Printed, product: str, market_id: str
    ) -> None:
        """ccxt's ``binanceusdm`` lists futures as spot orders, too; each is shown once."""
        sim.place(product, market_id, client_order_id="mine")

        assert 0 == main(["orders", "--exchange", f"binance{product}", "--url", sim.url, "--json"])
        assert ["mine"] == names(printed())

    def test_margin_among_others(self, sim: Simulator, capsys: Captured) -> None:
        """What is listed by symbol only is named, with what is missing, and is no failure."""
        assert 0 == main(["orders", "--account", "portfolio-margin", "--url", sim.url])
        captured = capsys.readouterr()
        said = "ccxt-adapter: not listed: portfolio-margin margin (a SYMBOL is needed)\n"
        assert said == captured.err
        assert "No order is open in what was listed.\n" == captured.out

    def test_margin_without_a_symbol(self, sim: Simulator, printed: Printed) -> None:
        """Nothing was listed, so it is no list of nothing."""
        sim.place("margin", "LTCBTC")

        assert 2 == main(["orders", "--margin-mode", "cross", "--url", sim.url, "--json"])
        listing = printed()
        assert [] == listing["orders"]
        assert ["a SYMBOL is needed"] == [each["message"] for each in listing["not_listed"]]

    def test_nobody_listens(self, capsys: Captured) -> None:
        """The markets do not load."""
        with closed_port() as nobody:
            assert 1 == main(["orders", "--url", f"http://{nobody}"])
        assert capsys.readouterr().err.endswith("`ccxt-adapter doctor` shows what is wrong.\n")


class TestShow:
    """One order."""

    @pytest.mark.parametrize("sample", EVERY, ids=lambda sample: sample.plugin)
    def test_by_symbol(self, sim: Simulator, sample: Sample, printed: Printed) -> None:
        """Of every product."""
        order = sample.place(sim, "mine")
        line = ["show", str(order.order_id), sample.symbol, *sample.options]

        assert 0 == main([*line, "--url", sim.url, "--json"])
        assert ("mine", "open") == tuple(map(printed().get, ("clientOrderId", "status")))

    def test_what_was_filled(self, sim: Simulator, capsys: Captured) -> None:
        """The amount and the price."""
        order = sim.place("usdm", "BTCUSDT")
        sim.book.fill(order)

        assert 0 == main(["show", str(order.order_id), "--url", sim.url, USDM])
        shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
        assert ("closed", "1", "100") == tuple(
            shown[name].strip() for name in ("status", "filled", "average")
        )

    def test_without_a_symbol(self, sim: Simulator, printed: Printed) -> None:
        """It is searched among the open orders, and not where a symbol is needed."""
        order = sim.place("pm_cm", "BTCUSD_PERP", client_order_id="mine")
        line = ["show", "--url", sim.url, "--json"]

        assert 0 == main([*line, str(order.order_id)])
        assert "mine" == printed()["clientOrderId"]
        assert 4 == main([*line, "1"])
        assert "give its SYMBOL" in printed()["message"]

    def test_of_another_account(self, sim: Simulator, capsys: Captured) -> None:
        """Where the query does not find it, the open orders of each account are searched."""
        order = sim.place("pm_um", "BTCUSDT", client_order_id="mine")

        assert 0 == main(["show", str(order.order_id), USDM, "--url", sim.url])
        captured = capsys.readouterr()
        options = f"--account portfolio-margin --url {sim.url}"
        found = f"ccxt-adapter cancel {order.order_id} {USDM} {options}\n"
        assert captured.err.endswith(f"found among the open orders: {found}")
        assert "mine" in captured.out

    def test_a_key_that_is_refused(
        self, sim: Simulator, mocker: MockerFixture, printed: Printed
    ) -> None:
        """Then it is not known whether the order is open."""
        refused = ccxt.AuthenticationError('binance {"code":-2015,"msg":"Invalid API-key, IP"}')
        mocker.patch.object(ccxt.binance, "fetch_open_orders", side_effect=refused)

        assert 1 == main(["show", "1", "--url", sim.url, "--json"])
        assert "-2015" in printed()["message"]

    def test_several_of_that_id(self, sim: Simulator, printed: Printed) -> None:
        """None is shown as if it were the one, and each is named."""
        for product, market_id in (("usdm", "BTCUSDT"), ("coinm", "BTCUSD_PERP")):
            order = sim.place(product, market_id)

        assert 2 == main(["show", str(order.order_id), "--url", sim.url, "--json"])
        message = printed()["message"]
        for symbol in (USDM, "BTC/USD:BTC"):
            assert f"ccxt-adapter cancel {order.order_id} {symbol}" in message

    def test_another_order_of_that_id(self, sim: Simulator, printed: Printed) -> None:
        """What ccxt's query shows of the regular book is no conditional order."""
        order = sim.place("usdm", "BTCUSDT", client_order_id="mine")
        line = ["show", str(order.order_id), USDM, "--url", sim.url, "--json"]

        assert 4 == main([*line, "--trigger"])
        assert "OrderNotFound" == printed()["error"]

    @pytest.mark.parametrize(
        ("words", "code", "text"),
        [
            (["1", USDM], 4, "-2013"),
            (["1", "BTCUSDT"], 2, "BTC/USDT or BTC/USDT:USDT"),
            (["1", "FOO/BAR"], 2, "FOO/BAR"),
            (["1", "2", USDM], 2, "Give one ID"),
            (["myOrder1", USDM], 2, "ccxt-adapter orders BTC/USDT:USDT"),
            ([USDM], 2, "Give one ID"),
        ],
    )
    def test_no_such_order(
        self, sim: Simulator, printed: Printed, words: list[str], code: int, text: str
    ) -> None:
        """Nowhere, or a wrong command line."""
        assert code == main(["show", *words, "--url", sim.url, "--json"])
        assert text in printed()["message"]
