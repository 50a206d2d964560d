"""A server that is not the bottleneck: one process, one core, uvloop, TLS, ready-made answers.

``python -m bench.server CERTIFICATE SITE CORE`` prints its port. It reads no more of a request than
it must: the id in the query, and where the request ends. It checks no signature.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import sys
from email.utils import formatdate
from pathlib import Path

from bench.answers import CANCEL, HEADERS, ID, ORDER
from bench.pinning import stay_on
from bench.target import FIRST_ORDER

END = b"\r\n\r\n"
PATH = re.compile(rb"[A-Z]+ ([^ ?]+)")
QUERY_ID = re.compile(rb"[?&]orderId=(\d+)")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
UNKNOWN = b'{"code":-5000,"msg":"Path is invalid"}'
FIRST = str(FIRST_ORDER).encode()
BEFORE, AFTER = (part.encode() for part in ORDER.split(ID))


class Answers:
    """Bytes in, bytes out: the whole answer to each request."""

    def __init__(self, site: Path) -> None:
        files = [file for file in site.rglob("*") if file.is_file()]
        self.whole = {
            f"/{file.relative_to(site)}".encode(): answer(200, file.read_bytes()) for file in files
        }
        self.unknown = answer(404, UNKNOWN)
        self.cancel = CANCEL.encode()

    def to(self, head: bytes) -> bytes:
        """The answer to a request with this head."""
        path = PATH.match(head)
        if path is None or path[1] != self.cancel:
            return self.whole.get(path[1], self.unknown) if path else self.unknown
        order = QUERY_ID.search(head)
        return answer(200, BEFORE + (order[1] if order else FIRST) + AFTER)


def headers() -> bytes:
    """All headers but the length, which come last."""
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    fixed = ["Connection: keep-alive", "Server: bench", f"Date: {formatdate(usegmt=True)}"]
    return "\r\n".join([*lines, *fixed, "Content-Length: "]).encode()


REST_OF_HEAD = headers()
STATUS = {200: b"HTTP/1.1 200 OK\r\n", 404: b"HTTP/1.1 404 Not Found\r\n"}


def answer(status: int, body: bytes) -> bytes:
    """A whole answer."""
    return b"%b%b%d\r\n\r\n%b" % (STATUS[status], REST_OF_HEAD, len(body), body)


class Connection(asyncio.Protocol):
    """One connection, kept alive; several requests may come at once, and a piece of one."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to answer on."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.received += data
        out = []
        while (head := self._next_head()) is not None:
            out.append(self.answers.to(head))
        if out:
            self.transport.write(b"".join(out))  # type: ignore[attr-defined]  # it can be written to

    def _next_head(self) -> bytes | None:
        """The head of the next request that is here with its body."""
        end = self.received.find(END)
        if end < 0:
            return None
        head = self.received[:end]
        length = LENGTH.search(head)
        whole = end + len(END) + (int(length[1]) if length else 0)
        if len(self.received) < whole:
            return None
        self.received = self.received[whole:]
        return head


async def serve(certificate: str, site: str) -> None:
    """Serve on a free port, for ever."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    answers = Answers(Path(site))
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(answers), "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve, with uvloop where that is."""
    certificate, site, core = sys.argv[1:]
    stay_on(int(core))
    try:
        import uvloop
    except ModuleNotFoundError:
        asyncio.run(serve(certificate, site))
    else:
        uvloop.run(serve(certificate, site))


if __name__ == "__main__":
    main()
