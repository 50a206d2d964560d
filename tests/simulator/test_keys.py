"""RSA and Ed25519 keys."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import ccxt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from adapter.simulator import Simulator

from .wire import BAD_SIGNATURE, NOW, UNKNOWN, USDM, Wire, hmac_sign

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Private) -> str:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode()


def public_pem(key: Private) -> str:
    text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text.decode()


def rsa_sign(key: rsa.RSAPrivateKey) -> Callable[[str], bytes]:
    return lambda text: key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())


def as_base64(sign: Callable[[str], bytes]) -> Callable[[str], str]:
    return lambda text: quote(base64.b64encode(sign(text)), safe="")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def ed_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def test_rsa_keys(sim: Simulator, rsa_key: rsa.RSAPrivateKey) -> None:
    """An RSA-2048 key signs with PKCS#1 v1.5 and SHA-256, in base64."""
    sim.add_key("rsa", pem(rsa_key))
    with Wire(sim, "rsa", as_base64(rsa_sign(rsa_key))) as wire:
        assert wire.cancel(USDM, orderId=1).error == UNKNOWN


def test_ed25519_keys(sim: Simulator, ed_key: ed25519.Ed25519PrivateKey) -> None:
    """An Ed25519 key signs in base64."""
    sim.add_key("ed", pem(ed_key))
    with Wire(sim, "ed", as_base64(lambda text: ed_key.sign(text.encode()))) as wire:
        assert wire.cancel(USDM, orderId=1).error == UNKNOWN


def test_public_keys_are_enough(sim: Simulator, ed_key: ed25519.Ed25519PrivateKey) -> None:
    """The simulator takes a public PEM, as Binance does."""
    sim.add_key("public", public_pem(ed_key))
    with Wire(sim, "public", as_base64(lambda text: ed_key.sign(text.encode()))) as wire:
        assert wire.cancel(USDM, orderId=1).error == UNKNOWN


def test_asymmetric_signatures_of_others_are_refused(
    sim: Simulator, rsa_key: rsa.RSAPrivateKey, ed_key: ed25519.Ed25519PrivateKey
) -> None:
    """A signature by another key, in other bytes, or in no base64 at all is answered -1022."""
    sim.add_key("rsa", pem(rsa_key))
    sim.add_key("ed", pem(ed_key))
    stranger = ed25519.Ed25519PrivateKey.generate()
    signs = [
        as_base64(lambda text: stranger.sign(text.encode())),
        as_base64(lambda text: ed_key.sign(text.encode() + b" ")),
        as_base64(lambda text: ed_key.sign(text.encode())[:-1]),
        hmac_sign(pem(ed_key)),
        lambda _: "***",
    ]
    for api_key in ("ed", "rsa"):
        for sign in signs:
            with Wire(sim, api_key, sign) as wire:
                assert wire.cancel(USDM, orderId=1).error == BAD_SIGNATURE


def test_base64_must_be_percent_encoded(sim: Simulator, rsa_key: rsa.RSAPrivateKey) -> None:
    """A raw plus sign means a space in a query, so such a signature is answered -1022."""
    sim.add_key("rsa", pem(rsa_key))
    sign = rsa_sign(rsa_key)
    number = next(
        number
        for number in range(1, 1000)
        if b"+" in base64.b64encode(sign(f"timestamp={NOW}&symbol=BTCUSDT&orderId={number}"))
    )
    with Wire(sim, "rsa", lambda text: base64.b64encode(sign(text)).decode()) as raw:
        assert raw.cancel(USDM, orderId=number).error == BAD_SIGNATURE
    with Wire(sim, "rsa", as_base64(sign)) as encoded:
        assert encoded.cancel(USDM, orderId=number).error == UNKNOWN


def test_other_kinds_of_keys_are_refused(sim: Simulator) -> None:
    """Binance knows RSA and Ed25519; an elliptic-curve PEM is a ValueError that reports it."""
    with pytest.raises(ValueError, match="RSA or Ed25519"):
        sim.add_key("ec", pem(ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_ccxt_signs_with_private_keys(
    kind: str, rsa_key: rsa.RSAPrivateKey, ed_key: ed25519.Ed25519PrivateKey
) -> None:
    """Signatures made by ccxt fit the public half that connect took from the PEM."""
    secret = pem(rsa_key if kind == "rsa" else ed_key)
    with Simulator() as sim:
        exchange = sim.connect(ccxt.binance({"apiKey": kind, "secret": secret}))
        assert "BTC" in exchange.fetch_currencies()
        exchange.session.close()
