"""A server that is not the bottleneck: one process, one core, uvloop, TLS, ready-made answers.

``python -m bench.server CERTIFICATE CORE`` prints its port. It reads no more of a request than it
must: the id of the order, and where the request ends. It checks no signature. ``responses.json``
has one of each answer, as Binance sends it:
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
from email.utils import formatdate
from pathlib import Path
from typing import Any

from bench.target import pin

Json = dict[str, Any]

TEMPLATES: Json = json.loads(Path(__file__).with_name("responses.json").read_text(encoding="utf-8"))
PATH = re.compile(rb"[A-Z]+ ([^ ?]+)")
ORDER_ID = re.compile(rb"orderId=(\d+)")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
ALL_HEADERS = {**TEMPLATES["headers"], "Connection": "keep-alive", "Date": formatdate(usegmt=True)}
HEAD = "".join(f"{name}: {value}\r\n" for name, value in ALL_HEADERS.items()).encode()


def _encoded(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _response(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, HEAD, len(body), body)


BEFORE_ID, AFTER_ID = _encoded({**TEMPLATES["order"], "orderId": "ID"}).split(b'"ID"')
NOT_FOUND = _response(b"404 Not Found", b'{"code":-5000,"msg":"Path is invalid"}')


def bodies() -> dict[str, Any]:
    """Path → body of every GET that is answered: as many markets as Binance has."""
    bases = ("BTC", "ETH", "LTC", *(f"C{number:03}" for number in range(497)))
    linear = [*bases, *(f"1000{base}" for base in bases)][:700]
    margin = [_filled("margin pair", NUMBER=str(1000 + n), BASE=b) for n, b in enumerate(bases)]
    quotes = ("USDT", "USDC", "BTC", "FDUSD")
    inverse = {"contractStatus": "TRADING", "contractSize": 10}
    infos = {
        "api/v3": [_filled("pair", BASE=b, QUOTE=q) for q in quotes for b in bases if b != q],
        "fapi/v1": [contract(f"{b}USDT", b, "USDT", "USDT") for b in linear],
        "dapi/v1": [{**contract(f"{b}USD_PERP", b, "USD", b), **inverse} for b in bases[:60]],
    }
    return {
        **{f"/{api}/exchangeInfo": {**TEMPLATES["info"], "symbols": s} for api, s in infos.items()},
        "/sapi/v1/capital/config/getall": [
            _filled("coin", COIN=coin) for coin in (*bases, "USDT", "USDC", "FDUSD")
        ],
        "/sapi/v1/margin/allPairs": margin,
        "/sapi/v1/margin/isolated/allPairs": margin,
        "/api/v3/time": {"serverTime": TEMPLATES["info"]["serverTime"]},
        "/fapi/v1/premiumIndex": TEMPLATES["premium index"],
    }


def contract(symbol: str, base: str, quote: str, margin: str) -> Json:
    return _filled("contract", SYMBOL=symbol, BASE=base, QUOTE=quote, MARGIN=margin)


def _filled(template: str, **values: str) -> Json:
    text = json.dumps(TEMPLATES[template])
    for name, value in values.items():
        text = text.replace(name, value)
    filled: Json = json.loads(text)
    return filled


class Connection(asyncio.Protocol):
    """One connection, kept alive; several requests may come at once, and a piece of one."""

    def __init__(self, responses: dict[bytes, bytes]) -> None:
        self.responses = responses
        """Path → whole response to a GET."""
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        responses = []
        while request := self._next_request():
            responses.append(self.response(request))
        self.transport.write(b"".join(responses))  # type: ignore[attr-defined]  # it can be written to

    def response(self, request: bytes) -> bytes:
        """The response to a whole request; a cancel names its order."""
        path = PATH.match(request)
        if path and path[1] == b"/fapi/v1/order" and (order := ORDER_ID.search(request)):
            return _response(b"200 OK", BEFORE_ID + order[1] + AFTER_ID)
        return self.responses.get(path[1], NOT_FOUND) if path else NOT_FOUND

    def _next_request(self) -> bytes:
        end = self.received.find(b"\r\n\r\n") + 4
        if end < 4:
            return b""
        length = LENGTH.search(self.received, 0, end)
        end += int(length[1]) if length else 0
        if len(self.received) < end:
            return b""
        request, self.received = self.received[:end], self.received[end:]
        return request


async def serve(certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    responses = {path.encode(): _response(b"200 OK", _encoded(b)) for path, b in bodies().items()}
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(responses), "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    certificate, core = sys.argv[1:]
    pin(int(core))
    try:
        import uvloop
    except ModuleNotFoundError:
        asyncio.run(serve(certificate))
    else:
        uvloop.run(serve(certificate))
