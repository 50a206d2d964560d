"""unicorn-binance-rest-api: ``BinanceRestApiManager.futures_cancel_order``."""

from __future__ import annotations

from unicorn_binance_rest_api import BinanceRestApiManager

from bench.target import MARKET, Answer, Client, Target


def prepare(target: Target) -> Client:
    """A manager whose addresses are ours from the start: it asks for the time when it is made."""
    addresses = {"API_URL": f"{target.url}/api", "FUTURES_URL": f"{target.url}/fapi"}
    kind = type("Manager", (BinanceRestApiManager,), addresses)
    # given a tld, it keeps the addresses of its class
    manager = kind(target.key, target.secret, tld="com", warn_on_update=False)

    def cancel(order: int) -> Answer:
        answer: Answer = manager.futures_cancel_order(symbol=MARKET, orderId=order)
        return answer

    return Client(cancel, manager.stop_manager)
