"""Answers of Binance, and what its venue takes them for."""

from __future__ import annotations

import json
from typing import Any

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, NoResponse, Response
from adapter.venues.binance import usdm

BY_ID = CancelRequest(
    market_id="BTCUSDT", order_id="7", client_order_id=None, deadline=15.0, confirm=True
)
ERRORS = {
    "-1121": ccxt.BadSymbol,
    "-2015": ccxt.AuthenticationError,
    "Market is closed.": ccxt.MarketClosed,
    "System is under maintenance.": ccxt.OnMaintenance,
    "This account may not place or cancel orders.": ccxt.PermissionDenied,
}


def reply(status: int, data: Any, **headers: str) -> Response:
    """``data`` is written as JSON, and read from it, unless it is a text."""
    body = data if isinstance(data, str) else json.dumps(data)
    parsed = None if isinstance(data, str) else json.loads(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, body=body, data=parsed, headers=named, time=1_000_000)


def read(
    answer: Response | NoResponse,
    call: CancelRequest = BY_ID,
    product: CancelEndpoint = usdm.ENDPOINT,
    *,
    query: bool = False,
) -> Any:
    asked = product.queries[0] if query else None
    return product.venue.classify(answer, call=call, endpoint=product, errors=ERRORS, query=asked)
