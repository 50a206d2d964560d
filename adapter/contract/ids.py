"""What an order id and a client id may be, where a venue does not say otherwise."""

from __future__ import annotations

import numbers

MAX_ID = 2**63 - 1
MAX_CLIENT_ID = 64
MAX_DIGITS = 40
"""Digits of a string that is read as a number."""

CLIENT_ID_PARAMS = (
    "origClientOrderId",
    "clientOrderId",
    "newClientStrategyId",
    "clientAlgoId",
    "clOrdId",
    "orderLinkId",
    "clientOid",
    "cloid",
    "client_oid",
    "cl_ord_id",
    "clOrdID",
    "clientOrderID",
    "client_order_id",
    "client-order-id",
    "client_id",
    "clientId",
)
"""What a client id is called on the venues, as bots that switch between them send it."""


def int_of(value: object) -> int | None:
    """The whole number that an int, or a string of digits, is. None for a bool or a float."""
    if isinstance(value, str):
        is_number = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
        return int(value) if is_number else None
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        return None
    return int(value)


def parse_number_id(value: object) -> str | None:
    """The digits of an id that is an int64 above 0; None where the value cannot be one."""
    number = int_of(value)
    return str(number) if number is not None and 1 <= number <= MAX_ID else None


def parse_visible_id(value: object) -> str | None:
    """An id of 1 to 64 visible ASCII characters; None where the value cannot be one."""
    number = None if isinstance(value, str) else int_of(value)
    if number is not None and abs(number) <= MAX_ID:
        return str(number)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CLIENT_ID:
        return None
    return value if all("!" <= c <= "~" for c in value) else None
