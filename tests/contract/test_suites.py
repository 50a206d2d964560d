"""Plugins that the core was not written for run the suite that ours run."""

from __future__ import annotations

from typing import ClassVar

import pytest

from adapter.testing import Answer, PluginSuite

from .answers import (
    ALGO_ACCEPTED,
    CLIENT_UUID,
    NO_SUCH_ORDER,
    OTHER_UUID,
    UNKNOWN_ORDER,
    UUID,
    algo,
    batch,
    coinbase,
    strategy,
)

pytestmark = pytest.mark.usefixtures("no_time")


class TestCoinbase(PluginSuite):
    plugin = "coinbase.spot"
    exchange_id = "coinbase"
    symbol = "LTC/BTC"
    order_id, client_order_id, other_order_id = UUID, CLIENT_UUID, OTHER_UUID
    canceled = batch()
    queried: ClassVar = [coinbase("CANCELLED")]
    unknown_order = Answer(
        body=f'{{"results":[{{"success":false,"failure_reason":"UNKNOWN_CANCEL_ORDER",'
        f'"order_id":"{UUID}"}}]}}'
    )


class TestAlgo(PluginSuite):
    plugin = "binance.usdm_algo"
    symbol = "BTC/USDT:USDT"
    params: ClassVar = {"trigger": True}
    order_id, client_order_id = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"
    canceled = ALGO_ACCEPTED
    queried: ClassVar = [algo("CANCELED")]
    unknown_order = UNKNOWN_ORDER


class TestPortfolioMarginAlgo(PluginSuite):
    plugin = "binance.pm_um_algo"
    symbol = "BTC/USDT:USDT"
    account = "portfolio-margin"
    params: ClassVar = {"conditional": True}
    order_id, client_order_id = "2146760", "6B2I9XVcJpCjqPAJ4YoFX7"
    canceled = Answer(body={"complete": True})
    queried: ClassVar = [algo("CANCELED")]
    unknown_order = UNKNOWN_ORDER


class TestConditional(PluginSuite):
    plugin = "binance.pm_cm_conditional"
    symbol = "BTC/USD:BTC-200925"
    account = "portfolio-margin"
    params: ClassVar = {"stop": True}
    order_id, client_order_id = "123445", "abc"
    canceled = Answer(body=strategy("CANCELED"))
    queried: ClassVar = [NO_SUCH_ORDER, Answer(body=[strategy("CANCELLED")])]
    unknown_order = UNKNOWN_ORDER
