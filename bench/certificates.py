"""Certificates and keys for one run."""

from __future__ import annotations

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
LIFETIME = datetime.timedelta(days=2)
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "crl_sign", "encipher_only", "decipher_only"),
)


def server_certificate() -> tuple[bytes, bytes]:
    """A certificate for 127.0.0.1 with its key, and the authority's: P-256, as big sites have."""
    own, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key())
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    authority = (
        _builder("ccxt-adapter bench", own, is_authority=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, **dict.fromkeys(USAGES, False)), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False)
        .sign(own, hashes.SHA256())
    )
    certificate = (
        _builder("127.0.0.1", leaf, is_authority=False)
        .add_extension(x509.SubjectAlternativeName([address]), False)
        .add_extension(identifier, False)
        .sign(own, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM) + _pem(leaf).encode()
    return pem, authority.public_bytes(Encoding.PEM)


def _builder(
    name: str, key: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    subject, issuer = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        for text in (name, "ccxt-adapter bench")
    )
    return x509.CertificateBuilder(
        issuer,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        now - LIFETIME,
        now + LIFETIME,
    ).add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), True)


def secret(kind: str) -> str:
    """What requests are signed with: of ``hmac``, or a private key such as ``rsa-2048`` as PEM."""
    name, _, bits = kind.partition("-")
    if name == "rsa":
        return _pem(rsa.generate_private_key(public_exponent=65537, key_size=int(bits)))
    return _pem(ed25519.Ed25519PrivateKey.generate()) if name == "ed25519" else "bench" * 13


def _pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
