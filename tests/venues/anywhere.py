"""One server that answers whatever any exchange of ccxt's sends, and exchanges that send to it."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
import ccxt
import ccxt.async_support
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PAGE = "<!DOCTYPE html><html><head><title>Please wait</title></head><body>Checking</body></html>"
API_KEY = "11111111-2222-4333-8444-555555555555"
SECRET = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWUtYXQtYWxsLW5vdC1vbmNlLQ=="
PASSWORD = "password-that-nobody-may-see"
PRIVATE_KEY = "0x" + "5a" * 32
CREDENTIALS = {
    "apiKey": API_KEY,
    "secret": SECRET,
    "password": PASSWORD,
    "privateKey": PRIVATE_KEY,
    "walletAddress": "0x" + "7b" * 20,
    "accountId": "4242424242",
    "uid": "31337",
    "login": "login-of-a-user",
    "token": "token-that-nobody-may-see",
}
"""What nobody may see, and the names of the user: well-formed for most exchanges."""
_ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(b"5" * 32).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)
CONFIGS: dict[str, dict[str, Any]] = {
    "bitvavo": {"options": {"operatorId": 1}},
    "derive": {"options": {"subaccount_id": 1}},
    "gemini": {"apiKey": f"account-{API_KEY}"},
    "lbank": {"secret": SECRET[:32]},
    "modetrade": {"secret": "z" * 43},
    "pacifica": {"privateKey": "3" * 87, "walletAddress": "5" * 44},
    "revolutx": {"privateKey": _ED25519.decode()},
    "woofipro": {"secret": "z" * 43},
}
"""What some exchanges need beside."""
PARAMS: dict[str, dict[str, Any]] = {
    "coinone": {"price": 1, "qty": 1, "is_ask": 0},
    "indodax": {"side": "buy"},
}
"""The params that their cancel needs."""
_HOST = re.compile(r"^(?:http|ws)s?://[^/]+")
SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"


Answer = Callable[[str], tuple[int, Any] | None]
"""``("DELETE /v2/orders/7")``: status and body, a str or JSON; None closes the connection."""


def page(_: str) -> tuple[int, Any]:
    return 200, PAGE


def gateway(_: str) -> tuple[int, Any]:
    return 502, PAGE


def lost(_: str) -> None:
    return None


class _Handler(BaseHTTPRequestHandler):
    """Answers by the first part of the path, which is the number of an `Address`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body would wait 40 ms after the headers
    server: Any

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        _, number, path = self.path.split("/", 2)
        address = self.server.addresses[int(number)]
        address.received.append(f"{self.command} /{path.partition('?')[0]}")
        answered = address.answer(address.received[-1])
        if answered is None:
            self.close_connection = True
            return
        status, body = answered
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815  # as http.server has it

    def log_message(self, *_: Any) -> None:
        """Nothing is written."""


class AnyHost(ThreadingHTTPServer):
    """Serves any number of addresses."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.addresses: list[Address] = []
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))  # and nobody listens

    def server_close(self) -> None:
        super().server_close()
        self._closed.close()

    def address(self, answer: Answer | None) -> Address:
        """An address of its own; nobody listens there where ``answer`` is None."""
        listener = self._closed if answer is None else self.socket
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{len(self.addresses)}"
        self.addresses.append(Address(url, answer or lost))
        return self.addresses[-1]


@attrs.frozen
class Address:
    url: str
    answer: Answer
    received: list[str] = attrs.field(factory=list)
    """Method and path of each request."""


@contextmanager
def any_host() -> Iterator[AnyHost]:
    with AnyHost() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def connect(exchange_id: str, address: Address, *, synchronous: bool = True) -> Any:
    """An exchange with keys and two markets, all of whose requests go to the address."""
    module: Any = ccxt if synchronous else ccxt.async_support
    cls = getattr(module, exchange_id)
    config = CONFIGS.get(exchange_id, {})
    exchange = cls({"enableRateLimit": False, "timeout": 5000, **config})
    exchange.urls = {**exchange.urls, "api": _moved(exchange.urls["api"], address.url)}
    exchange.timeout_on_exit = 0
    for name, needed in exchange.requiredCredentials.items():
        if needed and name not in config:
            setattr(exchange, name, CREDENTIALS[name])
    exchange.set_markets([market(exchange, symbol) for symbol in (SPOT, SWAP)])
    return exchange


def _moved(urls: Any, to: str) -> Any:
    if isinstance(urls, dict):
        return {name: _moved(each, to) for name, each in urls.items()}
    return _HOST.sub(lambda _: to, urls) if isinstance(urls, str) else urls


def market(exchange: Any, symbol: str) -> dict[str, Any]:
    is_swap = symbol == SWAP
    return exchange.safe_market_structure(  # type: ignore[no-any-return]  # ccxt ships no types
        {
            "id": "BTCUSDT",
            "numericId": 7,
            "uppercaseId": "BTC_USDT",
            "symbol": symbol,
            "base": "BTC",
            "quote": "USDT",
            "baseId": "7" if exchange.id == "hyperliquid" else "BTC",
            "quoteId": "USDT",
            "settle": "USDT" if is_swap else None,
            "settleId": "USDT" if is_swap else None,
            "type": "swap" if is_swap else "spot",
            "spot": not is_swap,
            "swap": is_swap,
            "contract": is_swap,
            "linear": True if is_swap else None,
            "inverse": False if is_swap else None,
            "contractSize": 1.0 if is_swap else None,
            "active": True,
            "precision": {"amount": 0.0001, "price": 0.01},
            "info": {},
        }
    )
