"""Requests that cancel several orders of one symbol: a list of ids, or all that are open.

An id that cannot be cancelled has an error in its place of the list, without its id. Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Multiple-Orders
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-All-Open-Orders
https://developers.binance.com/docs/derivatives/options-trading/trade/Cancel-Multiple-Option-Orders
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

import attrs

from adapter.simulator import errors, trading
from adapter.simulator.answers import Json
from adapter.simulator.book import Book, NotOpenError
from adapter.simulator.errors import ApiError
from adapter.simulator.params import Params
from adapter.simulator.products import Product
from adapter.simulator.routes import Route, Routes

SIZE = 10
"""How many ids one request may have."""
SIGNED = frozenset({"timestamp", "recvWindow", "signature"})

Cancel = Callable[[Params], Json]


@attrs.frozen(kw_only=True)
class Batch:
    """The request of one product: its two lists of ids, one of which is sent."""

    order_ids: str
    client_ids: str
    weight: int = 1
    too_many: Callable[[], ApiError]
    shown: Callable[[Json], Json] = lambda canceled: canceled

    @property
    def reads(self) -> frozenset[str]:
        """The parameters; ccxt sends the lists in lower case, which Binance accepts."""
        lists = {self.order_ids, self.client_ids}
        return SIGNED | {"symbol"} | lists | {name.lower() for name in lists}


def _with_create_time(canceled: Json) -> Json:
    """As the page of Options has it for several orders, where that for one has ``createDate``."""
    return {{"createDate": "createTime"}.get(name, name): v for name, v in canceled.items()}


FUTURES = Batch(
    order_ids="orderIdList", client_ids="origClientOrderIdList", too_many=errors.too_many_cancels
)
BATCHES = {
    "usdm": FUTURES,
    "coinm": FUTURES,
    "options": Batch(
        order_ids="orderIds",
        client_ids="clientOrderIds",
        weight=5,
        too_many=errors.too_many_option_cancels,
        shown=_with_create_time,
    ),
}
DONE = {"code": 200, "msg": "The operation of cancel all open order is done."}
ALL_WEIGHTS = {"pm_margin": 5}
PATH = "batchOrders"


def all_path(product: Product) -> str:
    """Return the path of the request that cancels all orders of a symbol."""
    return f"{product.path}/{product.cancel_all_path}"


def many_routes(product: Product, book: Book) -> Routes:
    """Return the endpoints that cancel several orders of ``product``, or all of one symbol."""
    routes = {
        ("DELETE", all_path(product)): Route(
            host=product.host,
            serve=partial(cancel_all, product, book),
            weight=ALL_WEIGHTS.get(product.name, 1),
            signed=True,
            reads=product.list_reads,
        )
    }
    batch = BATCHES.get(product.name)
    if batch is not None:
        routes["DELETE", f"{product.path}/{PATH}"] = Route(
            host=product.host,
            serve=partial(cancel_batch, product, book),
            weight=batch.weight,
            signed=True,
            reads=batch.reads,
        )
    return routes


def cancel_batch(
    product: Product, book: Book, params: Params, first: Cancel | None = None
) -> list[Json]:
    """Cancel each order that is named, and return an answer for each, in their order.

    ``first`` cancels the first one. Raises -1102, -1121 or -1130 for a bad symbol or list, and
    -4032, on Options -6011, for too many ids.
    """
    batch, cancel = BATCHES[product.name], partial(trading.cancel, product, book)
    return [
        _answer(batch, first if first is not None and not index else cancel, single)
        for index, single in enumerate(singles(product, params))
    ]


def _answer(batch: Batch, cancel: Cancel, single: Params) -> Json:
    try:
        return batch.shown(cancel(single))
    except ApiError as e:
        return {"code": e.code, "msg": e.msg}


def singles(product: Product, params: Params) -> list[Params]:
    """Return the parameters of the cancel of each order; raises what `cancel_batch` does."""
    batch, symbol = BATCHES[product.name], {"symbol": trading.symbol_of(product, params)}
    lists = ((batch.order_ids, "orderId"), (batch.client_ids, product.client_id))
    for name, single in lists:
        text = params.get(name) or params.get(name.lower())
        if text is not None:
            return [Params({**symbol, single: each}) for each in _ids(batch, name, text)]
    raise errors.no_id(batch.client_ids, batch.order_ids)


def _ids(batch: Batch, name: str, text: str) -> list[str]:
    try:
        ids = json.loads(text)
    except ValueError as e:
        raise errors.invalid(name) from e
    if not isinstance(ids, list) or not ids:
        raise errors.invalid(name)
    if len(ids) > SIZE:
        raise batch.too_many()
    return [str(each) for each in ids]


def cancel_all(
    product: Product, book: Book, params: Params, *, skipped: int = 0
) -> Json | list[Json]:
    """Cancel every open order of the symbol; conditional ones have a request of their own.

    Spot and margin show them, and raise -2011 where there is none. The oldest ones, as many as are
    ``skipped``, stay open.
    """
    canceled = [*_canceled(product, book, params, skipped)]
    if product.name == "options":
        return {"code": 0, "msg": "success"}
    if product.host not in ("api", "sapi") and product.name != "pm_margin":
        return DONE
    if not canceled and not skipped:
        raise errors.unknown_order()
    return canceled


def _canceled(product: Product, book: Book, params: Params, skipped: int) -> Iterable[Json]:
    isolated = params.flag("isIsolated")
    there = book.open_orders(product.name, trading.symbol_of(product, params))
    for order in [order for order in there if order.is_isolated == isolated][skipped:]:
        with suppress(NotOpenError):  # it has ended meanwhile
            canceled, name = book.cancel(order), trading.generated_client_id()
            yield trading.canceled_answer(product, book, canceled, name)
