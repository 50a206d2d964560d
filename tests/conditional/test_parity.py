"""The order of a conditional cancel is ccxt's own, key by key, except where ccxt is wrong."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from contract.calls import call, mode

from adapter.testing import Answer, Replay

from .answers import ALGO_ACCEPTED, algo, strategy

__all__ = ["mode"]

pytestmark = pytest.mark.usefixtures("no_time")


@attrs.frozen
class Case:
    """An endpoint: where its orders are, what it answers, and the answer that shows the order."""

    plugin: str
    symbol: str
    account: str | None
    canceled: Answer
    shown: dict[str, Any]
    corrected: dict[str, Any] = attrs.field(factory=dict)
    """What ccxt gets wrong."""

    def cancel(self, mode: str, *, confirm: bool = True) -> Any:
        """What a cancel returns."""
        with Replay([self.canceled, Answer(body=self.shown, method="GET")]) as replay:
            ids = {"strategyId": 123445} if "strategyId" in self.shown else {"algoId": 2146760}
            arguments = None, self.symbol, {"trigger": True, "confirm": confirm, **ids}
            return call("binance", replay, mode, *arguments, account=self.account)


SHOWN: dict[str, Any] = algo("CANCELED").body
COIN = {**SHOWN, "symbol": "BTCUSD_PERP"}
SIZE_UNKNOWN = {"cost": None}
"""Without markets: ccxt takes a contract for one coin."""
BOOKED = {"timestamp": 1566818724710, "datetime": "2019-08-26T11:25:24.710Z"}
"""ccxt takes the time of the cancel for that of the order."""
PORTFOLIO = "portfolio-margin"
STRATEGY = strategy("CANCELED")
CASES = (
    Case("usdm_algo", "BTC/USDT:USDT", None, ALGO_ACCEPTED, SHOWN),
    Case("coinm_algo", "BTC/USD:BTC", None, ALGO_ACCEPTED, COIN, SIZE_UNKNOWN),
    Case("pm_um_algo", "BTC/USDT:USDT", PORTFOLIO, Answer(body={"complete": True}), SHOWN),
    Case("pm_cm", "BTC/USD:BTC-200925", PORTFOLIO, Answer(body=STRATEGY), STRATEGY, BOOKED),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.plugin)
def test_an_order_is_ccxts_own(case: Case, mode: str) -> None:
    """By what a query shows, or the cancel's answer: ``info``, every key and every value."""
    order = case.cancel(mode)
    parsed = ccxt.binance().parse_order(order["info"])

    known = {"symbol": case.symbol, "outcome": "canceled", **case.corrected}
    assert {**parsed, **known} == order
    assert case.shown.keys() == order["info"].keys()


def test_an_acknowledgement_alone_has_no_status(mode: str) -> None:
    """ccxt returns it as an order whose status is None; it is canceling, and accepted."""
    ccxts = ccxt.binance().parse_order(ALGO_ACCEPTED.body)
    order = CASES[0].cancel(mode, confirm=False)

    assert ccxts["status"] is None
    assert ("canceling", "accepted") == (order["status"], order["outcome"])
    assert ("2146760", "6B2I9XVcJpCjqPAJ4YoFX7") == (order["id"], order["clientOrderId"])
    assert {*ccxts, "outcome"} == {*order}


@pytest.mark.parametrize(
    ("status", "ccxts"), [("TRIGGERED", "closed"), ("FINISHED", "closed"), ("TRIGGERING", "open")]
)
def test_where_ccxt_is_wrong(status: str, ccxts: str) -> None:
    """A triggered order is closed to ccxt, although the one that it became may be open."""
    assert ccxts == ccxt.binance().parse_order(algo(status).body)["status"]
