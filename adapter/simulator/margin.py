"""How cross and isolated margin represent an order: as Portfolio Margin does, with the account.

Sources:
https://developers.binance.com/docs/margin_trading/trade/Margin-Account-New-Order
https://developers.binance.com/docs/margin_trading/trade/Query-Margin-Account-Order
https://developers.binance.com/docs/margin_trading/trade/Margin-Account-Cancel-Order
"""

from adapter.simulator import answers
from adapter.simulator.answers import Json
from adapter.simulator.book import Order


def placed(order: Order, response_type: str) -> Json:
    """Return the answer of ``POST /sapi/v1/margin/order``."""
    is_short = response_type == "ACK" or (not response_type and order.type != "LIMIT")
    answer = answers.margin_ack(order) if is_short else answers.margin_full(order)
    if response_type == "RESULT":
        del answer["fills"]
    return {**answer, "isIsolated": order.is_isolated}


def queried(order: Order) -> Json:
    """Return the answer of ``GET /sapi/v1/margin/order``."""
    answer = answers.margin_query(order)
    for name in ("accountId", "preventedMatchId", "preventedQuantity"):
        del answer[name]
    return {**answer, "isIsolated": order.is_isolated}


def canceled(order: Order, cancel_id: str) -> Json:
    """Return an order of the answer of ``DELETE /sapi/v1/margin/openOrders``."""
    return {**answers.margin_canceled(order, cancel_id), "isIsolated": order.is_isolated}


def single_canceled(answer: Json) -> Json:
    """Return the answer of ``DELETE /sapi/v1/margin/order``, where the order id is text."""
    return {**answer, "orderId": str(answer["orderId"])}
