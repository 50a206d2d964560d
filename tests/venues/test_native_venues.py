"""What one venue alone does, and the adapter says of it."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest

import adapter
from venues.models.bitget import GONE, Bitget
from venues.models.bybit import Bybit
from venues.models.coinbase import Coinbase
from venues.models.deribit import Deribit
from venues.models.htx import Htx
from venues.models.hyperliquid import Hyperliquid
from venues.models.kucoin import Kucoin
from venues.models.model import Model
from venues.test_native import DEADLINE, SETTLED, assert_ends, assert_true, cancel, plain

SPOT, SWAP, INVERSE = "BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"
BEFORE = {"fill_before": "closed", "cancel_before": "canceled"}


def placed(model: Model, symbol: str, **params: Any) -> str:
    return str(plain(model).create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


@pytest.mark.parametrize("fault", BEFORE)
@pytest.mark.parametrize("symbol", [SPOT, SWAP])
@pytest.mark.parametrize("code", GONE)
def test_bitget_has_six_codes_for_an_order_that_has_ended(
    symbol: str, code: str, fault: str, mode: str
) -> None:
    """After each of them a query shows how."""
    with Bitget() as model:
        model.gone = {"spot": code, "mix": code}
        order_id = placed(model, symbol)
        model.fault(fault)
        result = cancel(model, mode, order_id, symbol)

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert BEFORE[fault] == result.state


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
@pytest.mark.parametrize("code", GONE)
def test_bitget_has_the_same_codes_for_an_unknown_order(symbol: str, code: str, mode: str) -> None:
    """It is gone then, without a state."""
    with Bitget() as model:
        model.gone = {"spot": code, "mix": code}
        result = cancel(model, mode, model.new_id(7), symbol)

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_bitget_shows_no_order_of_an_unknown_client_id(symbol: str, mode: str) -> None:
    """ccxt's own message of it needs an order id."""
    with Bitget() as model:
        result = cancel(model, mode, None, symbol, {"clientOrderId": "unknown"})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None


@pytest.mark.parametrize("fault", SETTLED)
def test_a_classic_account_of_kucoin(fault: str, mode: str) -> None:
    """It has paths of its own."""
    settings, end = SETTLED[fault]
    with Kucoin() as model:
        model.hf = False
        order_id = placed(model, SPOT)
        if fault != "nothing":
            model.fault(fault, **settings)
        result = cancel(model, mode, order_id, SPOT, {"deadline": DEADLINE})

        assert_true(model, order_id, result, has_rivals=fault == "cancel_before")
        assert_ends(result, end)


def test_kucoin_has_futures_stop_orders_among_the_others(mode: str) -> None:
    """One that was triggered is closed for ccxt, and was neither filled nor canceled."""
    with Kucoin() as model:
        order_id = placed(model, SWAP, triggerPrice=31000)
        result = cancel(model, mode, order_id, SWAP)
        assert_ends(result, "canceled")
        order_id = placed(model, SWAP, triggerPrice=31000)
        model.book.trigger(order_id)
        result = cancel(model, mode, order_id, SWAP)

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert "triggered" == result.state


@pytest.mark.parametrize("names", [{}, {"clientOrderId": Bybit.CLIENT_ID}], ids=["id", "client"])
@pytest.mark.parametrize("fault", [None, "lost_after", "lost_before", "busy"])
def test_bybit_shows_a_trigger_order_that_a_plain_cancel_does_not_reach(
    fault: str | None, names: dict[str, str], mode: str
) -> None:
    """One look is enough to say what is missing."""
    with Bybit() as model:
        order_id = placed(model, SPOT, triggerPrice=31000, **names)
        if fault is not None:
            model.fault(fault)
        params = {**names, "deadline": DEADLINE}
        result = cancel(model, mode, None if names else order_id, SPOT, params)
        asked = [r.kind for r in model.requests if r.kind in ("cancel", "query")]

        assert isinstance(result, adapter.OrderGone), repr(result)
        assert result.state is None
        assert f"order {order_id} is in another book, and open" in str(result)
        assert '{"trigger": True}' in str(result)
        assert 1 == asked.count("query")
        assert "open" == model.book[order_id].state


@pytest.mark.parametrize("fault", SETTLED)
def test_a_coin_margined_order_of_htx(fault: str, mode: str) -> None:
    """Its answer lists refusals under the word of success."""
    settings, end = SETTLED[fault]
    with Htx() as model:
        order_id = placed(model, INVERSE, offset="open")
        if fault != "nothing":
            model.fault(fault, **settings)
        result = cancel(model, mode, order_id, INVERSE, {"deadline": DEADLINE})

        assert_true(model, order_id, result, has_rivals=fault == "cancel_before")
        assert_ends(result, end)


def test_no_list_of_ids_is_sent_to_htx(mode: str) -> None:
    """It would cancel all of them."""
    with Htx() as model:
        orders = [placed(model, INVERSE, offset="open") for _ in range(2)]
        result = cancel(model, mode, ",".join(orders), INVERSE)

        assert isinstance(result, ccxt.BadRequest), repr(result)
        assert ["open", "open"] == [model.book[order_id].state for order_id in orders]


@pytest.mark.parametrize("fault", BEFORE)
@pytest.mark.parametrize("symbol", [SPOT, SWAP, INVERSE])
def test_htx_says_how_an_order_ended_that_it_forgets(symbol: str, fault: str, mode: str) -> None:
    """The refusal tells it while no query answers."""
    with Htx() as model:
        order_id = placed(model, symbol, **({"offset": "open"} if symbol == INVERSE else {}))
        model.fault(fault)
        model.fault("http_502_html", "query", seconds=60)
        result = cancel(model, mode, order_id, symbol, {"deadline": 1.5})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert BEFORE[fault] == result.state


def test_htx_knows_no_order_of_a_client_id(mode: str) -> None:
    """The answer to its cancel looks like success."""
    with Htx() as model:
        result = cancel(model, mode, None, SPOT, {"clientOrderId": "1002"})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None


@pytest.mark.parametrize("kind", ["busy", "rate_limit", "timed_out"])
@pytest.mark.parametrize("symbol", [SPOT, SWAP, INVERSE])
def test_htx_may_be_busy(symbol: str, kind: str, mode: str) -> None:
    """An order that stays open is not said to be canceled."""
    with Htx() as model:
        order_id = placed(model, symbol, **({"offset": "open"} if symbol == INVERSE else {}))
        model.fault(kind, seconds=60, executed=False)
        result = cancel(model, mode, order_id, symbol, {"deadline": 1.5})

        assert isinstance(result, adapter.RateLimited | adapter.CancelUnknown), repr(result)
        assert isinstance(result, adapter.RateLimited) == (kind == "rate_limit")
        assert "open" == model.book[order_id].state


def test_hyperliquid_may_show_no_size_of_a_canceled_order(mode: str) -> None:
    """What ccxt then takes for filled is said by nobody."""
    with Hyperliquid() as model:
        model.canceled_size_is_zero = True
        order_id = placed(model, "BTC/USDC:USDC")
        result = cancel(model, mode, order_id, "BTC/USDC:USDC")

    assert_ends(result, "canceled")
    assert (2, None, None) == tuple(result[key] for key in ("amount", "filled", "remaining"))


def test_hyperliquid_is_asked_about_the_vault_that_had_the_order(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question needs no key, but the address."""
    vault = f"0x{'1' * 40}"
    with Hyperliquid() as model:
        order_id = placed(model, "BTC/USDC:USDC")
        monkeypatch.setattr(model, "_is_user", lambda call: call.params["user"] == vault)
        result = cancel(model, mode, order_id, "BTC/USDC:USDC", {"vaultAddress": vault})

    assert_ends(result, "canceled")


@pytest.mark.parametrize("fault", [None, "lost_after"])
def test_a_client_id_of_hyperliquid_is_a_number_in_either_case(
    fault: str | None, mode: str
) -> None:
    """It is sent, and shown, as the venue writes it."""
    client_id = f"0x{'aB' * 16}"
    with Hyperliquid() as model:
        order_id = placed(model, "BTC/USDC:USDC", clientOrderId=client_id.lower())
        if fault is not None:
            model.fault(fault)
        result = cancel(model, mode, None, "BTC/USDC:USDC", {"clientOrderId": client_id})

    assert_ends(result, "canceled")
    assert (order_id, client_id.lower()) == (result["id"], result["clientOrderId"])


def test_what_ccxt_asks_first_is_no_cancel_that_is_made_twice(mode: str) -> None:
    """Its first call posts other actions to the same path, and a refusal there counts for nothing.

    What refused the cancel does: the order is as it was.
    """
    with Hyperliquid() as model:
        order_id = placed(model, "BTC/USDC:USDC")
        known = {"markets": plain(model).load_markets(), "privateKey": "0x" + 32 * "1f"}
        result = cancel(model, mode, order_id, "BTC/USDC:USDC", {"deadline": DEADLINE}, **known)

    assert type(result) is ccxt.InvalidOrder, repr(result)
    assert "does not exist" in str(result)
    assert "open" == model.book[order_id].state


def test_a_twap_order_is_cancelled_by_ccxt() -> None:
    """It is of another kind, which no query shows."""
    exchange = adapter.attach(ccxt.hyperliquid())
    route = adapter.explain(exchange, "BTC/USDC:USDC", {"twap": True})

    assert route.plugin is None
    assert "twap" in str(route.reason)


def test_an_expired_order_of_coinbase_is_not_canceled(mode: str) -> None:
    """As ccxt has it."""
    with Coinbase() as model:
        order_id = placed(model, "BTC/USD")
        model.book.expire(order_id)
        result = cancel(model, mode, order_id, "BTC/USD")

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert "expired" == result.state


@pytest.mark.parametrize("fault", BEFORE)
def test_deribit_may_have_a_code_for_each_end(fault: str, mode: str) -> None:
    """A query shows it after each of them."""
    with Deribit() as model:
        model.late_codes = {"filled": 11008, "canceled": 10010}
        order_id = str(plain(model).create_order("BTC/USD:BTC", "limit", "buy", 20, 30000)["id"])
        model.fault(fault)
        result = cancel(model, mode, order_id, "BTC/USD:BTC")

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert BEFORE[fault] == result.state
