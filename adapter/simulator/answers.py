"""How each product represents an order: when it is created, queried and canceled.

Since 2026-06 the futures answers to a create and a cancel have neither ``avgPrice`` nor
``cumQuote`` nor ``cumBase``. Sources, one page per request:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order
https://developers.binance.com/docs/derivatives/coin-margined-futures/trade/rest-api/Cancel-Order
https://developers.binance.com/docs/derivatives/options-trading/trade/Cancel-Option-Order
https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-UM-Order
https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-CM-Order
https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-Margin-Account-Order
"""

from decimal import Decimal

from adapter.simulator.book import PENDING, Order
from adapter.simulator.markets import CONTRACT_SIZES

Json = dict[str, object]


def usdm(order: Order) -> Json:
    """Return the answer of ``/fapi/v1/order`` to a create and a cancel."""
    return {
        **_future(order),
        "cumQty": plain(order.executed),
        "origType": "LIMIT",
        "stopPrice": "0",
        "closePosition": False,
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        **_matching(order),
    }


def usdm_query(order: Order) -> Json:
    """Return the answer of ``GET /fapi/v1/order``."""
    answer = {**usdm(order), **_average(order), "cumQuote": plain(_quote(order)), "cumBase": "0"}
    del answer["cumQty"]
    return {**answer, "pair": _pair(order), "time": order.created}


def pm_um(order: Order) -> Json:
    """Return the answer of ``/papi/v1/um/order`` to a create and a cancel."""
    return {**_future(order), "cumQty": plain(order.executed), **_matching(order)}


def pm_um_query(order: Order) -> Json:
    """Return the answer of ``GET /papi/v1/um/order``."""
    answer = {**_future(order), **_matching(order), **_average(order)}
    more = {"cumQuote": plain(_quote(order)), "origType": "LIMIT", "time": order.created}
    return {**answer, **more}


def pm_cm(order: Order) -> Json:
    """Return the answer of ``/papi/v1/cm/order`` to a create and a cancel."""
    return {**_future(order), "cumQty": plain(order.executed), "pair": _pair(order)}


def pm_cm_query(order: Order) -> Json:
    """Return the answer of ``GET /papi/v1/cm/order``; ``cumBase`` is in coins."""
    answer = {**_future(order), **_average(order), "cumBase": _coins(order)}
    return {**answer, "pair": _pair(order), "origType": "LIMIT", "time": order.created}


def coinm(order: Order) -> Json:
    """Return the answer of ``/dapi/v1/order`` to a create and a cancel."""
    answer = {**usdm(order), "pair": _pair(order)}
    del answer["goodTillDate"]
    return answer


def coinm_query(order: Order) -> Json:
    """Return the answer of ``GET /dapi/v1/order``; ``cumBase`` is in coins."""
    answer = {**coinm(order), **_average(order), "cumQuote": "0", "cumBase": _coins(order)}
    del answer["cumQty"]
    return {**answer, "time": order.created}


def option(order: Order) -> Json:
    """Return the answer of ``POST /eapi/v1/order``."""
    return {**option_query(order), "source": "API"}


def option_query(order: Order) -> Json:
    """Return the answer of ``GET /eapi/v1/order``."""
    return {**_option(order), "createTime": order.created}


def option_canceled(order: Order, *, status: str = "ACCEPTED") -> Json:
    """Return the answer of ``DELETE /eapi/v1/order``.

    Binance's pages show ACCEPTED and ``createDate`` to this day; the one answer ever seen from the
    real exchange (2023) had another status and ``createTime``.
    """
    name = "createDate" if status == "ACCEPTED" else "createTime"
    return {**_option(order), "source": "API", "status": status, name: order.created}


def margin_ack(order: Order) -> Json:
    """Return the answer of ``POST /papi/v1/margin/order`` with ``newOrderRespType=ACK``."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "clientOrderId": order.client_order_id,
        "transactTime": order.updated,
    }


def margin_full(order: Order) -> Json:
    """Return the answer of ``POST /papi/v1/margin/order`` with ``newOrderRespType=FULL``."""
    return {**margin_ack(order), **_margin(order), "fills": []}


def margin_query(order: Order) -> Json:
    """Return the answer of ``GET /papi/v1/margin/order``."""
    return {
        **_margin(order),
        "clientOrderId": order.client_order_id,
        "stopPrice": f"{order.stop_price:.8f}",
        "icebergQty": "0.00000000",
        "time": order.created,
        "updateTime": order.updated,
        "isWorking": not order.stop_price and order.status != PENDING,
        "accountId": 200180970,
        "preventedMatchId": None,
        "preventedQuantity": None,
    }


def margin_canceled(order: Order, cancel_id: str) -> Json:
    """Return the answer of ``DELETE /papi/v1/margin/order``.

    ``origClientOrderId`` is the order's own id; ``clientOrderId`` is that of the cancel request.
    """
    ids = {"origClientOrderId": order.client_order_id, "clientOrderId": cancel_id}
    return {**_margin(order), **ids}


def plain(number: Decimal) -> str:
    """Return the number without exponent and without trailing zeros: ``"0.4"``, ``"100"``."""
    return format(number.normalize() if number else Decimal(0), "f")


def _future(order: Order) -> Json:
    return {
        "orderId": order.order_id,
        "symbol": order.symbol,
        "status": order.status,
        "clientOrderId": order.client_order_id,
        "price": plain(order.price),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        "timeInForce": order.time_in_force,
        "type": "LIMIT",
        "reduceOnly": order.reduce_only,
        "side": order.side,
        "positionSide": order.position_side,
        "updateTime": order.updated,
    }


def _matching(order: Order) -> Json:
    return {
        "priceMatch": "NONE",
        "selfTradePreventionMode": order.self_trade_prevention,
        "goodTillDate": order.good_till_date,
    }


def _option(order: Order) -> Json:
    return {
        "orderId": order.order_id,
        "symbol": order.symbol,
        "price": plain(order.price),
        "quantity": plain(order.quantity),
        "executedQty": plain(order.executed),
        "side": order.side,
        "type": "LIMIT",
        "timeInForce": order.time_in_force,
        "reduceOnly": order.reduce_only,
        "updateTime": order.updated,
        "status": order.status,
        **_average(order),
        "clientOrderId": order.client_order_id,
        "priceScale": 1,
        "quantityScale": 2,
        "optionSide": "PUT" if order.symbol.endswith("-P") else "CALL",
        "quoteAsset": "USDT",
        "mmp": False,
        "selfTradePreventionMode": order.self_trade_prevention,
    }


def _margin(order: Order) -> Json:
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "price": f"{order.price:.8f}",
        "origQty": f"{order.quantity:.8f}",
        "executedQty": f"{order.executed:.8f}",
        "cummulativeQuoteQty": f"{_quote(order):.8f}",
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.type,
        "side": order.side,
        "selfTradePreventionMode": order.self_trade_prevention,
    }


def _average(order: Order) -> Json:
    return {"avgPrice": plain(order.price) if order.executed else "0"}


def _quote(order: Order) -> Decimal:
    return order.executed * order.price


def _coins(order: Order) -> str:
    coins = order.executed * CONTRACT_SIZES.get(order.symbol, 1) / order.price
    return plain(round(coins, 8))


def _pair(order: Order) -> str:
    return order.symbol.partition("_")[0]
