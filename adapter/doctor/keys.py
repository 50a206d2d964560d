"""What can be said of keys without showing them."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SHOWN = 4
FEW = 12
"""Of a key with fewer characters than this, none is shown."""


def masked(api_key: str) -> str:
    """The first characters of an API key, and how many it has."""
    begins = api_key[:SHOWN] if len(api_key) >= FEW else ""
    return f"{begins}… ({len(api_key)} characters)"


def kind(secret: str) -> str:
    """What a secret signs with; nothing of the secret itself."""
    if "PRIVATE KEY" not in secret:
        return "HMAC"
    try:
        pem = secret.replace("\\r", "").replace("\\n", "\n")  # as the signer reads it
        private = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "a private key that cannot be read"
    if isinstance(private, rsa.RSAPrivateKey):
        return f"RSA-{private.key_size}"
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "Ed25519"
    return "a private key that is neither RSA nor Ed25519"
