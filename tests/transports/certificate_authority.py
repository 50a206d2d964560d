"""An authority that vouches for servers, for as long as a test lasts."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DAY = datetime.timedelta(days=1)
HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
LOCALHOST = x509.DNSName("localhost")
ELSEWHERE = x509.DNSName("elsewhere.invalid")
SIGNS = {"key_cert_sign": True, "crl_sign": True}
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@attrs.define
class Authority:
    """Signs certificates; ``file`` has its own."""

    directory: Path
    key: ec.EllipticCurvePrivateKey = attrs.field(factory=lambda: _key())
    file: Path = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        own = self._draft("Tests", self.key, DAY)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        own = own.add_extension(_usage(**SIGNS), critical=True)
        self.file = self._written("authority", own.sign(self.key, hashes.SHA256()))

    def server(self, name: x509.GeneralName = HERE, lasts: datetime.timedelta = DAY) -> Path:
        """A file with a certificate for such a host, and its key."""
        key = _key()
        draft = self._draft("Server", key, lasts)
        draft = draft.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        vouched = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        draft = draft.add_extension(vouched, critical=False)
        signed = draft.sign(self.key, hashes.SHA256())
        return self._written(f"server-{signed.serial_number}", signed, key)

    def trusting(self) -> ssl.SSLContext:
        """A client's context that believes what this one signs, and nobody else."""
        return ssl.create_default_context(cafile=str(self.file))

    def _draft(
        self, name: str, key: ec.EllipticCurvePrivateKey, lasts: datetime.timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        known_by = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Tests"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * DAY)
            .not_valid_after(now + lasts)
            .add_extension(known_by, critical=False)
        )

    def _written(
        self,
        name: str,
        certificate: x509.Certificate,
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> Path:
        file = self.directory / f"{name}.pem"
        private = b""
        if key is not None:
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
        return file


def serving(file: Path, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """A server's context with what is in the file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(file)
    return context


@functools.cache
def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _usage(**what: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: what.get(name, False) for name in USAGES})
