"""A plugin that the core was not written for runs the suite that ours run."""

from __future__ import annotations

from typing import ClassVar

import pytest

from adapter.testing import Answer, PluginSuite

from .answers import CLIENT_UUID, OTHER_UUID, UUID, batch, coinbase

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
