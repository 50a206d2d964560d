"""How spot represents an order: as Portfolio Margin's margin does, with some more fields.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
"""

from adapter.simulator import answers
from adapter.simulator.answers import Json
from adapter.simulator.book import Order

_ALONE = {"orderListId": -1}
_BY_QUANTITY = {"origQuoteOrderQty": "0.00000000"}


def placed(order: Order, response_type: str) -> Json:
    """Return the answer of ``POST /api/v3/order``; FULL is the default for LIMIT orders."""
    if response_type == "ACK" or (not response_type and order.type != "LIMIT"):
        return {**answers.margin_ack(order), **_ALONE}
    full = {**answers.margin_full(order), **_ALONE, **_BY_QUANTITY, "workingTime": order.created}
    if response_type == "RESULT":
        del full["fills"]
    return full


def queried(order: Order) -> Json:
    """Return the answer of ``GET /api/v3/order``."""
    answer = {**answers.margin_query(order), **_ALONE, **_BY_QUANTITY}
    for name in ("accountId", "preventedMatchId", "preventedQuantity"):
        del answer[name]
    return {**answer, "workingTime": order.created}


def canceled(order: Order, cancel_id: str) -> Json:
    """Return the answer of ``DELETE /api/v3/order``; ``clientOrderId`` names the cancel."""
    answer = {**answers.margin_canceled(order, cancel_id), **_ALONE, **_BY_QUANTITY}
    return {**answer, "transactTime": order.updated}
