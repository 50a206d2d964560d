"""How spot represents an order: as Portfolio Margin's margin does, with some more fields.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
"""

from adapter.simulator import answers
from adapter.simulator.answers import Json
from adapter.simulator.book import PENDING, Order

_BY_QUANTITY = {"origQuoteOrderQty": "0.00000000"}


def placed(order: Order, response_type: str) -> Json:
    """Return the answer of ``POST /api/v3/order``; FULL is the default for LIMIT orders."""
    if response_type == "ACK" or (not response_type and order.type != "LIMIT"):
        return {**answers.margin_ack(order), **_list(order)}
    full = {**answers.margin_full(order), **_list(order), **_stop(order), **_BY_QUANTITY}
    full["workingTime"] = _working_time(order)
    if response_type == "RESULT":
        del full["fills"]
    return full


def queried(order: Order) -> Json:
    """Return the answer of ``GET /api/v3/order``."""
    answer = {**answers.margin_query(order), **_list(order), **_BY_QUANTITY}
    for name in ("accountId", "preventedMatchId", "preventedQuantity"):
        del answer[name]
    return {**answer, "workingTime": _working_time(order)}


def canceled(order: Order, cancel_id: str) -> Json:
    """Return the answer of ``DELETE /api/v3/order``; ``clientOrderId`` names the cancel."""
    answer = {**answers.margin_canceled(order, cancel_id), **_list(order), **_stop(order)}
    return {**answer, **_BY_QUANTITY, "transactTime": order.updated}


def placed_list(legs: list[Order], response_type: str) -> Json:
    """Return the answer of ``POST /api/v3/orderList/oco`` and ``/oto``."""
    reports = [placed(leg, response_type) for leg in legs]
    return _order_list(legs, "EXEC_STARTED", "EXECUTING", reports)


def canceled_list(legs: list[Order], cancel_id: str) -> Json:
    """Return the answer of ``DELETE /api/v3/order`` for a leg: to cancel one cancels the list."""
    reports = [canceled(leg, cancel_id) for leg in legs]
    return _order_list(legs, "ALL_DONE", "ALL_DONE", reports)


def _order_list(legs: list[Order], kind: str, status: str, reports: list[Json]) -> Json:
    first = legs[0]
    return {
        "orderListId": first.order_list_id,
        "contingencyType": first.contingency_type,
        "listStatusType": kind,
        "listOrderStatus": status,
        "listClientOrderId": first.list_client_order_id or f"list{first.order_list_id}",
        "transactionTime": max(leg.updated for leg in legs),
        "symbol": first.symbol,
        "orders": [
            {"symbol": leg.symbol, "orderId": leg.order_id, "clientOrderId": leg.client_order_id}
            for leg in legs
        ],
        "orderReports": reports,
    }


def _list(order: Order) -> Json:
    return {"orderListId": order.order_list_id}


def _stop(order: Order) -> Json:
    return {"stopPrice": f"{order.stop_price:.8f}"} if order.stop_price else {}


def _working_time(order: Order) -> int:
    return -1 if order.stop_price or order.status == PENDING else order.created
