"""What ``ccxt-adapter cancel`` prints where nobody knows what became of the order."""

from __future__ import annotations

import json
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.cli import main
from adapter.simulator import Simulator

from .shown import FIELDS, OPTION, SYMBOL, Captured, Printed, lines

pytestmark = pytest.mark.usefixtures("keys", "no_time")


class TestUnknown:
    """Exit code 3."""

    def test_last_state_and_advice(self, sim: Simulator, capsys: Captured) -> None:
        """People read the last status seen, the fill, and what to do, on stderr."""
        order = sim.place("usdm", "BTCUSDT", client_order_id="mine")
        sim.faults.play(*["drop_before"] * 40, on="DELETE")
        sim.faults.play("fill_part_before", on="GET")
        line = ["cancel", str(order.order_id), SYMBOL, "--url", sim.url]

        assert 3 == main([*line, "--deadline", "5"])
        captured = capsys.readouterr()
        shown = lines(captured.err)
        assert "open" == shown["last status seen"]
        assert ("0.5", "0.5") == (shown["filled"], shown["remaining"])
        assert "Do not place a replacement yet" in shown["what to do"]
        again = (
            f"Cancel it again, with the same options: ccxt-adapter cancel {order.order_id}"
            f" {SYMBOL} --url {sim.url}"
        )
        assert again in " ".join(captured.err.split())
        assert "" == captured.out

    def test_a_client_id_may_lead_to_another_order(
        self, mocker: MockerFixture, printed: Printed
    ) -> None:
        """The order that was seen is to be cancelled only if it is the one that was meant."""
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)
        seen = {"id": "7", "clientOrderId": "mine", "symbol": SYMBOL, "status": "open"}
        error = adapter.CancelUnknown("unknown", order=seen)
        mocker.patch.object(ccxt.binance, "cancel_order", side_effect=error)

        assert 3 == main(["cancel", "BTCUSDT", "--client-order-id", "mine", "--json"])
        found = printed()
        assert ("7", SYMBOL, "open") == (found["id"], found["symbol"], found["status"])
        assert "If the order shown is the one you mean, cancel it by its id" in found["advice"]
        assert found["advice"].endswith(f"ccxt-adapter cancel 7 {SYMBOL}")

    def test_json(self, sim: Simulator, printed: Printed) -> None:
        """A program gets the same in fields."""
        order = sim.place("usdm", "BTCUSDT")
        sim.faults.play(*["drop_before"] * 40, on="DELETE")
        line = ["cancel", str(order.order_id), SYMBOL, "--url", sim.url, "--deadline", "5"]

        assert 3 == main([*line, "--json"])
        found = printed()
        assert FIELDS == list(found)
        assert ("CancelUnknown", "open", 3) == (found["error"], found["status"], found["exit"])
        assert (0.0, 1.0, None) == (found["filled"], found["remaining"], found["outcome"])
        assert "Do not place a replacement yet" in found["advice"]

    def test_nothing_seen(self, sim: Simulator, capsys: Captured) -> None:
        """Where no query was answered and no id is known, the advice names no order."""
        sim.place("usdm", "BTCUSDT", client_order_id="mine")
        sim.faults.play(*["drop_before"] * 80)
        line = ["cancel", SYMBOL, "--client-order-id", "mine", "--url", sim.url]

        assert 3 == main([*line, "--deadline", "5"])
        captured = capsys.readouterr()
        assert ("none", "mine") == (
            lines(captured.err)["last status seen"],
            lines(captured.err)["clientOrderId"],
        )
        assert f"ccxt-adapter orders {SYMBOL}" in " ".join(captured.err.split())

    @pytest.mark.parametrize("as_json", [False, True])
    def test_not_final(self, sim: Simulator, capsys: Captured, as_json: bool) -> None:
        """A cancel that was accepted and is not finished reports it, with the outcome."""
        order = sim.place("options", "ETH-270326-3000-P")
        sim.faults.play("accepted_only", on="DELETE")
        line = ["cancel", str(order.order_id), OPTION, "--url", sim.url, "--no-confirm"]

        assert 3 == main([*line, *["--json"][: int(as_json)]])
        captured = capsys.readouterr()
        said = "the order's status is canceling, not canceled"
        assert said in captured.err
        if as_json:
            found = json.loads(captured.out)
            assert FIELDS == list(found)
            assert ("canceling", "accepted") == (found["status"], found["outcome"])
            assert (None, 3) == (found["error"], found["exit"])
            assert said in found["message"]
        else:
            assert "" == captured.out
            assert "accepted" == lines(captured.err)["outcome"]
            assert "Cancel it again" in lines(captured.err)["what to do"]

    def test_ccxts_own_answer(self, mocker: MockerFixture, printed: Printed) -> None:
        """An order that ccxt's own method returns without a status may be open."""
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)
        order = {"id": "1", "symbol": "BTC/USDT", "status": None}
        mocker.patch.object(ccxt.binance, "cancel_order", return_value=order)

        assert 3 == main(["cancel", "1", "BTC/USDT", "--json"])
        assert "status is unknown, not canceled" in printed()["message"]

    def test_an_error_of_no_kind_after_the_send(
        self, sim: Simulator, mocker: MockerFixture, printed: Printed
    ) -> None:
        """A bug that shows once the cancel was sent is not the order's: the outcome is unknown."""
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)

        def sent(exchange: Any, *_: object) -> None:
            exchange.session.request("DELETE", sim.url)
            raise KeyError("orderId")

        mocker.patch.object(ccxt.binance, "cancel_order", sent)

        assert 3 == main(["cancel", "1", "BTC/USDT", "--json"])
        assert "KeyError" == printed()["error"]

    def test_an_error_of_no_kind_before_the_send(self, mocker: MockerFixture) -> None:
        """A bug that shows before is one."""
        mocker.patch.object(adapter, "attach", side_effect=lambda exchange, **_: exchange)
        mocker.patch.object(ccxt.binance, "cancel_order", side_effect=KeyError("orderId"))

        with pytest.raises(KeyError):
            main(["cancel", "1", "BTC/USDT"])
