"""What the endpoints of conditional orders share, which Binance calls algo orders.

https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update
"""

from __future__ import annotations

import logging
from typing import Any

import attrs

from adapter.contract.api import OrderFields
from adapter.contract.messages import CancelRequest, Market
from adapter.venues.binance.routing import market_of_id

log = logging.getLogger("adapter")

ENDS = {"triggered": "triggered"}
"""How a conditional order ends otherwise than others: see `FIELDS`."""
FIELDS = OrderFields(
    order_id="algoId",
    client_id="clientAlgoId",
    status="algoStatus",
    statuses={
        "NEW": "open",
        "TRIGGERING": "open",
        "TRIGGERED": "triggered",
        # the order that it has become was filled or canceled
        "FINISHED": "triggered",
        "CANCELED": "canceled",
        "REJECTED": "rejected",
        "EXPIRED": "expired",
    },
    created=("createTime",),
    market="symbol",
    successor="actualOrderId",
)


def is_success(answer: Any, call: CancelRequest) -> bool:  # noqa: ARG001  # ids are checked before
    """Whether an answer is ``{"code": "200", "msg": "success"}``, whatever ids it has."""
    return isinstance(answer, dict) and answer.get("msg") == "success"


def is_complete(answer: Any, call: CancelRequest) -> bool:
    """Whether an answer is ``{"complete": true}``, or what it was until 2026-05."""
    is_new = isinstance(answer, dict) and answer.get("complete") is True
    return is_new or is_success(answer, call)


def shown_market(answer: Any, exchange: Any, asked: Market) -> Market:
    """The market of the order that an answer shows, which need not be the one that was asked for.

    An algo order is found, and cancelled, by its id alone, whatever the symbol says.
    """
    market_id = answer.get(FIELDS.market) if isinstance(answer, dict) else None
    if not isinstance(market_id, str) or market_id in ("", asked.id):
        return asked
    log.warning(
        "%s: conditional order %s is one of %s, not of %s: Binance finds it by its id alone",
        exchange.id,
        answer.get(FIELDS.order_id),
        market_id,
        asked.id,
    )
    market_type = "inverse" if asked.structure["inverse"] else "linear"
    unknown = attrs.evolve(asked, id=market_id, structure={**asked.structure, "symbol": market_id})
    return market_of_id(exchange, market_id, market_type) or unknown
