"""Answers of Coinbase, as its documentation shows them."""

from __future__ import annotations

from typing import Any

from adapter.testing import Answer

UUID = "9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b"
OTHER_UUID = "bb8851a3-4fda-4a2c-aa06-9048db0e0f0d"
CLIENT_UUID = "e5fe8482-05bb-428f-ad4d-dbc8ce39239c"


def batch(order_id: str = UUID, reason: str | None = None) -> Answer:
    """Coinbase's answer to a cancel: an acknowledgement, or a refusal in an HTTP 200."""
    result = {
        "success": reason is None,
        "failure_reason": reason or "UNKNOWN_CANCEL_FAILURE_REASON",
        "order_id": order_id,
    }
    return Answer(body={"results": [result]})


def coinbase(status: str, /, **more: Any) -> Answer:
    """Coinbase's answer to a query."""
    return Answer(
        method="GET",
        body={
            "order": {
                "order_id": UUID,
                "product_id": "LTC-BTC",
                "order_configuration": {
                    "limit_limit_gtc": {"base_size": "0.2", "limit_price": "0.006"}
                },
                "side": "SELL",
                "client_order_id": CLIENT_UUID,
                "status": status,
                "created_time": "2023-01-16T23:37:23.947030Z",
                "filled_size": "0",
                "average_filled_price": "0",
                "total_fees": "0",
                "order_type": "LIMIT",
                **more,
            }
        },
    )


COINBASE_NOT_FOUND = Answer(
    status=404,
    body='{"error":"NOT_FOUND","error_details":"order with this orderID was not found",'
    '"message":"order with this orderID was not found"}',
)
