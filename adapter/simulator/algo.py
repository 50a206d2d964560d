"""Conditional orders, which have endpoints of their own: USDⓈ-M's, and Portfolio Margin's.

Their ids identify them without a symbol. Only ``trigger`` meets a condition. Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Algo-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Algo-Order
https://developers.binance.com/docs/derivatives/portfolio-margin/trade
"""

from collections.abc import Callable
from decimal import Decimal

import attrs

from adapter.simulator import errors, trading
from adapter.simulator.answers import Json, plain
from adapter.simulator.book import Book, DuplicateClientIdError, NotOpenError, Order
from adapter.simulator.params import Params
from adapter.simulator.products import PM_UM, USDM, Product

FIRST_ID = 2000000375244468

SIGNED = frozenset({"timestamp", "recvWindow", "signature"})
READS = SIGNED | {"symbol", "algoId", "clientAlgoId"}
LIST_READS = SIGNED | {"symbol", "algoType", "algoId"}
PLACE_READS = SIGNED | {"algoType", "symbol", "side", "type", "timeInForce", "quantity", "price"}
PLACE_READS |= {"clientAlgoId", "triggerPrice", "workingType", "priceProtect", "reduceOnly"}
PLACE_READS |= {"positionSide", "newOrderRespType", "selfTradePreventionMode", "goodTillDate"}

_LIMITS = frozenset({"STOP", "TAKE_PROFIT"})
_TYPES = _LIMITS | {"STOP_MARKET", "TAKE_PROFIT_MARKET"}


@attrs.frozen
class Service:
    """The conditional orders of ``product``; ``canceled`` is the answer to a cancel."""

    name: str
    product: Product
    canceled: Callable[[Order], Json]


def _succeeded(order: Order) -> Json:
    ids = {"algoId": order.order_id, "clientAlgoId": order.client_order_id}
    return {**ids, "code": "200", "msg": "success"}


USDM_ALGO = Service("usdm_algo", USDM, _succeeded)
PM_UM_ALGO = Service("pm_um_algo", PM_UM, lambda _: {"complete": True})  # since 2026-05-20
SERVICES = {service.name: service for service in (USDM_ALGO, PM_UM_ALGO)}


def place(service: Service, book: Book, params: Params) -> Json:
    """Put a stop or take-profit order in the book; raises the ApiError of what is wrong with it.

    Trailing stops and ``closePosition`` are not simulated.
    """
    try:
        return _answer(book.place(_draft(service, params)))
    except DuplicateClientIdError as e:
        raise errors.duplicate_client_id() from e


def query(service: Service, book: Book, params: Params) -> Json:
    """Return the order as it is; raises -2013 if there is none."""
    order = _found(service, book, params)
    if order is None:
        raise errors.no_such_order()
    return _answer(order)


def open_orders(service: Service, book: Book, params: Params) -> list[Json]:
    """Return the orders whose condition has not been met yet, of one symbol if asked."""
    return [_answer(order) for order in book.open_orders(service.name, params.get("symbol"))]


def cancel(service: Service, book: Book, params: Params) -> Json:
    """Cancel an order whose condition has not been met yet; raises -2011 otherwise."""
    order = _found(service, book, params)
    if order is None:
        raise errors.unknown_order()
    try:
        return service.canceled(book.cancel(order))
    except NotOpenError as e:
        raise errors.unknown_order() from e


def trigger(book: Book, order: Order) -> tuple[Order, Order]:
    """Let the condition be met; returns the order, and the regular one that it has become.

    A market order is in the book at the stop price. Raises NotOpenError, and
    KeyError for an order that has no condition.
    """
    becomes = Order(
        product=SERVICES[order.product].product.name,
        symbol=order.symbol,
        side=order.side,
        quantity=order.quantity,
        price=order.price or order.stop_price,
        client_order_id=trading.generated_client_id(),
        time_in_force=order.time_in_force,
        position_side=order.position_side,
        reduce_only=order.reduce_only,
        good_till_date=order.good_till_date,
    )
    return book.trigger(order, becomes)


def _found(service: Service, book: Book, params: Params) -> Order | None:
    algo_id, client_id = params.integer("algoId"), params.get("clientAlgoId")
    if algo_id is None and client_id is None:
        raise errors.no_id("clientAlgoId", "algoId")
    for order in reversed(book.orders(service.name)):
        if order.order_id == algo_id or (algo_id is None and order.client_order_id == client_id):
            return order
    return None


def _draft(service: Service, params: Params) -> Order:
    symbol = params.required("symbol")
    if symbol not in service.product.symbols:
        raise errors.bad_symbol()
    if params.required("algoType") != "CONDITIONAL":
        raise errors.invalid("algoType")
    kind = params.one_of("type", _TYPES)
    client_id = params.get("clientAlgoId")
    if client_id is not None and service is USDM_ALGO:  # papi's pages have no pattern
        USDM.check_client_id("clientAlgoId", client_id)
    return Order(
        product=service.name,
        symbol=symbol,
        type=kind,
        side=params.one_of("side", trading.SIDES),
        quantity=params.amount("quantity"),
        price=params.amount("price") if kind in _LIMITS else Decimal(0),
        stop_price=params.amount("triggerPrice"),
        client_order_id=client_id or trading.generated_client_id(),
        time_in_force=params.optional_one_of("timeInForce", trading.TIMES, "GTC"),
        position_side=params.optional_one_of("positionSide", trading.POSITION_SIDES, "BOTH"),
        reduce_only=params.flag("reduceOnly"),
        good_till_date=params.integer("goodTillDate") or 0,
    )


def _answer(order: Order) -> Json:
    return {
        "algoId": order.order_id,
        "clientAlgoId": order.client_order_id,
        "algoType": "CONDITIONAL",
        "orderType": order.type,
        "symbol": order.symbol,
        "side": order.side,
        "positionSide": order.position_side,
        "timeInForce": order.time_in_force,
        "quantity": plain(order.quantity),
        "algoStatus": order.status,
        "actualOrderId": str(order.actual_order_id or ""),
        "triggerPrice": plain(order.stop_price),
        "price": plain(order.price),
        "icebergQuantity": None,
        "selfTradePreventionMode": order.self_trade_prevention,
        "workingType": "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": False,
        "priceProtect": False,
        "reduceOnly": order.reduce_only,
        "createTime": order.created,
        "updateTime": order.updated,
        "triggerTime": order.updated if order.actual_order_id else 0,
        "goodTillDate": order.good_till_date,
    }
