"""The plugins of conditional orders run the suite that anybody's must pass."""

from __future__ import annotations

from typing import ClassVar

import pytest

from adapter.testing import Answer, PluginSuite

from .answers import ALGO_ACCEPTED, NO_SUCH_ORDER, UNKNOWN_ORDER, algo, strategy

pytestmark = pytest.mark.usefixtures("no_time")


class TestUsdmAlgo(PluginSuite):
    plugin = "binance.usdm_algo"
    symbol = "BTC/USDT:USDT"
    params: ClassVar = {"trigger": True}
    order_id, client_order_id = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"
    canceled = ALGO_ACCEPTED
    queried: ClassVar = [algo("CANCELED")]
    unknown_order = UNKNOWN_ORDER


@pytest.mark.long
class TestCoinMAlgo(TestUsdmAlgo):
    plugin = "binance.coinm_algo"
    symbol = "BTC/USD:BTC-200925"
    params: ClassVar = {"stop": True}


@pytest.mark.long
class TestPmUmAlgo(PluginSuite):
    plugin = "binance.pm_um_algo"
    symbol = "BTC/USDT:USDT"
    account = "portfolio-margin"
    params: ClassVar = {"conditional": True}
    order_id, client_order_id = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"
    canceled = Answer(body={"complete": True})
    queried: ClassVar = [algo("CANCELED")]
    unknown_order = UNKNOWN_ORDER


class TestPmCmConditional(PluginSuite):
    plugin = "binance.pm_cm_conditional"
    symbol = "BTC/USD:BTC-200925"
    account = "portfolio-margin"
    params: ClassVar = {"stop": True}
    order_id, client_order_id = "123445", "abc"
    canceled = Answer(body=strategy("CANCELED"))
    queried: ClassVar = [NO_SUCH_ORDER, Answer(body=[strategy("CANCELLED")])]
    unknown_order = UNKNOWN_ORDER
