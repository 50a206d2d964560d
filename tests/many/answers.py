"""Answers that the simulator does not give, to the requests that are for several orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.simulator import Order, Simulator

from .trader import Trader

Answer = Callable[[list[Order]], Response | NoResponse]


def answered(
    trader: Trader,
    answer: Answer,
    orders: list[Order],
    *,
    symbol: str | None = None,
    path: str = "batchOrders",
) -> None:
    """Let requests for several orders have this answer, which the exchange does not give.

    ``symbol`` leaves those of any other symbol to the exchange.
    """
    io = vars(trader.exchange)["_adapter"].io
    send = io.send

    def sent(exchange: Any, signed: SignedRequest, *rest: Any, **named: Any) -> Any:
        url = urlsplit(signed.url)
        is_other = symbol is not None and f"symbol={symbol}" not in url.query
        if is_other or not url.path.endswith(path):
            return send(exchange, signed, *rest, **named)
        return answer(orders)

    async def asent(*arguments: Any, **named: Any) -> Any:
        came = sent(*arguments, **named)
        return came if isinstance(came, Response | NoResponse) else await came

    io.send = sent if trader.host.is_sync else asent


def made(data: Any, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(data), data=data)


def shown(order: Order) -> dict[str, Any]:
    ids = {"orderId": order.order_id, "clientOrderId": order.client_order_id}
    return {**ids, "symbol": order.symbol, "status": "CANCELED", "executedQty": "0"}


def last_parts(sim: Simulator) -> list[str]:
    """Method and last part of the path of each request."""
    return [f"{r.method} {r.path.rpartition('/')[2]}" for r in sim.requests]
