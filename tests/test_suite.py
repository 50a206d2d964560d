"""Our plugins run the suite that anybody's must pass; by default, three that differ most."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.testing import Answer, PluginSuite

pytestmark = pytest.mark.usefixtures("no_time")

UNKNOWN_ORDER = Answer(status=400, body='{"code":-2011,"msg":"Unknown order sent."}')


CANCELED_SPOT = Answer(
    body='{"orderId":28,"origClientOrderId":"myOrder1","clientOrderId":"cancelMyOrder1",'
    '"status":"CANCELED"}'
)


@pytest.mark.long
class TestSpot(PluginSuite):
    plugin = "binance.spot"
    symbol = "LTC/BTC"
    order_id, client_order_id = "28", "myOrder1"
    canceled = CANCELED_SPOT
    unknown_order = UNKNOWN_ORDER


@pytest.mark.long
class TestCross(PluginSuite):
    plugin = "binance.margin"
    symbol = "LTC/BTC"
    params = {"marginMode": "cross"}  # noqa: RUF012
    order_id, client_order_id = "28", "myOrder1"
    canceled = CANCELED_SPOT
    unknown_order = UNKNOWN_ORDER


@pytest.mark.long
class TestCoinm(PluginSuite):
    plugin = "binance.coinm"
    symbol = "BTC/USD:BTC-200925"
    order_id, client_order_id = "283194212", "myOrder1"
    canceled = Answer(body='{"orderId":283194212,"clientOrderId":"myOrder1","status":"CANCELED"}')
    unknown_order = UNKNOWN_ORDER


class TestUsdm(PluginSuite):
    plugin = "binance.usdm"
    symbol = "BTC/USDT:USDT"
    order_id, client_order_id = "283194212", "myOrder1"
    canceled = Answer(body='{"orderId":283194212,"clientOrderId":"myOrder1","status":"CANCELED"}')
    unknown_order = UNKNOWN_ORDER


class TestOptions(PluginSuite):
    plugin = "binance.options"
    symbol = "BTC/USDT:USDT-200730-9000-C"
    order_id, client_order_id = "4611875134427365377", "myOrder1"
    canceled = Answer(
        body='{"orderId":4611875134427365377,"clientOrderId":"myOrder1","status":"CANCELLED"}'
    )
    unknown_order = Answer(status=400, body='{"code":-6028,"msg":"Order is in final state"}')


@pytest.mark.long
class TestPmUm(PluginSuite):
    plugin = "binance.pm_um"
    symbol = "BTC/USDT:USDT"
    account = "portfolio-margin"
    order_id, client_order_id = "4611875134427365377", "myOrder1"
    canceled = Answer(
        body='{"orderId":4611875134427365377,"clientOrderId":"myOrder1","status":"CANCELED"}'
    )
    unknown_order = UNKNOWN_ORDER


@pytest.mark.long
class TestPmCm(PluginSuite):
    plugin = "binance.pm_cm"
    symbol = "BTC/USD:BTC-200925"
    account = "portfolio-margin"
    order_id, client_order_id = "283194212", "myOrder1"
    canceled = Answer(body='{"orderId":283194212,"clientOrderId":"myOrder1","status":"CANCELED"}')
    unknown_order = UNKNOWN_ORDER


class TestPmMargin(PluginSuite):
    plugin = "binance.pm_margin"
    symbol = "LTC/BTC"
    account = "portfolio-margin"
    order_id, client_order_id = "28", "myOrder1"
    canceled = CANCELED_SPOT
    unknown_order = UNKNOWN_ORDER


def test_a_recorded_answer_is_read_as_it_was_recorded(tmp_path: Path) -> None:
    """Its spaces and digits stay; only the line end of the file is none of it."""
    (tmp_path / "answer.json").write_text('{"price":  "1.00"}\n', encoding="utf-8")

    assert Answer(status=400, body='{"price":  "1.00"}') == Answer.read(
        tmp_path / "answer.json", status=400
    )
