"""Signs requests to Binance: HMAC, RSA or Ed25519 over the query exactly as it is sent.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

import ccxt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapter.contract.messages import ApiRequest, Credentials, SignedRequest

MAX_RECV_WINDOW = 60_000
API_KEY = "X-MBX-APIKEY"


def make_signer(secret: str) -> Callable[[str], str]:
    """The function that signs a payload with ``secret`` and encodes the signature for a query.

    ``secret`` is an HMAC secret or an unencrypted RSA or Ed25519 private key in PEM. A PEM is
    parsed here, once. An escaped newline (backslash and n), as in JSON or an environment variable,
    is read as a newline. Raises ``ccxt.AuthenticationError`` if the key cannot be read.
    """
    if "PRIVATE KEY" not in secret:
        keyed = hmac.new(secret.encode(), digestmod="sha256")

        def sign_by_copy(payload: str) -> str:
            # a new HMAC object takes OpenSSL longer, above all after idle time
            signature = keyed.copy()
            signature.update(payload.encode())
            return signature.hexdigest()

        return sign_by_copy
    return _pem_signer(secret)


def _pem_signer(secret: str) -> Callable[[str], str]:
    try:
        private = load_pem_private_key(_unescaped(secret).encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # not chained: the parser may quote the key
        raise ccxt.AuthenticationError(
            "the exchange's secret looks like a PEM private key but cannot be read as one:"
            " use an unencrypted RSA or Ed25519 key in PKCS#8"
        ) from None
    if isinstance(private, rsa.RSAPrivateKey):
        pkcs1v15, sha256 = padding.PKCS1v15(), hashes.SHA256()
        return lambda payload: _in_query(private.sign(payload.encode(), pkcs1v15, sha256))
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return lambda payload: _in_query(private.sign(payload.encode()))
    raise ccxt.AuthenticationError(
        "the exchange's secret is a private key of a type that Binance does not accept:"
        " use RSA or Ed25519"
    )


def _unescaped(pem: str) -> str:
    """With escaped newlines replaced. A valid PEM has no backslash."""
    return pem.replace("\\r", "").replace("\\n", "\n")


def _in_query(signature: bytes) -> str:
    return quote(base64.b64encode(signature), safe="")


def query(params: Mapping[str, Any]) -> str:
    """The params as a query string, percent-encoded before it is signed.

    Binance requires that since 2026-01-15.
    """
    texts = []
    for name, value in params.items():
        text = str(value).lower() if value is True or value is False else str(value)
        pair = name + text
        if not (pair.isalnum() and pair.isascii()):  # quote() takes longer to find that out
            name, text = quote(name, safe=""), quote(text, safe="")
        texts.append(f"{name}={text}")
    return "&".join(texts)


def sign(exchange: Any, request: ApiRequest, *, credentials: Credentials) -> SignedRequest:
    """The request as it is sent, by the exchange object's clock, options and host.

    Raises ``ccxt.NotSupported`` where the exchange object has no host for it.
    """
    params = {"timestamp": exchange.nonce(), **request.params}
    window = request.recv_window
    if window is None:
        window = exchange.safe_integer(exchange.options, "recvWindow")
    if window is not None:
        params["recvWindow"] = min(window, MAX_RECV_WINDOW)
    payload = query(params)
    signature = credentials.sign(payload)
    return SignedRequest(
        method=request.method,
        url=f"{build_url(exchange, request.api, request.path)}?{payload}&signature={signature}",
        headers={API_KEY: credentials.api_key},
        secrets=(credentials.api_key, unquote(signature)),
    )


def build_url(exchange: Any, api: str, path: str) -> str:
    """The URL without its query, on the exchange object's host for ``api``.

    Raises ``ccxt.NotSupported`` where there is none, or one that ccxt refuses.
    """
    root = exchange.urls["api"].get(api) if isinstance(exchange.urls["api"], dict) else None
    if not root:
        raise ccxt.NotSupported(
            f"{exchange.id} does not have a testnet/sandbox URL for {api} endpoints: set"
            f" exchange.urls['api'][{api!r}], or leave sandbox and demo mode"
        )
    if (
        "testnet.binancefuture.com" in root
        and exchange.isSandboxModeEnabled
        and not exchange.options.get("disableFuturesSandboxWarning")
    ):
        raise ccxt.NotSupported(
            f"{exchange.id} testnet/sandbox mode is not supported for futures anymore:"
            " use exchange.enable_demo_trading(True) instead"
        )
    return f"{root}/{path}"
