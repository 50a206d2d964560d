"""Authentication: API keys, signatures over the received bytes, and the timestamp rule.

Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

from adapter.simulator import errors
from adapter.simulator.params import Params

DEFAULT_WINDOW = 5_000
WIDEST_WINDOW = 60_000
AHEAD = 1_000

_SIGNATURE = re.compile(r"(?:^|&)signature=[^&]*$")

Verifier = Callable[[bytes, str], bool]
PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


def verifier(secret: str) -> Verifier:
    """Return what checks the signatures made with ``secret``.

    ``secret`` is an HMAC secret, or a PEM: an RSA or Ed25519 key, private or public. Raises
    ValueError for a PEM of another kind.
    """
    if "-----BEGIN" not in secret:
        return _hmac(secret)
    key = _public_key(secret.encode())
    if isinstance(key, rsa.RSAPublicKey):
        return _rsa(key)
    return _ed25519(key)


def authenticate(
    verifiers: Mapping[str, Verifier], api_key: str, query: str, body: str, params: Params
) -> None:
    """Raise the ApiError Binance would give for the key or the signature of this request.

    ``query`` and ``body`` are raw: the signed text is one right after the other, without
    ``&`` between them and without the ``signature`` at the end of one of them.
    """
    if not api_key:
        raise errors.bad_key_format()
    params.required("timestamp")
    signature = params.required("signature")
    verify = verifiers.get(api_key)
    if verify is None:
        raise errors.unknown_key()
    if not verify(_payload(query, body), signature):
        raise errors.bad_signature()


def check_time(params: Params, now: int) -> None:
    """Raise -1021, or -1131 for too wide a window, by the server's time ``now`` in ms."""
    window = params.integer("recvWindow")
    window = DEFAULT_WINDOW if window is None else window
    if window > WIDEST_WINDOW:
        raise errors.wide_window()
    timestamp = params.integer("timestamp") or 0
    if timestamp >= now + AHEAD:
        raise errors.too_early()
    if now - timestamp > window:
        raise errors.too_late()


def _payload(query: str, body: str) -> bytes:
    found = _SIGNATURE.search(query)
    if found:
        return _raw(query[: found.start()] + body)
    found = _SIGNATURE.search(body)
    if found:
        return _raw(query + body[: found.start()])
    raise errors.bad_signature()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _hmac(secret: str) -> Verifier:
    key = secret.encode()

    def verify(payload: bytes, signature: str) -> bool:
        expected = hmac.new(key, payload, hashlib.sha256).hexdigest()
        given = signature.lower().encode("utf-8", "surrogateescape")
        return hmac.compare_digest(expected.encode(), given)

    return verify


def _rsa(key: rsa.RSAPublicKey) -> Verifier:
    def check(signature: bytes, payload: bytes) -> None:
        key.verify(signature, payload, padding.PKCS1v15(), hashes.SHA256())

    return _asymmetric(check)


def _ed25519(key: ed25519.Ed25519PublicKey) -> Verifier:
    return _asymmetric(key.verify)


def _asymmetric(check: Callable[[bytes, bytes], None]) -> Verifier:
    def verify(payload: bytes, signature: str) -> bool:
        try:
            check(base64.b64decode(signature, validate=True), payload)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return verify


def _public_key(pem: bytes) -> PublicKey:
    private = b"PRIVATE KEY" in pem
    key = load_pem_private_key(pem, None).public_key() if private else load_pem_public_key(pem)
    if not isinstance(key, PublicKey):
        raise ValueError(f"an RSA or Ed25519 key was expected, not {type(key).__name__}")
    return key
