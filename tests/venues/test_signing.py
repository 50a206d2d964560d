"""Signatures, against Binance's published vectors and the public keys of made ones."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import unquote

import ccxt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from adapter.venues.binance.signing import build_url, make_signer, query

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def pem(key: PrivateKey, password: bytes | None = None) -> str:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


@pytest.mark.parametrize(
    ("secret", "payload", "signature"),
    [
        (
            "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
            "&recvWindow=5000&timestamp=1499827319559",
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
        ),
        (
            "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
            "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT"
            "&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
        ),
        (
            "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC"
            "&recvWindow=5000&timestamp=1591702613943",
            "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
        ),
    ],
)
def test_hmac_gives_binances_published_signature(secret: str, payload: str, signature: str) -> None:
    """The vectors of Binance's page on request security, and of its futures page."""
    assert signature == make_signer(secret)(payload)


def test_rsa_signs_for_its_public_key() -> None:
    """PKCS1v15 over SHA-256, base64, percent-encoded."""
    key = rsa.generate_private_key(65537, 2048)

    signature = make_signer(pem(key))("symbol=X")

    raw = base64.b64decode(unquote(signature))
    key.public_key().verify(raw, b"symbol=X", padding.PKCS1v15(), hashes.SHA256())
    assert not {"+", "/", "="} & {*signature}


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
def test_ed25519_signs_for_its_public_key(ending: str) -> None:
    """Whatever the length of the file: ccxt takes a long one for RSA."""
    key = ed25519.Ed25519PrivateKey.generate()

    raw = base64.b64decode(unquote(make_signer(pem(key).strip() + ending)("symbol=X")))

    key.public_key().verify(raw, b"symbol=X")
    assert 64 == len(raw)


@pytest.mark.parametrize("escape", [r"\n", r"\r\n"])
def test_a_pem_with_escaped_line_ends_signs_for_its_public_key(escape: str) -> None:
    """JSON and environment files have a backslash and an n where a line ends."""
    key = ed25519.Ed25519PrivateKey.generate()

    raw = base64.b64decode(unquote(make_signer(pem(key).replace("\n", escape))("symbol=X")))

    key.public_key().verify(raw, b"symbol=X")


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (lambda: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be read"),
        (lambda: pem(ed25519.Ed25519PrivateKey.generate(), b"pass"), "cannot be read"),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "use RSA or Ed25519"),
    ],
    ids=["garbage", "encrypted", "elliptic"],
)
def test_a_key_that_cannot_sign_is_reported_without_quoting_it(
    secret: Callable[[], str], says: str
) -> None:
    """The error names the kinds that Binance takes and shows nothing of the key."""
    text = secret()
    with pytest.raises(ccxt.AuthenticationError, match=says) as caught:
        make_signer(text)

    assert text.splitlines()[1] not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_query_is_encoded_before_it_is_signed() -> None:
    """Slash, colon and non-ASCII as percent, booleans in small letters, order kept."""
    params = {"symbol": "币USDT", "origClientOrderId": "a/b:c", "x": True, "y": 0.5}

    wanted = "symbol=%E5%B8%81USDT&origClientOrderId=a%2Fb%3Ac&x=true&y=0.5"
    assert wanted == query(params)


def test_no_host_is_reported_before_anything_is_sent() -> None:
    """Demo and sandbox have no options or portfolio margin host."""
    exchange = ccxt.binance()
    exchange.enable_demo_trading(True)

    with pytest.raises(ccxt.NotSupported, match="does not have a testnet/sandbox URL for papi"):
        build_url(exchange, "papi", "um/order")


def test_the_old_futures_sandbox_is_refused_as_in_ccxt() -> None:
    """Binance's futures testnet is demo trading now; ccxt's own switch lets it through."""
    exchange = ccxt.binance()
    exchange.set_sandbox_mode(True)

    with pytest.raises(ccxt.NotSupported, match="enable_demo_trading"):
        build_url(exchange, "fapiPrivate", "order")
    exchange.options["disableFuturesSandboxWarning"] = True
    assert "https://testnet.binancefuture.com/fapi/v1/order" == build_url(
        exchange, "fapiPrivate", "order"
    )
