"""How spot represents an order: as Portfolio Margin's margin does, with some more fields.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
"""

from adapter.simulator import answers
from adapter.simulator.answers import Json
from adapter.simulator.book import Order

_BY_QUANTITY = {"origQuoteOrderQty": "0.00000000"}


def placed(order: Order, response_type: str) -> Json:
    """Return the answer of ``POST /api/v3/order``; FULL is the default for LIMIT orders."""
    if response_type == "ACK" or (not response_type and order.type != "LIMIT"):
        return {**answers.margin_ack(order), **_list(order)}
    full = {**answers.margin_full(order), **_list(order), **_BY_QUANTITY}
    full["workingTime"] = order.created
    if response_type == "RESULT":
        del full["fills"]
    return full


def queried(order: Order) -> Json:
    """Return the answer of ``GET /api/v3/order``."""
    answer = {**answers.margin_query(order), **_list(order), **_BY_QUANTITY}
    for name in ("accountId", "preventedMatchId", "preventedQuantity"):
        del answer[name]
    return {**answer, "workingTime": order.created}


def canceled(order: Order, cancel_id: str) -> Json:
    """Return the answer of ``DELETE /api/v3/order``; ``clientOrderId`` names the cancel."""
    answer = {**answers.margin_canceled(order, cancel_id), **_list(order), **_BY_QUANTITY}
    return {**answer, "transactTime": order.updated}


def canceled_list(legs: list[Order], cancel_id: str) -> Json:
    """Return the answer of ``DELETE /api/v3/order`` for a leg: to cancel one cancels the list."""
    first = legs[0]
    return {
        "orderListId": first.order_list_id,
        "contingencyType": "OCO",
        "listStatusType": "ALL_DONE",
        "listOrderStatus": "ALL_DONE",
        "listClientOrderId": f"list{first.order_list_id}",
        "transactionTime": first.updated,
        "symbol": first.symbol,
        "orders": [
            {"symbol": leg.symbol, "orderId": leg.order_id, "clientOrderId": leg.client_order_id}
            for leg in legs
        ],
        "orderReports": [canceled(leg, cancel_id) for leg in legs],
    }


def _list(order: Order) -> Json:
    return {"orderListId": order.order_list_id}
