"""What ``ccxt-adapter cancel`` shows of an order, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.cli import exit_codes, main
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.simulator import Simulator
from adapter.testing import Answer, Replay

from .shown import FIELDS, SYMBOL, Captured, Printed, lines

pytestmark = pytest.mark.usefixtures("keys", "no_time")

PAGE = Path(__file__).parent.parent.parent / "docs" / "command-line.md"


def answer(**fields: Any) -> Answer:
    """An order as USDⓈ-M shows it."""
    return Answer(body=json.dumps({"orderId": 7, "clientOrderId": "mine", **fields}))


class TestGone:
    """Exit code 4."""

    @pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.plugin)
    def test_filled(self, sim: Simulator, sample: Sample, printed: Printed) -> None:
        """Of a filled order, what was filled is shown on every product."""
        order = sample.place(sim, "mine")
        sim.faults.play("fill_before", on="DELETE")
        line = ["cancel", str(order.order_id), sample.symbol, *sample.options]

        assert 4 == main([*line, "--url", sim.url, "--json"])
        found = printed()
        assert FIELDS == list(found)
        assert ("OrderGone", "closed", 4) == (found["error"], found["state"], found["exit"])
        assert (1.0, 0.0) == (found["filled"], found["remaining"])
        assert str(order.order_id) == found["id"]

    def test_filled_on_a_terminal(self, sim: Simulator, capsys: Captured) -> None:
        """People read how it ended, the amount and the price, on stderr; stdout is empty."""
        order = sim.place("usdm", "BTCUSDT", client_order_id="mine")
        sim.faults.play("fill_before", on="DELETE")

        assert 4 == main(["cancel", str(order.order_id), SYMBOL, "--url", sim.url])
        captured = capsys.readouterr()
        shown = lines(captured.err)
        assert captured.err.startswith("ccxt-adapter: OrderGone: binance")
        assert ("closed (filled)", "mine") == (shown["how it ended"], shown["clientOrderId"])
        assert ("1", "100", "0") == (shown["filled"], shown["average"], shown["remaining"])
        assert "what to do" not in shown
        assert "" == captured.out

    def test_without_an_average(self, capsys: Captured) -> None:
        """An answer that has no average price shows none."""
        with Replay([answer(status="FILLED", executedQty="0.00001", origQty="0.00001")]) as replay:
            assert 4 == main(["cancel", "7", SYMBOL, "--url", replay.url])
        shown = lines(capsys.readouterr().err)
        assert "0.00001" == shown["filled"]
        assert "average" not in shown

    @pytest.mark.parametrize(
        ("fault", "state", "shown"),
        [
            ("expire_before", "expired", "expired"),
            (None, "canceled", "canceled (before this cancel)"),
        ],
    )
    @pytest.mark.parametrize("as_json", [False, True])
    def test_ended_otherwise(
        self,
        sim: Simulator,
        capsys: Captured,
        fault: str | None,
        state: str,
        shown: str,
        as_json: bool,
    ) -> None:
        """How an order ended is named, also one that somebody canceled before."""
        order = sim.place("usdm", "BTCUSDT")
        line = ["cancel", str(order.order_id), SYMBOL, "--url", sim.url]
        if fault is None:
            assert 0 == main(line)
            capsys.readouterr()
        else:
            sim.faults.play(fault, on="DELETE")

        assert 4 == main([*line, *["--json"][: int(as_json)]])
        captured = capsys.readouterr()
        if as_json:
            assert state == json.loads(captured.out)["state"]
        else:
            assert shown == lines(captured.err)["how it ended"]

    def test_nowhere(self, sim: Simulator, capsys: Captured) -> None:
        """Of an order that no query finds, the names on the command line are all there is."""
        assert 4 == main(["cancel", "1", SYMBOL, "--url", sim.url, "--json"])
        captured = capsys.readouterr()
        found = json.loads(captured.out)
        assert FIELDS == list(found)
        assert ("1", None, SYMBOL) == (found["id"], found["clientOrderId"], found["symbol"])
        assert (None, None, None) == (found["state"], found["order"], found["filled"])
        assert '{"code":-2011,"msg":"Unknown order sent."}' in found["message"]
        assert 1 == captured.err.count("\n")

    def test_nowhere_on_a_terminal(self, sim: Simulator, capsys: Captured) -> None:
        """The output shows that the final status is unknown."""
        assert 4 == main(["cancel", "1", SYMBOL, "--url", sim.url])
        assert "unknown" == lines(capsys.readouterr().err)["how it ended"]

    def test_ccxts_own_answer(self, mocker: MockerFixture, printed: Printed) -> None:
        """An order that ccxt's own method returns as expired was gone."""
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)
        order = {"id": "1", "symbol": "BTC/USDT", "status": "expired"}
        mocker.patch.object(ccxt.binance, "cancel_order", return_value=order)

        assert 4 == main(["cancel", "1", "BTC/USDT", "--json"])
        found = printed()
        assert ("expired", None, None) == (found["state"], found["error"], found["outcome"])
        assert "status is expired, not canceled" in found["message"]


class TestCanceled:
    """Exit code 0."""

    @pytest.mark.parametrize(("fault", "filled"), [(None, "0"), ("fill_part_before", "0.5")])
    def test_what_was_filled(
        self, sim: Simulator, capsys: Captured, fault: str | None, filled: str
    ) -> None:
        """Of a canceled order, what was filled is shown, also if it is nothing."""
        order = sim.place("usdm", "BTCUSDT")
        sim.faults.play(fault, on="DELETE")

        assert 0 == main(["cancel", str(order.order_id), SYMBOL, "--url", sim.url])
        captured = capsys.readouterr()
        assert filled == lines(captured.out)["filled"]
        assert "" == captured.err

    def test_json(self, sim: Simulator, printed: Printed) -> None:
        """The fields are those of every other end; there is no error and nothing to do."""
        order = sim.place("usdm", "BTCUSDT")

        assert 0 == main(["cancel", str(order.order_id), SYMBOL, "--url", sim.url, "--json"])
        found = printed()
        assert FIELDS == list(found)
        assert ("canceled", "canceled", 0.0) == (
            found["status"],
            found["outcome"],
            found["filled"],
        )
        for name in ("state", "error", "message", "advice", "retry_after"):
            assert found[name] is None


class TestOther:
    """Exit codes 1 and 2 have the same fields, and the error message is enough."""

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (["1", SYMBOL, "--deadline", "-1"], 2),
            (["1", SYMBOL, "--config", "nowhere.toml"], 2),
            (["1", SYMBOL, "--plugins", "nowhere.toml"], 2),
            ([SYMBOL], 2),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_usage(self, sim: Simulator, printed: Printed, line: list[str], code: int) -> None:
        """A usage error is in the same field as an error of the exchange."""
        assert code == main(["cancel", *line, "--url", sim.url, "--json"])
        found = printed()
        assert FIELDS == list(found)
        assert (code, SYMBOL) == (found["exit"], found["symbol"])

    def test_one_line(self, capsys: Captured) -> None:
        """A refusal on a terminal is one line."""
        refused = Answer(status=400, body='{"code":-2015,"msg":"Invalid API-key, IP"}')
        with Replay([refused]) as replay:
            assert 1 == main(["cancel", "1", SYMBOL, "--url", replay.url])
        captured = capsys.readouterr()
        assert (1, "") == (captured.err.count("\n"), captured.out)

    def test_a_symbol_that_ccxt_does_not_know(self, mocker: MockerFixture) -> None:
        """It is a wrong argument, also where the markets had to be loaded to find that out."""
        mocker.patch.object(ccxt.binance, "load_markets")
        mocker.patch.object(ccxt.binance, "last_request_url", "http://127.0.0.1/markets")
        mocker.patch.object(ccxt.binance, "cancel_order", side_effect=ccxt.BadSymbol("FOO/BAR"))
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)

        assert 2 == main(["cancel", "1", "FOO/BAR"])


class TestCodes:
    """The exit codes are in the help."""

    def test_help(self, capsys: Captured) -> None:
        """--help has each with its meaning."""
        with pytest.raises(SystemExit):
            main(["cancel", "--help"])

        text = capsys.readouterr().out
        assert f"exit codes: {exit_codes.listed(exit_codes.CANCEL)}\n" in text
        assert {0, 1, 2, 3, 4, 130} == set(exit_codes.CANCEL)

    @pytest.mark.skipif(not PAGE.is_file(), reason="the page is not beside the tests")
    def test_page(self) -> None:
        """The table of docs/command-line.md is the same."""
        text = PAGE.read_text(encoding="utf-8")
        for code, meaning in exit_codes.CANCEL.items():
            assert f"| {code} | {meaning} |\n" in text
