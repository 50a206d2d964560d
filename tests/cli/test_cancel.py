"""``ccxt-adapter cancel`` against servers on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import pytest
from integration.unreachable import closed_port
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.demo.samples import SAMPLES, STOPS, Sample
from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator
from adapter.testing import Answer, Replay

pytestmark = pytest.mark.usefixtures("no_time")

SYMBOL = "BTC/USDT:USDT"
LIMITED = Answer(
    status=418,
    headers={"Retry-After": "3600"},
    body='{"code":-1003,"msg":"Way too much request weight used; IP banned."}',
)

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("keys")
class TestDone:
    """Cancels that the simulator carries out."""

    @pytest.mark.parametrize("sample", [*SAMPLES, *STOPS], ids=lambda sample: sample.plugin)
    def test_by_id(self, sim: Simulator, sample: Sample, printed: Printed) -> None:
        """An order of every product is cancelled by its id."""
        order = sample.place(sim, "mine")
        arguments = [str(order.order_id), sample.symbol, *sample.options]

        assert 0 == main(["cancel", *arguments, "--url", sim.url, "--json"])
        assert "CANCELED" == sim.book.now(order).status
        assert str(order.order_id) == printed()["id"]

    @pytest.mark.parametrize("sample", [*SAMPLES, *STOPS], ids=lambda sample: sample.plugin)
    def test_by_client_id(self, sim: Simulator, sample: Sample, printed: Printed) -> None:
        """The symbol alone will do when a client id is given, on every product."""
        order = sample.place(sim, "mine")
        arguments = [sample.symbol, "--client-order-id", "mine", *sample.options]

        assert 0 == main(["cancel", *arguments, "--url", sim.url, "--json"])
        assert "CANCELED" == sim.book.now(order).status
        assert "mine" == printed()["clientOrderId"]

    def test_an_order_of_an_isolated_account(self, sim: Simulator) -> None:
        """--margin-mode chooses the account; the other one does not have the order."""
        order = sim.place("margin", "LTCBTC", is_isolated=True)
        line = ["cancel", str(order.order_id), "LTC/BTC", "--url", sim.url, "--margin-mode"]

        assert 4 == main([*line, "cross"])
        assert sim.book.now(order).is_open
        assert 0 == main([*line, "isolated"])
        assert "CANCELED" == sim.book.now(order).status

    def test_a_stop_that_has_been_triggered(self, sim: Simulator, capsys: Captured) -> None:
        """How it ended is printed, and the order that it has become, which is as it was."""
        stop = sim.place("usdm_algo", "BTCUSDT")
        _, becomes = sim.trigger(stop)

        line = ["cancel", str(stop.order_id), SYMBOL, "--trigger", "--url", sim.url]
        assert 4 == main(line)
        text = capsys.readouterr().err
        assert "triggered" in text
        assert str(becomes.order_id) in text
        assert sim.book.now(becomes).is_open

    def test_options_may_be_before_the_arguments(self, sim: Simulator) -> None:
        """Options may come in any order."""
        order = sim.place("usdm", "BTCUSDT")

        assert 0 == main(["cancel", "--url", sim.url, str(order.order_id), SYMBOL])
        assert "CANCELED" == sim.book.now(order).status

    def test_options_may_be_between_the_arguments(self, sim: Simulator) -> None:
        """Also where argparse would leave the symbol over."""
        order = sim.place("usdm", "BTCUSDT")

        assert 0 == main(["cancel", str(order.order_id), "--url", sim.url, SYMBOL])
        assert "CANCELED" == sim.book.now(order).status

    def test_a_market_id_of_one_market(self, sim: Simulator) -> None:
        """A margin mode, or an id that no contract has, leaves one meaning."""
        spot, margin = sim.place("spot", "LTCBTC"), sim.place("margin", "BTCUSDT")

        assert 0 == main(["cancel", str(spot.order_id), "LTCBTC", "--url", sim.url])
        line = ["cancel", str(margin.order_id), "BTCUSDT", "--url", sim.url]
        assert 0 == main([*line, "--margin-mode", "cross"])
        assert "CANCELED" == sim.book.now(margin).status

    def test_a_slash_at_the_end_of_the_url_is_taken_off(self, sim: Simulator) -> None:
        """An address as a browser shows it leads to the same paths."""
        order = sim.place("usdm", "BTCUSDT")

        assert 0 == main(["cancel", str(order.order_id), SYMBOL, "--url", f"{sim.url}/"])
        assert "/fapi/v1/order" == sim.requests[-1].path

    def test_it_prints_a_table(self, sim: Simulator, capsys: Captured) -> None:
        """Without --json the order's names and values are a table."""
        order = sim.place("usdm", "BTCUSDT", client_order_id="mine")

        assert 0 == main(["cancel", str(order.order_id), SYMBOL, "--url", sim.url])
        shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
        assert ("canceled", "mine") == (shown["status"].strip(), shown["clientOrderId"].strip())

    def test_json_and_nothing_else(self, sim: Simulator, capsys: Captured) -> None:
        """With --json stdout is one object with the unified order, and stderr is empty."""
        order = sim.place("usdm", "BTCUSDT")

        assert 0 == main(["cancel", str(order.order_id), SYMBOL, "--url", sim.url, "--json"])
        captured = capsys.readouterr()
        found = json.loads(captured.out)
        assert ("canceled", 0) == (found["outcome"], found["exit"])
        assert "CANCELED" == found["order"]["info"]["status"]
        assert "" == captured.err

    def test_another_exchange_class(self, sim: Simulator, printed: Printed) -> None:
        """--exchange chooses ccxt's class, whose rules read a raw market id."""
        order = sim.place("usdm", "BTCUSDT")
        arguments = [str(order.order_id), "BTCUSDT", "--exchange", "binanceusdm"]

        assert 0 == main(["cancel", *arguments, "--url", sim.url, "--json"])
        assert SYMBOL == printed()["symbol"]

    def test_account_of_a_config_file(self, sim: Simulator, tmp_path: Path) -> None:
        """The options of a --config file reach the exchange, and its keys sign."""
        order = sim.place("pm_um", "BTCUSDT")
        config = tmp_path / "keys.toml"
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
            "options = { portfolioMargin = true }\n"
        )
        arguments = [str(order.order_id), SYMBOL, "--config", str(config)]

        assert 0 == main(["cancel", *arguments, "--url", sim.url])
        assert "CANCELED" == sim.book.now(order).status


@pytest.mark.usefixtures("keys")
class TestRefused:
    """Exit code 1: not done, and the order is as it was."""

    def test_too_many_requests(self, capsys: Captured) -> None:
        """A ban is reported with its duration."""
        with Replay([LIMITED]) as replay:
            assert 1 == main(["cancel", "1", SYMBOL, "--url", replay.url, "--json"])
        captured = capsys.readouterr()
        assert json.loads(captured.out)["retry_after"] > 3500
        assert "(try again in 36" in captured.err or "(try again in 35" in captured.err

    def test_wrong_secret(
        self, sim: Simulator, environment: pytest.MonkeyPatch, capsys: Captured
    ) -> None:
        """A signature that is refused is the exchange's no, and nothing of the keys is shown."""
        environment.setenv(SECRET, "not-to-be-seen")

        assert 1 == main(["cancel", "1", SYMBOL, "--url", sim.url, "--json"])
        captured = capsys.readouterr()
        assert "-1022" in captured.err
        for text in (captured.out, captured.err):
            assert "not-to-be-seen" not in text
            assert sim.api_key not in text

    def test_bad_request_of_the_exchange(self) -> None:
        """The class that means wrong usage before sending is the exchange's no after it."""
        with Replay([Answer(status=400, body='{"code":-1102,"msg":"Mandatory parameter"}')]) as r:
            assert 1 == main(["cancel", "1", SYMBOL, "--url", r.url])

    def test_nobody_listens(self, capsys: Captured) -> None:
        """An address where nothing listens is one line."""
        with closed_port() as nobody:
            assert 1 == main(["cancel", "1", SYMBOL, "--url", f"http://{nobody}"])
        assert 1 == capsys.readouterr().err.count("\n")

    def test_ccxts_own_error_shows_no_signature(
        self, sim: Simulator, tmp_path: Path, printed: Printed
    ) -> None:
        """ccxt's errors quote the signed URL: the signature is taken out."""
        file = tmp_path / "plugins.toml"
        file.write_text("[binance.coinm]\nenabled = false\n")
        sim.faults.play("page_404", on="DELETE")  # which ccxt calls ExchangeNotAvailable
        line = ["cancel", "1", "BTC/USD:BTC", "--url", sim.url, "--plugins", str(file), "--json"]

        assert 3 == main(line)
        message = printed()["message"]
        assert sim.requests[-1].params["signature"] not in message
        assert "signature=…" in message


@pytest.mark.usefixtures("keys")
class TestUnknown:
    """Exit code 3: it is unknown whether the cancel was executed."""

    def test_lost_answer(self, capsys: Captured) -> None:
        """A connection that drops once the request is out is distinguished from a no."""
        with Replay([]) as replay:
            assert 3 == main(["cancel", "1", SYMBOL, "--url", replay.url, "--json"])
            assert "DELETE" == replay.received[0].method
        captured = capsys.readouterr()
        assert "CancelUnknown" == json.loads(captured.out)["error"]
        assert "fetch the order" in captured.err

    def test_ctrl_c_after_sending(self, mocker: MockerFixture) -> None:
        """Ctrl-C while Binance's answer is awaited leaves the outcome unknown."""
        sent = mocker.patch("requests.Session.request", side_effect=KeyboardInterrupt)

        assert 3 == main(["cancel", "1", SYMBOL])
        method, url = sent.call_args.args
        assert "DELETE" == method
        assert url.startswith("https://fapi.binance.com/fapi/v1/order?")

    def test_ctrl_c_before_sending(self, sim: Simulator, mocker: MockerFixture) -> None:
        """Ctrl-C before anything was sent ends as it does in any program."""
        mocker.patch.object(ccxt.binance, "prepare_request_headers", side_effect=KeyboardInterrupt)

        assert 130 == main(["cancel", "1", SYMBOL, "--url", sim.url])
        assert [] == sim.requests


@pytest.mark.usefixtures("keys")
class TestWrongUsage:
    """Exit code 2: nothing was sent."""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["1", SYMBOL, "--url", "127.0.0.1:8080"], "is not like http://"),
            (["1", SYMBOL, "--url", "http://127.0.0.1:8080/fapi"], "without a path"),
            (["1", SYMBOL, "--account", "margin"], "invalid choice"),
            (["1", SYMBOL, "--margin-mode", "both"], "invalid choice"),
            (["1", SYMBOL, "--deadline", "soon"], "invalid float"),
            (["1", SYMBOL, "--everything"], "cancel: error: unrecognized arguments: --everything"),
            (["--al", SYMBOL], "cancel: error: unrecognized arguments: --al"),
            ([], "required: ID ... SYMBOL"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_argparse(self, arguments: list[str], said: str, capsys: Captured) -> None:
        """A wrong command line is refused with what it should be."""
        with pytest.raises(SystemExit) as caught:
            main(["cancel", *arguments])

        assert 2 == caught.value.code
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "error", "said"),
        [
            ([SYMBOL], "UsageError", "--client-order-id"),
            ([SYMBOL, "1"], "UsageError", "comes before the symbol"),
            (["1"], "UsageError", "comes before the symbol"),
            (["1", SYMBOL, "--all"], "UsageError", "leave the ids out"),
            (["1", "BTCUSDT"], "UsageError", "write BTC/USDT or BTC/USDT:USDT"),
            (["--all", "BTCUSDT"], "UsageError", "write BTC/USDT or BTC/USDT:USDT"),
            (["1", SYMBOL, "--exchange", "nowhere"], "UsageError", "made for binance, "),
            (["1", SYMBOL, "--exchange", "OKEx"], "UsageError", "did you mean okx"),
            (["abc", SYMBOL], "BadRequest", "pass it as --client-order-id 'abc'"),
            (["1", "abc", SYMBOL], "BadRequest", "pass it as --client-order-id 'abc'"),
            (["0", SYMBOL], "BadRequest", "order id"),
            ([SYMBOL, "--client-order-id", "a b"], "BadRequest", "takes --client-order-id as"),
            (["1", SYMBOL, "--deadline", "-1"], "BadRequest", "takes --deadline in seconds"),
            (["1", ""], "ArgumentsRequired", "symbol"),
            (["1", SYMBOL, "--plugins", "nowhere.toml"], "PluginError", "nowhere.toml"),
            (["1", SYMBOL, "--config", "nowhere.toml"], "UsageError", "nowhere.toml"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_before_sending(
        self, sim: Simulator, arguments: list[str], error: str, said: str, printed: Printed
    ) -> None:
        """What the adapter refuses before sending anything is wrong usage too, also in JSON."""
        assert 2 == main(["cancel", *arguments, "--url", sim.url, "--json"])
        found = printed()
        assert error == found["error"]
        assert said in found["message"]
        assert [] == sim.requests

    def test_a_pem_that_is_none(
        self, sim: Simulator, environment: pytest.MonkeyPatch, capsys: Captured
    ) -> None:
        """A private key that cannot be read is refused here, without showing it."""
        environment.setenv(SECRET, "-----BEGIN PRIVATE KEY-----\\nnot-to-be-seen")

        assert 2 == main(["cancel", "1", SYMBOL, "--url", sim.url])
        assert "not-to-be-seen" not in capsys.readouterr().err
        assert [] == sim.requests

    def test_no_keys(self, environment: pytest.MonkeyPatch, capsys: Captured) -> None:
        """Without keys the message shows where they are read from."""
        environment.delenv(API_KEY)

        assert 2 == main(["cancel", "1", SYMBOL])
        assert f"ccxt-adapter: no keys: set {API_KEY} in" in capsys.readouterr().err
