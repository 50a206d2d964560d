"""The headers of an answer, as a sync exchange object keeps them."""

from __future__ import annotations

import copy

import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import CANCELED, Server, http


def test_they_are_found_in_any_case(sync: Host) -> None:
    """As in ``requests``, and so in ccxt; in a copy, too, and before anybody has looked."""
    with Server(http(CANCELED)) as server:
        exchange = moved(sync.attached(), server.url)
        sync.cancel(exchange, "7", SYMBOL)
    headers = exchange.last_response_headers
    copied = copy.deepcopy(headers)

    assert "application/json" == copied["CONTENT-type"] == copied.copy()["content-TYPE"]
    assert copied == headers == dict(copied)
    with pytest.raises(AttributeError, match="nothing"):
        _ = copied.nothing
