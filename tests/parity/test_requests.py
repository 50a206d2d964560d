"""The request of each form of call is ccxt's own, except where ccxt is wrong."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .cases import PM_MARGIN, Case
from .forms import BY_CLIENT_ID, BY_ID, FORMS, assert_same_request, both
from .wire import NOW, SECRET


@pytest.mark.parametrize("form", FORMS)
def test_each_form_sends_what_ccxt_sends(
    product: Case, form: str, mode: str, markets: bool
) -> None:
    """One request with ccxt's method, URL, parameters and key, whether markets are loaded or not.

    It has one id: the client id under the product's name, or the order id as its digits, beyond
    2^53 too. Its signature is last and covers the very bytes before it.
    """
    ccxts, ours = both(FORMS[form], product, mode, markets)

    assert_same_request(ccxts, ours)
    assert product.place == ours.request.place
    assert product.market_id == ours.request.params["symbol"]
    payload, _, signature = ours.request.url.partition("?")[2].partition("&signature=")
    assert hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest() == signature
    asked = ours.request.asked
    if form in BY_CLIENT_ID:
        assert {"symbol", product.client_id} == set(asked)
    else:
        assert product.order_id == asked["orderId"]
        assert not {"origClientOrderId", "clientOrderId"} & set(asked)


@pytest.mark.parametrize("exchange_id", ["binance", "binanceusdm", "binancecoinm"])
@pytest.mark.parametrize("form", ["positional", "clientOrderId, id None"])
def test_a_raw_market_id_is_taken(
    product: Case, form: str, exchange_id: str, mode: str, markets: bool
) -> None:
    """``"BTCUSDT"`` means what ccxt's ``defaultType`` makes of it, on each of the three classes."""
    ccxts, ours = both(
        lambda x, c: FORMS[form](x, attrs.evolve(c, symbol=c.market_id)),
        product,
        mode,
        markets,
        exchange_id=exchange_id,
        config=_leading_to(product, exchange_id),
    )

    assert_same_request(ccxts, ours)


def _leading_to(product: Case, exchange_id: str) -> dict[str, Any]:
    """``defaultType`` for a raw id that spot and swap share, on ``binance`` alone."""
    if exchange_id == "binance" and product.market_id == "BTCUSDT":
        return {"options": {"defaultType": "swap"}}
    return {}


SYMBOLS = [
    "ETH/USDC:USDC",
    "1000SHIB/USDT:USDT",
    "币安人生/USDT:USDT",
    "BTC/USDT:USDT-261225",
    "BTC/USDT:USDT-261225-100000-C",
    "BTC/USDT:USDT-291228-1234.5-P",
]


@pytest.mark.parametrize("exchange_id", ["binance", "binanceusdm"])
@pytest.mark.parametrize("portfolio", [False, True], ids=["classic", "portfolio"])
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_kind_of_symbol_has_ccxts_market_id(
    symbol: str, portfolio: bool, exchange_id: str, markets: bool
) -> None:
    """Coins with digits or Chinese letters, dated futures, and options that no market list has."""
    case = attrs.evolve(PM_MARGIN, symbol=symbol, portfolio=portfolio)
    ccxts, ours = both(BY_ID["positional"], case, "sync", markets, exchange_id=exchange_id)

    assert_same_request(ccxts, ours)


@pytest.mark.parametrize("exchange_id", ["binance", "binancecoinm"])
@pytest.mark.parametrize("symbol", ["BTC/USD:BTC", "BTC/USD:BTC-200925"])
def test_coin_margined_symbols_have_ccxts_market_id(
    symbol: str, exchange_id: str, markets: bool
) -> None:
    """Under portfolio margin a perpetual is ``…_PERP`` and a dated one carries its date."""
    case = attrs.evolve(PM_MARGIN, symbol=symbol)
    ccxts, ours = both(BY_ID["positional"], case, "sync", markets, exchange_id=exchange_id)

    assert_same_request(ccxts, ours)
    assert "/papi/v1/cm/order" in ours.request.url


@pytest.mark.parametrize(
    "window", [7000, "8000", 60000, None, "unset"], ids=lambda window: f"recvWindow {window}"
)
def test_the_exchanges_own_window_is_used(product: Case, window: Any, mode: str) -> None:
    """``options["recvWindow"]`` goes out as ccxt sends it; where it is None, none goes out."""

    def prepare(exchange: Any) -> None:
        if window == "unset":
            del exchange.options["recvWindow"]
        else:
            exchange.options["recvWindow"] = window

    ccxts, ours = both(BY_ID["positional"], product, mode, markets=True, prepare=prepare)

    assert_same_request(ccxts, ours)
    assert (window in (None, "unset")) == ("recvWindow" not in ours.request.params)


def test_the_exchanges_own_clock_is_used(product: Case, mode: str) -> None:
    """``options["timeDifference"]`` is taken off, as ccxt does."""
    ccxts, ours = both(
        BY_ID["positional"],
        product,
        mode,
        markets=True,
        config={"options": {"timeDifference": 1234}},
    )

    assert_same_request(ccxts, ours)
    assert str(NOW - 1234) == ours.request.params["timestamp"]


def test_an_overridden_nonce_is_used(product: Case, mode: str) -> None:
    """A ``nonce()`` of the user's own gives the timestamp."""

    def prepare(exchange: Any) -> None:
        exchange.nonce = lambda: 42

    ccxts, ours = both(BY_ID["positional"], product, mode, markets=True, prepare=prepare)

    assert_same_request(ccxts, ours)
    assert "42" == ours.request.params["timestamp"]


def pem(kind: str) -> str:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ed25519.Ed25519PrivateKey.generate()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("kind", ["hmac", "rsa", "ed25519"])
def test_the_signature_is_ccxts_to_the_last_byte(product: Case, kind: str, mode: str) -> None:
    """With each kind of key the whole signed URL is the one that ccxt makes."""
    secret = SECRET if kind == "hmac" else pem(kind)
    ccxts, ours = both(
        BY_CLIENT_ID["with / and :"], product, mode, markets=False, config={"secret": secret}
    )

    assert ccxts.request.url == ours.request.url
