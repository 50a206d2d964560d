"""HTTP answers, byte by byte: whole ones and others."""

from __future__ import annotations

import gzip
import zlib

import attrs

BODY = b'{"orderId":7}'
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
HEAD = OK + LENGTH
WHOLE = HEAD + b"\r\n" + BODY
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)
LAST = b"0\r\n\r\n"
UNTIL_THE_END = OK + b"X-Is: here\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"


@attrs.frozen(kw_only=True)
class Said:
    """What a server sends, and what of it must be read."""

    data: bytes
    closes: bool = False
    """Whether it closes the connection after that, which ends the body."""
    status: int = 200
    text: str = BODY.decode()
    headers: dict[str, str] = attrs.field(factory=dict)
    """By lower-case name."""


def encoded(name: str, body: bytes) -> bytes:
    length = b"Content-Length: %d\r\nContent-Encoding: " % len(body)
    return OK + length + name.encode() + b"\r\n\r\n" + body


def raw_deflated(body: bytes) -> bytes:
    """Without the frame that RFC 9110 asks for, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n%s" % (len(body), body, LAST)


IS_HERE = {"x-is": "here"}
ANSWERS: dict[str, Said] = {
    "a length": Said(data=WHOLE),
    "one chunk": Said(data=CHUNKED + CHUNK + LAST),
    "chunks with extensions and trailers": Said(
        data=CHUNKED
        + b'3;a=b;c="d"\r\n%s\r\n%x\r\n%s\r\n' % (BODY[:3], len(BODY[3:]), BODY[3:])
        + b"0;e\r\nX-Late: 1\r\n\r\n"
    ),
    "chunks, with capitals and zeros": Said(
        data=OK + b"TRANSFER-ENCODING: Chunked\r\n\r\n00%X\r\n%s\r\n000\r\n\r\n" % (len(BODY), BODY)
    ),
    "the end of the connection": Said(data=UNTIL_THE_END + BODY, closes=True, headers=IS_HERE),
    "the end of the connection, no headers": Said(data=OK + b"\r\n" + BODY, closes=True),
    "HTTP/1.0": Said(data=b"HTTP/1.0 200 OK\r\nX-Is: here\r\n\r\n" + BODY, closes=True),
    "HTTP/1.0 with a length": Said(data=WHOLE.replace(b"/1.1", b"/1.0"), closes=True),
    "gzip": Said(data=encoded("gzip", gzip.compress(BODY))),
    "GZIP": Said(data=encoded("GZIP", gzip.compress(BODY))),
    "gzip in chunks": Said(
        data=CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
        + chunked(gzip.compress(BODY))
    ),
    "deflate": Said(data=encoded("deflate", zlib.compress(BODY))),
    "deflate without its frame": Said(data=encoded("deflate", raw_deflated(BODY))),
    "identity": Said(data=encoded("identity", BODY)),
    "no body": Said(data=OK + b"Content-Length: 0\r\n\r\n", text=""),
    "no body, in chunks": Said(data=CHUNKED + LAST, text=""),
    "204": Said(data=b"HTTP/1.1 204 No Content\r\nX-Is: here\r\n\r\n", status=204, text=""),
    "304": Said(data=b"HTTP/1.1 304 Not Modified\r\nX-Is: here\r\n\r\n", status=304, text=""),
    "an error": Said(data=WHOLE.replace(b"200 OK", b"400 Bad Request"), status=400),
    "a status that nobody knows": Said(data=WHOLE.replace(b"200 OK", b"799 Odd"), status=799),
    "100 before it": Said(data=b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE),
    "103 before it": Said(data=EARLY + WHOLE),
    "many 1xx before it": Said(data=EARLY + b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + WHOLE),
    "no reason": Said(data=WHOLE.replace(b"200 OK", b"200")),
    "a space in place of the reason": Said(data=WHOLE.replace(b"200 OK", b"200 ")),
    "a reason in another alphabet": Said(data=WHOLE.replace(b"OK", "gr\u00fcn".encode())),
    "small letters": Said(
        data=OK + LENGTH.lower() + b"retry-after: 5\r\n\r\n" + BODY,
        headers={"retry-after": "5"},
    ),
    "a header without a space": Said(
        data=HEAD + b"Retry-After:5\r\n\r\n" + BODY, headers={"retry-after": "5"}
    ),
    "a header without a value": Said(
        data=HEAD + b"Retry-After:\r\n\r\n" + BODY, headers={"retry-after": ""}
    ),
    "spaces around a value": Said(
        data=HEAD + b"Retry-After: \t 5 \t \r\n\r\n" + BODY, headers={"retry-after": "5"}
    ),
    "a header that is repeated": Said(
        data=HEAD + b"X-Is: here\r\nX-Is: there\r\n\r\n" + BODY, headers={"x-is": "here, there"}
    ),
    "a header that is folded": Said(
        data=HEAD + b"X-Folded: a\r\n b\r\n\tc\r\nX-Is: here\r\n\r\n" + BODY, headers=IS_HERE
    ),
    "a header of 7 KB": Said(
        data=HEAD + b"X-Is: " + b"h" * 7000 + b"\r\n\r\n" + BODY, headers={"x-is": "h" * 7000}
    ),
    "90 headers": Said(
        data=HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(90)) + b"\r\n" + BODY,
        headers={"x-0": "y", "x-89": "y"},
    ),
    "a body of 1 MB": Said(
        data=OK + b"Content-Length: 1000000\r\n\r\n" + b"b" * 1_000_000, text="b" * 1_000_000
    ),
    "a body that is no UTF-8": Said(data=OK + b"Content-Length: 1\r\n\r\n\xff", text="\ufffd"),
}
CUT: dict[str, bytes] = {
    "not a byte": b"",
    "in the version": OK[:6],
    "in the status": b"HTTP/1.1 2",
    "after the status": b"HTTP/1.1 400",
    "in the reason": b"HTTP/1.1 400 Bad",
    "after the status line": b"HTTP/1.1 400 Bad Request\r\n",
    "in a header's name": b"HTTP/1.1 400 Bad Request\r\nX-Is: here\r\nConte",
    "in a header's value": b"HTTP/1.1 400 Bad Request\r\nX-Is: here\r\nContent-Type: appl",
    "after a header": b"HTTP/1.1 400 Bad Request\r\nX-Is: here\r\n",
    "in the length": HEAD[:-3],
    "before the last line end of the headers": HEAD,
    "after the headers": HEAD + b"\r\n",
    "in the body": WHOLE[:-5],
    "a byte before its end": WHOLE[:-1],
    "in a packed body": encoded("gzip", gzip.compress(BODY))[:-9],
    "in a chunk's length": CHUNKED + CHUNK[:1],
    "in a chunk": CHUNKED + CHUNK[:6],
    "after a chunk": CHUNKED + CHUNK,
    "after an interim answer": EARLY,
    "in an interim answer": EARLY[:30],
}
BROKEN: dict[str, bytes] = {
    "bytes": b"\x00\x01\x02\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a page without headers": b"<html>hello</html>\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 1000 OK\r\nContent-Length: 0\r\n\r\n",
    "another protocol from here on": b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
    "two lengths": HEAD + b"Content-Length: 3\r\n\r\n" + BODY,
    "two lengths, the shorter one first": OK + b"Content-Length: 3\r\n" + LENGTH + b"\r\n" + BODY,
    "a negative length": OK + b"Content-Length: -7\r\n\r\n" + BODY,
    "a length in words": OK + b"Content-Length: seven\r\n\r\n" + BODY,
    "no length where one is announced": OK + b"Content-Length:\r\n\r\n" + BODY,
    "a length beyond all memory": OK + b"Content-Length: 99999999999999\r\n\r\n" + BODY,
    "a length beyond all numbers": OK + b"Content-Length: 99999999999999999999\r\n\r\n" + BODY,
    "a length and chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK + LAST,
    "a chunk of no number": CHUNKED + b"zz\r\n" + BODY,
    "a negative chunk": CHUNKED + b"-7\r\n" + BODY,
    "a chunk beyond all memory": CHUNKED + b"7fffffffffffff\r\n" + BODY,
    "a chunk beyond all numbers": CHUNKED + b"fffffffffffffffffff\r\n" + BODY,
    "what is not gzip": encoded("gzip", BODY),
    "a header of 100 KB": HEAD + b"X-Is: " + b"h" * 100_000 + b"\r\n\r\n" + BODY,
    "300 headers": HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(300)) + b"\r\n" + BODY,
}
