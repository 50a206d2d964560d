"""Certificates and keys for one run, made on the spot."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

import attrs
import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
LIFETIME = datetime.timedelta(days=2)
ADDRESSES = (x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost"))


@attrs.frozen
class Authority:
    """Somebody who vouches for servers."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def vouched(self) -> bytes:
        """A certificate for 127.0.0.1 and its key, as PEM: P-256, as big sites have them."""
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        leaf = (
            _draft("127.0.0.1", key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(ADDRESSES), critical=False)
            .add_extension(own, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        return leaf.public_bytes(Encoding.PEM) + pem(key).encode()

    def bundle(self) -> bytes:
        """It and all that everybody trusts, as PEM: as long as a real bundle."""
        return self.certificate.public_bytes(Encoding.PEM) + Path(certifi.where()).read_bytes()


def authority() -> Authority:
    """A new one."""
    key = ec.generate_private_key(ec.SECP256R1())
    may = {name: name == "key_cert_sign" for name in _usages()}
    certificate = (
        _draft(ISSUER, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**may), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


ISSUER = "ccxt-adapter bench"


def _draft(subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(ISSUER))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LIFETIME)
        .not_valid_after(now + LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usages() -> list[str]:
    signing = ["digital_signature", "content_commitment", "key_cert_sign", "crl_sign"]
    others = ["key_encipherment", "data_encipherment", "key_agreement"]
    return [*signing, *others, "encipher_only", "decipher_only"]


def rsa_key(bits: int) -> str:
    """A private key to sign requests with, as PEM."""
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=bits))


def ed25519_key() -> str:
    """A private key to sign requests with, as PEM."""
    return pem(ed25519.Ed25519PrivateKey.generate())


def pem(key: PrivateKey) -> str:
    """The key in PKCS #8, as Binance has its users make it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
