"""Trades as Binance lists them: each order has at most one trade, without fees.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List
"""

from adapter.simulator import errors
from adapter.simulator.answers import Json, plain
from adapter.simulator.book import Book, Order
from adapter.simulator.params import Params
from adapter.simulator.positions import trades
from adapter.simulator.products import Product


def listed(product: Product, book: Book, params: Params) -> list[Json]:
    """Return the trades of one symbol, of one order or since ``startTime`` if asked, oldest first.

    Raises -1102 or -1121 for a bad symbol.
    """
    symbol = params.required("symbol")
    if symbol not in product.symbols:
        raise errors.bad_symbol()
    order_id, since = params.integer("orderId"), params.integer("startTime") or 0
    fields = _spot if product.name == "spot" else _usdm
    return [
        {"symbol": symbol, "id": number, **fields(order)}
        for number, order in enumerate(trades(book, product.name, symbol), 1)
        if order_id in (None, order.order_id) and order.updated >= since
    ]


def _trade(order: Order) -> Json:
    return {
        "orderId": order.order_id,
        "price": plain(order.price),
        "qty": plain(order.executed),
        "quoteQty": plain(order.executed * order.price),
        "commission": "0",
        "commissionAsset": "USDT",
        "time": order.updated,
    }


def _usdm(order: Order) -> Json:
    buys = order.side == "BUY"
    more = {"side": order.side, "positionSide": order.position_side, "realizedPnl": "0"}
    return {**_trade(order), **more, "buyer": buys, "maker": True}


def _spot(order: Order) -> Json:
    more = {"isBuyer": order.side == "BUY", "isMaker": True, "isBestMatch": True}
    return {**_trade(order), "orderListId": -1, **more}
