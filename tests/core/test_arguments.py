"""The arguments of a cancel, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ccxt
import pytest
from policies import shipped_policy

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.ids import CLIENT_ID_PARAMS
from adapter.contract.messages import CancelRequest
from adapter.core.arguments import identity, parse_arguments
from adapter.core.policy import Policy
from adapter.venues.binance.pm_margin import ENDPOINT as PM_MARGIN
from adapter.venues.binance.usdm import ENDPOINT as USDM


class Whole(int):
    """An int of a library's own kind."""


def call(
    id: object = "7",
    params: Mapping[str, Any] | None = None,
    *,
    product: CancelEndpoint = USDM,
    policy: Policy | None = None,
) -> CancelRequest:
    params, policy = params or {}, policy or shipped_policy()
    ids = identity("binance", id, params, "BTCUSDT", product)
    return parse_arguments(ids, "binance", params, "BTCUSDT", product, policy, {})


@pytest.mark.parametrize(
    ("id", "sent"),
    [
        (7, "7"),
        ("7", "7"),
        ("007", "7"),
        (Whole(7), "7"),
        (4611875134427365377, "4611875134427365377"),
        ("4611875134427365377", "4611875134427365377"),
        (2**63 - 1, "9223372036854775807"),
    ],
)
def test_an_id_reaches_the_wire_whole(id: object, sent: str) -> None:
    """int and str alike, up to int64, never through a float."""
    assert (sent, None) == (call(id).order_id, call(id).client_order_id)


@pytest.mark.parametrize(
    "id",
    [
        *(0, -1, 2**63, 10**5000, 7.0, 4.6e18, True, False, b"7", [7], object()),
        *("abc", "7.0", "-7", "+7", " 7", "7 ", "\u0667", "0", "9" * 41, "9" * 19 + "9"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_id_that_cannot_be_is_refused(id: object) -> None:
    """The error shows what came, what is required, and what to do."""
    with pytest.raises(ccxt.BadRequest, match=r"from 1 to 9223372036854775807; got .+\. \S+"):
        call(id)


def test_a_text_as_id_shows_where_it_belongs() -> None:
    """A client id as the order id is the usual mistake."""
    with pytest.raises(ccxt.BadRequest, match=r"pass it as params=\{'clientOrderId': 'abc'\}"):
        call("abc")


def test_a_float_is_refused_with_a_reason() -> None:
    """A float has lost digits by the time it gets here."""
    with pytest.raises(ccxt.BadRequest, match="A float cannot hold every order id"):
        call(4611875134427365377.0)


@pytest.mark.parametrize("id", [None, ""])
def test_no_id_at_all_is_refused(id: object) -> None:
    """ccxt sends orderId=None; here the error shows what is missing."""
    with pytest.raises(ccxt.ArgumentsRequired, match="needs the order's id"):
        call(id, {"clientOrderId": None, "origClientOrderId": ""})


@pytest.mark.parametrize("name", CLIENT_ID_PARAMS)
@pytest.mark.parametrize("id", [None, "", "7", 7, "abc", 7.0])
def test_a_client_id_wins(name: str, id: object) -> None:
    """Under any of its names, whatever the positional id is; and it is not sent twice."""
    found = call(id, {name: "mine"})
    order_id = "7" if id in ("7", 7) and not isinstance(id, float) else None

    assert (order_id, "mine", {}) == (found.order_id, found.client_order_id, found.params)
    assert None is found.with_one_id(query=False).order_id


def test_with_both_ids_a_query_goes_by_the_order_id() -> None:
    """An order id is never used again, so it settles what a client id may leave open."""
    found = call("7", {"clientOrderId": "mine"})

    assert ("7", None) == (
        found.with_one_id(query=True).order_id,
        found.with_one_id(query=True).client_order_id,
    )
    assert call("7") == call("7").with_one_id(query=True) == call("7").with_one_id(query=False)


def test_a_client_id_in_both_arguments_is_no_order_id() -> None:
    """Bots that pass one name twice mean it by both, digits or not."""
    assert None is call("42", {"clientOrderId": "42"}).order_id
    assert None is call("42", {"clientOrderId": 42}).order_id


@pytest.mark.parametrize("params", [{"recvWindow": 0}, {"deadline": 0}, {"clientOrderId": "é"}, {}])
def test_the_error_names_the_exchange(params: dict[str, Any]) -> None:
    """As every message of ccxt does."""
    with pytest.raises(ccxt.ExchangeError, match=r"^binance cancelOrder\(\) "):
        call(7.0, params)


@pytest.mark.parametrize(
    ("value", "sent"), [("a/b:c", "a/b:c"), (42, "42"), ("x" * 64, "x" * 64), ("!~", "!~")]
)
def test_a_client_id_is_visible_ascii(value: object, sent: str) -> None:
    """1 to 64 visible characters, or an int, taken as its digits."""
    assert sent == call(None, {"clientOrderId": value}).client_order_id


@pytest.mark.parametrize("value", ["x" * 65, "a b", "a\n", "é", True, 1.5, b"x", ["x"], {}])
def test_a_client_id_that_cannot_be_is_refused(value: object) -> None:
    """Even where an order id stands next to it: the client id is what was meant."""
    with pytest.raises(ccxt.BadRequest, match=r"params\['clientOrderId'\] as a str of 1 to 64"):
        call("7", {"clientOrderId": value})


def test_the_first_name_of_a_client_id_wins() -> None:
    """ccxt's own order of names, then those of other venues."""
    params = {"clOrdId": "c", "clientOrderId": "b", "origClientOrderId": "a"}

    assert "a" == call(None, params).client_order_id
    assert "b" == call(None, {**params, "origClientOrderId": None}).client_order_id


def test_an_order_id_in_params_overrides_the_first_argument() -> None:
    """As in ccxt, whose params are laid over its request."""
    assert "8" == call("7", {"orderId": 8}).order_id
    assert "7" == call("7", {"orderId": None}).order_id


def test_routing_words_and_ours_stay_here() -> None:
    """None of them reaches the wire; what nobody knows goes through, as in ccxt."""
    params = {
        **dict.fromkeys(("portfolioMargin", "papi", "stop", "trigger", "conditional"), False),
        "type": "future",
        "subType": "linear",
        "marginMode": "cross",
        "deadline": 3,
        "confirm": False,
        "acknowledged": True,
        "newClientOrderId": "x",
        "recvWindow": 5000,
        "symbol": "BTCUSDT",
        "signature": "x",
        "nothing": None,
        "isIsolated": "TRUE",
    }

    assert {"isIsolated": "TRUE"} == call("7", params).params


def test_an_optional_parameter_goes_where_the_endpoint_has_it() -> None:
    """newClientOrderId names the cancel itself, on margin only."""
    params = {"newClientOrderId": "cx1"}

    assert params == call("7", params, product=PM_MARGIN).params
    assert {} == call("7", params).params


def test_another_symbol_in_params_is_refused() -> None:
    """An id is unique with its symbol only: the two must not disagree."""
    with pytest.raises(ccxt.BadRequest, match="leave it out of params"):
        call("7", {"symbol": "ETHUSDT"})


@pytest.mark.parametrize(
    ("value", "window"), [(5000, 5000), ("5000", 5000), (99999, 60000), (None, 1), ("", 1)]
)
def test_recv_window(value: object, window: int) -> None:
    """In ms, 60000 at most, and the setting where the call shows nothing."""
    assert (
        window == call("7", {"recvWindow": value}, policy=shipped_policy(recv_window=1)).recv_window
    )


@pytest.mark.parametrize("value", ["soon", 0, -1, 1.5, True])
def test_a_recv_window_that_cannot_be_is_refused(value: object) -> None:
    """An error in ms, before anything is sent."""
    with pytest.raises(ccxt.BadRequest, match="in ms, from 1 to 60000"):
        call("7", {"recvWindow": value})


def test_deadline_and_confirm_come_from_params_or_the_settings() -> None:
    """Per call in params, else from plugins.toml."""
    policy = shipped_policy(deadline=9.0, confirm=False)

    assert (9.0, False) == (call(policy=policy).deadline, call(policy=policy).confirm)
    assert (2.0, True) == (
        call("7", {"deadline": 2}, policy=policy).deadline,
        call("7", {"confirm": True}, policy=policy).confirm,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("deadline", value) for value in (0, -1, "3", True, float("inf"), float("nan"))),
        *(("confirm", value) for value in (1, "yes")),
    ],
)
def test_deadline_and_confirm_that_cannot_be_are_refused(name: str, value: object) -> None:
    """With the unit or the values that are required."""
    with pytest.raises(ccxt.BadRequest, match=rf"params\['{name}'\] (in seconds|as True)"):
        call("7", {name: value})
