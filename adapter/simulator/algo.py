"""Conditional orders, which have endpoints and books of their own.

The ids of algo orders identify them without a symbol. Only ``trigger`` meets a condition. Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Algo-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Algo-Order
https://developers.binance.com/docs/derivatives/portfolio-margin/trade
"""

from decimal import Decimal
from functools import partial

import attrs

from adapter.simulator import errors, markets, trading
from adapter.simulator.answers import Json, plain
from adapter.simulator.book import Book, Order
from adapter.simulator.params import Params
from adapter.simulator.products import DAY, SIGNED, Product

FIRST_ID = 2000000375244468

_LIMITS = frozenset({"STOP", "TAKE_PROFIT"})
_TYPES = _LIMITS | {"STOP_MARKET", "TAKE_PROFIT_MARKET"}
_PLACE_READS = SIGNED | {"symbol", "side", "timeInForce", "quantity", "price", "goodTillDate"}
_PLACE_READS |= {"workingType", "priceProtect", "reduceOnly", "positionSide"}
_PLACE_READS |= {"newOrderRespType", "selfTradePreventionMode"}


def trigger(book: Book, order: Order) -> tuple[Order, Order]:
    """Let the condition be met; returns the order, and the regular one that it has become.

    A market order is in the book at the stop price. Raises NotOpenError, and
    KeyError for an order that has no condition.
    """
    becomes = Order(
        product=_BECOMES[order.product],
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


def fill(book: Book, order: Order, quantity: Decimal | None = None) -> Order:
    """Trade the order as `Book.fill` does; a conditional one is triggered, and does not trade."""
    if order.product in _BECOMES:
        return trigger(book, order)[0]
    return book.fill(order, quantity)


def _draft(product: Product, params: Params, *, type_name: str, price_name: str) -> Order:
    """A stop or take-profit order. Trailing stops and ``closePosition`` are not simulated."""
    symbol = trading.symbol_of(product, params)
    kind = params.one_of(type_name, _TYPES)
    return Order(
        product=product.name,
        symbol=symbol,
        type=kind,
        side=params.one_of("side", trading.SIDES),
        quantity=params.amount("quantity"),
        price=params.amount("price") if kind in _LIMITS else Decimal(0),
        stop_price=params.amount(price_name),
        client_order_id=trading.new_client_id(product, params, product.new_client_id),
        time_in_force=params.optional_one_of("timeInForce", trading.TIMES, "GTC"),
        position_side=params.optional_one_of("positionSide", trading.POSITION_SIDES, "BOTH"),
        reduce_only=params.flag("reduceOnly"),
        good_till_date=params.integer("goodTillDate") or 0,
    )


def _algo_draft(product: Product, params: Params) -> Order:
    trading.symbol_of(product, params)  # Binance checks the symbol first
    if params.required("algoType") != "CONDITIONAL":
        raise errors.invalid("algoType")
    return _draft(product, params, type_name="type", price_name="triggerPrice")


def _algo(order: Order) -> Json:
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


def _strategy(order: Order) -> Json:
    ended = {"orderId": order.actual_order_id} if order.actual_order_id else {}
    return {
        "newClientStrategyId": order.client_order_id,
        "strategyId": order.order_id,
        "strategyStatus": order.status,
        "strategyType": order.type,
        "origQty": plain(order.quantity),
        "price": plain(order.price),
        "reduceOnly": order.reduce_only,
        "side": order.side,
        "positionSide": order.position_side,
        "stopPrice": plain(order.stop_price),
        "symbol": order.symbol,
        "timeInForce": order.time_in_force,
        "bookTime": order.created,
        "updateTime": order.updated,
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        **ended,
    }


def _succeeded(order: Order, _: str) -> Json:
    ids = {"algoId": order.order_id, "clientAlgoId": order.client_order_id}
    return {**ids, "code": "200", "msg": "success"}


USDM_ALGO = Product(
    name="usdm_algo",
    host="fapi",
    path="/fapi/v1",
    order_path="algoOrder",
    queries={"algoOrder": lambda _: True},
    list_path="openAlgoOrders",
    cancel_all_path="algoOpenOrders",
    list_more=frozenset({"algoType", "algoId"}),
    first_id=FIRST_ID,
    symbols=markets.symbols(markets.LINEAR),
    place_reads=_PLACE_READS | {"algoType", "type", "triggerPrice", "clientAlgoId"},
    types=_TYPES,
    draft=_algo_draft,
    becomes="usdm",
    placed=lambda order, _: _algo(order),
    queried=_algo,
    canceled=_succeeded,
    order_id="algoId",
    needs_symbol=False,
    client_id="clientAlgoId",
    new_client_id="clientAlgoId",
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,36}$",
    client_id_limit=36,
    forgets_all_after=90 * DAY,
    place_weight=0,
    open_order=False,
)
COINM_ALGO = attrs.evolve(
    USDM_ALGO,
    name="coinm_algo",
    path="/dapi/v1",
    symbols=markets.symbols(markets.INVERSE),
    becomes="coinm",
)
PM_UM_ALGO = attrs.evolve(
    USDM_ALGO,
    name="pm_um_algo",
    host="papi",
    path="/papi/v1/um/algo",
    order_path="order",
    cancel_all_path="allOpenOrders",
    becomes="pm_um",
    canceled=lambda *_: {"complete": True},  # since 2026-05-20
    legal_client_id="",  # papi's pages have no pattern
    place_weight=1,
)
PM_CM_CONDITIONAL = Product(
    name="pm_cm_conditional",
    host="papi",
    path="/papi/v1/cm/conditional",
    queries={"openOrder": lambda order: order.is_open, "orderHistory": lambda o: not o.is_open},
    first_id=123445,
    symbols=markets.symbols(markets.INVERSE),
    place_reads=_PLACE_READS | {"strategyType", "stopPrice", "newClientStrategyId"},
    types=_TYPES,
    draft=partial(_draft, type_name="strategyType", price_name="stopPrice"),
    becomes="pm_cm",
    placed=lambda order, _: _strategy(order),
    queried=_strategy,
    canceled=lambda order, _: _strategy(order),
    order_id="strategyId",
    client_id="newClientStrategyId",
    new_client_id="newClientStrategyId",
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,36}$",
    client_id_limit=36,
    forgets_after=7 * DAY,
    open_order=False,
)
PRODUCTS = (USDM_ALGO, COINM_ALGO, PM_UM_ALGO, PM_CM_CONDITIONAL)
_BECOMES = {product.name: product.becomes for product in PRODUCTS}
