"""What Qubx's connector makes of each kind of cancel; run by test_qubx."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from qubx.connectors.ccxt.factory import get_ccxt_connector, get_ccxt_exchange_manager
from qubx.core.basics import (
    CtrlChannel,
    Instrument,
    LiveTimeProvider,
    MarketType,
    Order,
    OrderType,
)
from qubx.core.mixins.utils import canonical_exchange
from qubx.health.dummy import DummyHealthMonitor
from qubx.utils.misc import BackgroundEventLoop

CONFIG = json.loads(os.environ["CONFIG"])
SYMBOL = "BTC/USDT:USDT"
SIZES = {"tick_size": 0.1, "lot_size": 0.001, "min_size": 0.001}


async def the_others() -> None:
    """Wait until every other task of the loop has ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


class Venue:
    """One account at the exchange, as Qubx trades it."""

    def __init__(self, name: str, loop: Any) -> None:
        self.loop, self.channel = loop, CtrlChannel(name)
        clock = LiveTimeProvider()
        self.manager = get_ccxt_exchange_manager(
            name,
            DummyHealthMonitor(),
            clock,
            loop=loop.loop,
            api_key=CONFIG["apiKey"],
            secret=CONFIG["secret"],
            urls=CONFIG["urls"],
        )
        canonical = canonical_exchange(name)
        self.connector = get_ccxt_connector(
            canonical,
            venue_name=name,
            channel=self.channel,
            time_provider=clock,
            exchange_manager=self.manager,
            data_provider=None,  # it gives quotes to new orders, and is not asked at a cancel
            loop=loop.loop,
        )
        names = ("BTCUSDT", MarketType.SWAP, canonical, "BTC", "USDT", "USDT", "BTCUSDT")
        self.instrument = Instrument(*names, **SIZES)

    def placed(self, client_id: str, **params: Any) -> str:
        """A new order at the exchange, by its id."""
        wanted = {"clientOrderId": client_id, **params}
        exchange = self.manager.exchange
        order = exchange.create_order(SYMBOL, "limit", "sell", 0.01, 120_000, wanted)
        return str(self.loop.run_sync(order)["id"])

    def canceled(self, client_id: str, venue_id: str | None, kind: Any) -> list[Any]:
        """The events that Qubx gives its strategy after it cancelled this order."""
        order = Order(
            client_order_id=client_id,
            type=kind,
            instrument=self.instrument,
            quantity=0.01,
            side="SELL",
            time_in_force="GTC",
            venue_order_id=venue_id,
        )
        self.connector.cancel_order(order)
        self.loop.run_sync(the_others())
        return [type(event).__name__ for event in self.results()]

    def results(self) -> Any:
        """The events that have come up to now."""
        while not self.channel._queue.empty():
            yield self.channel.receive()

    def calls(self) -> dict[str, Any]:
        """Four cancels: by id, by client id, one that loses to a fill, and a stop."""
        limit, stop = OrderType.LIMIT, OrderType.STOP_LIMIT
        by_id, lost = self.placed("qubx_1"), self.placed("qubx_3")
        self.placed("qubx_2")
        waits = self.placed("qubx_4", stopLossPrice=130_000)
        return {
            "ids": [by_id, "qubx_2", lost, waits],
            "by_id": self.canceled("qubx_1", by_id, limit),
            "by_client_id": self.canceled("qubx_2", None, limit),
            "lost": self.canceled("qubx_3", lost, limit),
            "stop": self.canceled("qubx_4", waits, stop),
            "class": type(self.manager.exchange).__name__,
        }


def main() -> None:
    """Write the results of the two accounts to a file."""
    loop = BackgroundEventLoop()
    results = {}
    for name in ("BINANCE.UM", "BINANCE.PM"):
        venue = Venue(name, loop)
        results[name] = venue.calls()
        loop.run_sync(venue.manager.exchange.close())
    loop.stop()
    Path(os.environ["RESULTS"]).write_text(json.dumps(results), encoding="utf-8")


main()
