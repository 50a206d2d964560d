"""Every shape in which bots call a cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cases import Case
from .wire import Canned, Outcome

CID = "myOrder1"

Call = Callable[[Any, Case], Any]

BY_ID: dict[str, Call] = {
    "positional": lambda x, c: x.cancel_order(c.order_id, c.symbol),
    "positional with empty params": lambda x, c: x.cancel_order(c.order_id, c.symbol, {}),
    "int id": lambda x, c: x.cancel_order(int(c.order_id), c.symbol),
    "int id, params=": lambda x, c: x.cancel_order(int(c.order_id), c.symbol, params={}),
    "symbol=": lambda x, c: x.cancel_order(c.order_id, symbol=c.symbol),
    "symbol=, params=": lambda x, c: x.cancel_order(c.order_id, symbol=c.symbol, params={}),
    "all keywords": lambda x, c: x.cancel_order(id=c.order_id, symbol=c.symbol, params={}),
    "keywords in another order": lambda x, c: x.cancel_order(symbol=c.symbol, id=c.order_id),
    "cancelOrder": lambda x, c: x.cancelOrder(c.order_id, c.symbol),
    "cancelOrder, all keywords": lambda x, c: x.cancelOrder(
        id=c.order_id, symbol=c.symbol, params={}
    ),
    "cancel_unified_order": lambda x, c: x.cancel_unified_order(
        {"id": c.order_id, "symbol": c.symbol}
    ),
    "cancelUnifiedOrder": lambda x, c: x.cancelUnifiedOrder({"id": c.order_id, "symbol": c.symbol}),
    "orderId in params": lambda x, c: x.cancel_order(None, c.symbol, {"orderId": c.order_id}),
    "orderId in params wins": lambda x, c: x.cancel_order("5", c.symbol, {"orderId": c.order_id}),
    "recvWindow": lambda x, c: x.cancel_order(c.order_id, c.symbol, {"recvWindow": 6000}),
    "recvWindow as a str": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {"recvWindow": "6000"}
    ),
    "recvWindow at the limit": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {"recvWindow": 60000}
    ),
    "another param": lambda x, c: x.cancel_order(c.order_id, c.symbol, {"newThing": "a b&c=d/é"}),
    "params of every type": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {"yes": True, "no": False, "int": 7, "float": 0.5, "list": ["a", 1]}
    ),
    "papi false in params": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {} if c.portfolio else {"portfolioMargin": False}
    ),
}
BY_CLIENT_ID: dict[str, Call] = {
    "origClientOrderId, id None": lambda x, c: x.cancel_order(
        None, c.symbol, {"origClientOrderId": CID}
    ),
    "origClientOrderId, id empty": lambda x, c: x.cancel_order(
        "", c.symbol, {"origClientOrderId": CID}
    ),
    "clientOrderId, id None": lambda x, c: x.cancel_order(None, c.symbol, {"clientOrderId": CID}),
    "clientOrderId, id empty": lambda x, c: x.cancel_order("", c.symbol, {"clientOrderId": CID}),
    "clientOrderId, and an id": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {"clientOrderId": CID}
    ),
    "origClientOrderId, and an id": lambda x, c: x.cancel_order(
        int(c.order_id), c.symbol, {"origClientOrderId": CID}
    ),
    "newClientStrategyId": lambda x, c: x.cancel_order(
        c.order_id, c.symbol, {"newClientStrategyId": CID}
    ),
    "clientAlgoId": lambda x, c: x.cancel_order(c.order_id, c.symbol, {"clientAlgoId": CID}),
    "all names, the first wins": lambda x, c: x.cancel_order(
        None, c.symbol, {"clientAlgoId": "b", "clientOrderId": "a", "origClientOrderId": CID}
    ),
    "an empty name is none": lambda x, c: x.cancel_order(
        None, c.symbol, {"origClientOrderId": "", "clientOrderId": CID}
    ),
    "pyjuque: in both places": lambda x, c: x.cancelOrder(CID, c.symbol, {"clientOrderId": CID}),
    "int client id": lambda x, c: x.cancel_order(None, c.symbol, {"clientOrderId": 12345}),
    "with / and :": lambda x, c: x.cancel_order(None, c.symbol, {"clientOrderId": "x-a/b:c.d_e"}),
    "64 characters": lambda x, c: x.cancel_order(None, c.symbol, {"clientOrderId": "i" * 64}),
    "with every visible character": lambda x, c: x.cancel_order(
        None, c.symbol, {"clientOrderId": "!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~"}
    ),
    "cancel_order_with_client_order_id": lambda x, c: x.cancel_order_with_client_order_id(
        CID, c.symbol
    ),
    "cancelOrderWithClientOrderId": lambda x, c: x.cancelOrderWithClientOrderId(
        CID, c.symbol, {"recvWindow": 3000}
    ),
}
FORMS = BY_ID | BY_CLIENT_ID


def both(call: Call, product: Case, mode: str, markets: bool, **options: Any) -> list[Outcome]:
    """ccxt's own call with its markets loaded, and ours."""
    answer = {k: v for k, v in product.answer.items() if "lient" not in k}  # of any client id
    answers = options.pop("answers", lambda _: Canned(answer))

    def form(exchange: Any) -> Any:
        return call(exchange, product)

    return [
        product.run(form, answers, markets=True, **options),
        product.run(form, answers, mode=mode, markets=markets, ours=True, **options),
    ]


def assert_same_request(ccxts: Outcome, ours: Outcome) -> None:
    assert ours.error is None
    assert ccxts.error is None
    assert ccxts.request.place == ours.request.place
    assert ccxts.request.params == ours.request.params
    assert ccxts.request.headers["X-MBX-APIKEY"] == ours.request.headers["X-MBX-APIKEY"]
