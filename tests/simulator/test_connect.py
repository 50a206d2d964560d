"""A client of a simulator that runs in another process."""

import subprocess
import sys
from typing import Any

import ccxt
import pytest

from adapter.simulator import Simulator, connect

CANCEL = """
import sys
import ccxt
from adapter.simulator import connect

exchange = connect(ccxt.binance(), sys.argv[1])
print(exchange.cancel_order(sys.argv[2], "BTC/USDT:USDT")["status"])
exchange.session.close()
"""


@pytest.mark.long
def test_another_process_cancels() -> None:
    """The address is all it needs: the keys are those that every simulator knows."""
    with Simulator() as sim:
        order = sim.place("usdm", "BTCUSDT")
        done = subprocess.run(  # noqa: S603  # this test's own code
            [sys.executable, "-c", CANCEL, sim.url, str(order.order_id)],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )

        assert done.stdout == "canceled\n"
        assert sim.book.now(order).status == "CANCELED"


def test_keys_of_ones_own_stay(sim: Simulator) -> None:
    """The simulator must know them; the exchange object is returned itself."""
    exchange: Any = ccxt.binance({"apiKey": "mine", "secret": "secret"})
    exchange.milliseconds = sim.book.clock

    assert connect(exchange, sim.url) is exchange
    assert (exchange.apiKey, exchange.secret) == ("mine", "secret")
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        exchange.fetch_currencies()
    sim.add_key("mine", "secret")
    assert "BTC" in exchange.fetch_currencies()
    exchange.session.close()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "http://127.0.0.1:8000/", "ws://127.0.0.1:8000"])
def test_an_address_is_scheme_host_and_port(url: str) -> None:
    """Anything else would be joined to the paths of the API as it is."""
    exchange: Any = ccxt.binance()
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:8000"):
        connect(exchange, url)
    assert exchange.urls == ccxt.binance().urls
