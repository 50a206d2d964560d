"""The requests in which ccxt is wrong, and what goes out instead."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest

from .cases import SPOTLIKE, Case
from .forms import BY_ID, CID, assert_same_request, both

CLIENT_ID_ELSEWHERE = ("clOrdId", "orderLinkId", "clientOid", "cloid", "client_oid", "cl_ord_id")


@pytest.mark.parametrize("name", CLIENT_ID_ELSEWHERE)
def test_another_venues_name_for_it_is_the_client_id(product: Case, name: str, mode: str) -> None:
    """ccxt sends ``clOrdId`` and its like through; they are read as the client id."""
    _, ours = both(
        lambda x, c: x.cancel_order(None, c.symbol, {name: CID}), product, mode, markets=False
    )

    assert {"symbol": product.market_id, product.client_id: CID} == ours.request.asked


def test_acknowledged_does_not_reach_the_wire(product: Case, mode: str) -> None:
    """ccxt sends another venue's ``acknowledged`` through, which Binance answers with -1104."""
    _, ours = both(
        lambda x, c: x.cancel_order(
            c.order_id, c.symbol, {"clientOrderId": CID, "acknowledged": True}
        ),
        product,
        mode,
        markets=False,
    )

    assert {"symbol": product.market_id, product.client_id: CID} == ours.request.asked


def test_the_name_of_the_cancel_goes_where_the_endpoint_has_it(product: Case, mode: str) -> None:
    """``newClientOrderId`` is sent on spot and margin alone, as ccxt does."""
    ccxts, ours = both(
        lambda x, c: x.cancel_order(c.order_id, c.symbol, {"newClientOrderId": "cx1"}),
        product,
        mode,
        markets=False,
    )

    if product in SPOTLIKE:
        assert_same_request(ccxts, ours)
        assert "cx1" == ours.request.asked["newClientOrderId"]
    else:
        assert {"symbol", "orderId"} == set(ours.request.asked)


@pytest.mark.parametrize("where", ["params", "options"])
@pytest.mark.parametrize("window", [60001, 99999, "99999"])
def test_the_window_is_capped(product: Case, window: Any, where: str, mode: str) -> None:
    """ccxt sends any recvWindow; Binance takes at most 60000."""
    params, options = ({"recvWindow": window}, {}) if where == "params" else ({}, {})
    if where == "options":
        options = {"recvWindow": window}
    _, ours = both(
        lambda x, c: x.cancel_order(c.order_id, c.symbol, params),
        product,
        mode,
        markets=False,
        config={"options": options},
    )

    assert "60000" == ours.request.params["recvWindow"]


@pytest.mark.parametrize(
    ("id", "error"),
    [(None, ccxt.ArgumentsRequired), ("", ccxt.ArgumentsRequired), ("abc", ccxt.BadRequest)],
    ids=["None", "empty", "abc"],
)
def test_an_id_that_is_none_is_not_sent(
    product: Case, id: Any, error: type[Exception], mode: str, markets: bool
) -> None:
    """ccxt sends ``orderId=None``, ``orderId=`` and ``orderId=abc``; here nothing leaves."""
    _, ours = both(lambda x, c: x.cancel_order(id, c.symbol), product, mode, markets)

    assert error is type(ours.error)
    assert [] == ours.seen


def test_params_may_be_none(product: Case, mode: str, markets: bool) -> None:
    """ccxt raises TypeError on ``params=None``; here it is what ``{}`` is."""
    _, ours = both(lambda x, c: x.cancel_order(c.order_id, c.symbol, None), product, mode, markets)
    ccxts, _ = both(BY_ID["positional"], product, mode, markets)

    assert_same_request(ccxts, ours)


@pytest.mark.parametrize("name", ["symbol None", "symbol empty", "no symbol"])
def test_a_symbol_is_required(product: Case, name: str, mode: str, markets: bool) -> None:
    """Without a symbol it is ``ArgumentsRequired``, as in ccxt, and nothing is sent."""
    arguments = {"symbol None": (None,), "symbol empty": ("",), "no symbol": ()}[name]
    _, ours = both(lambda x, c: x.cancel_order(c.order_id, *arguments), product, mode, markets)

    assert ccxt.ArgumentsRequired is type(ours.error)
    assert [] == ours.seen


@pytest.mark.parametrize(
    "params",
    [
        {"deadline": 5},
        {"confirm": True},
        {"deadline": 5.5, "confirm": False, "recvWindow": 9000},
        {"type": None, "marginMode": None},
        {"papi": None},
    ],
    ids=str,
)
def test_our_own_words_and_routing_words_stay_here(
    product: Case, params: dict[str, Any], mode: str
) -> None:
    """``deadline`` and ``confirm`` are never sent, nor is an empty routing param."""
    _, ours = both(
        lambda x, c: x.cancel_order(c.order_id, c.symbol, params), product, mode, markets=False
    )

    assert {"symbol": product.market_id, "orderId": product.order_id} == ours.request.asked
