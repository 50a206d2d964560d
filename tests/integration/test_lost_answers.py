"""Sent and not answered is unknown; never sent is not."""

from __future__ import annotations

import json
import logging
import re

import ccxt
import pytest

import adapter

from .host import ELSEWHERE, SYMBOL, Host, moved, outcome, still
from .instant import Ticking
from .server import CANCELED, ReceivedRequest, Server, http, self_signed
from .unreachable import closed_port, full_backlog

ONE_CANCEL = re.compile("DG*")
"""As `Server.asked`: the cancel went out once, and only queries followed it."""


def test_the_exchanges_own_time_out_holds(host: Host) -> None:
    """A server that shows nothing: the cancel may have been executed, which is unknown."""
    with Server(silent=True) as server:
        exchange = moved(host.attached({"timeout": 500}), server.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL, {"deadline": 1.2})

    assert server.received[0].line.startswith("DELETE /fapi/v1/order?")
    assert all("/fapi/v1/order?" in received.line for received in server.received)
    assert re.fullmatch("DG+", server.asked)


def test_the_deadline_holds_before_a_longer_time_out(host: Host) -> None:
    """The call ends by its own deadline, though ``timeout`` is ten minutes."""
    with Server(silent=True) as server:
        exchange = moved(host.attached({"timeout": 600_000}), server.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL, {"deadline": 1})

    assert "DG" == server.asked


@pytest.mark.parametrize("way", ["by default", "verify True"])
def test_a_certificate_that_nobody_vouches_for_is_refused(host: Host, way: str) -> None:
    """No request leaves, so it is ``NetworkError`` and not unknown."""
    config = {} if way == "by default" else {"verify": True}
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached(config), server.url)
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)
    assert [] == server.received


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_verify_false_takes_any_certificate(host: Host) -> None:
    """``verify`` in the constructor is the user's decision."""
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached({"verify": False}), server.url)
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["status"]
    assert 1 == len(server.received)


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_validate_server_ssl_false_takes_any_certificate() -> None:
    """``validateServerSsl`` of the sync classes is honoured as well."""
    host = Host("sync")
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached({"validateServerSsl": False}), server.url)
        order = host.cancel(exchange, "7", SYMBOL)
    host.close()

    assert "canceled" == order["status"]


def test_a_lost_answer_is_unknown(host: Host) -> None:
    """The server took the request and closed the connection: the outcome is unknown."""
    with Server(lambda _: None) as server:
        exchange = moved(host.attached(), server.url)
        with pytest.raises(adapter.CancelUnknown) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert re.fullmatch("DG+", server.asked)
    assert isinstance(caught.value, ccxt.RequestTimeout)


@pytest.mark.parametrize(
    "answer",
    [
        http(CANCELED)[:-20],
        http(CANCELED, length=5000),
        http(CANCELED)[:40],
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ord\r\n',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"not HTTP at all\r\n\r\n",
        b"\x00\x01\x02",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ],
    ids=["body", "length", "head", "chunk", "bad chunk", "no HTTP", "noise", "bad gzip"],
)
def test_a_cut_off_answer_is_unknown(host: Host, answer: bytes) -> None:
    """Half an answer is none: its beginning is not used."""
    with Server(answer) as server:
        exchange = moved(host.attached(), server.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL)

    assert ONE_CANCEL.fullmatch(server.asked)


@pytest.mark.parametrize("fault", ["refused", "no such host", "bad host"])
def test_a_cancel_that_never_left_is_not_unknown(host: Host, fault: str) -> None:
    """A refused connection or a name that nobody knows is ``NetworkError``, and safe to repeat."""
    with closed_port() as nobody:
        url = {
            "refused": f"http://{nobody}",
            "no such host": ELSEWHERE,
            "bad host": "http://exa mple.invalid",
        }[fault]
        exchange = moved(host.attached(), url)
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)


@pytest.mark.parametrize(
    "url",
    [
        f"http://{'a' * 64}.invalid",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://",
        "127.0.0.1:80",
        "ftp://exchange.invalid",
    ],
)
def test_a_broken_host_is_an_error_of_ccxts(host: Host, url: str) -> None:
    """A typing mistake in ``exchange.urls`` is no foreign exception, and quotes no signed URL."""
    exchange = host.attached()
    exchange.urls["api"]["fapiPrivate"] = f"{url}/fapi/v1"
    with pytest.raises(ccxt.BaseError) as caught:
        host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)
    assert "signature" not in str(caught.getrepr(style="native")).replace("_signature", "")


@pytest.mark.parametrize("key", ["key\n", "key\r\nX-Evil: 1", "a\x7fb", "a\0b", "ключ"])
def test_a_key_that_no_header_can_carry_is_no_foreign_error(host: Host, key: str) -> None:
    """A key read from a file with its line end: an error of ccxt's, if any."""
    with Server() as server:
        exchange = moved(host.attached({"apiKey": key}), server.url)
        result = outcome(host, exchange)

    carried = isinstance(result, dict)
    assert carried == bool(server.received)
    assert carried or not issubclass(result, adapter.CancelUnknown)
    assert all(received.header("X-Evil") is None for received in server.received)


def test_no_library_sends_the_same_bytes_twice(host: Host) -> None:
    """A kept-alive line that dies over a cancel: the library must not repeat it on its own.

    A cancel that was executed and then repeated answers "Unknown order sent.", and the adapter
    would not know that an earlier send had no answer.
    """
    kept = http(CANCELED).replace(b"Connection: close\r\n", b"")

    def reply(received: ReceivedRequest) -> bytes | None:
        return (
            kept if received.line.startswith("DELETE") and "orderId=7&" in received.line else None
        )

    with Server(reply, keep_alive=True) as server:
        exchange = moved(host.attached(), server.url)
        exchange.milliseconds = Ticking()
        host.cancel(exchange, "7", SYMBOL)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "8", SYMBOL)

    lines = [received.line for received in server.received]
    assert len(set(lines)) == len(lines)
    assert re.fullmatch("DDG+", server.asked)
    assert server.connections < len(lines)


def test_a_host_that_speaks_no_tls_was_sent_nothing(host: Host) -> None:
    """The handshake fails before the first byte of the request: ``NetworkError``, not unknown."""
    with Server(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        exchange = moved(host.attached(), server.url.replace("http:", "https:"))
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)


def test_a_connection_that_is_never_taken_was_sent_nothing(host: Host) -> None:
    """A connect that times out is ``NetworkError``, not unknown."""
    with full_backlog() as nobody:
        exchange = moved(host.attached({"timeout": 50}), f"http://{nobody}")
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)


def test_an_answer_that_trickles_ends_by_the_deadline(host: Host) -> None:
    """One byte at a time keeps no call alive beyond its deadline."""
    answer = http(json.dumps(CANCELED) + " " * 1000)
    with Server(answer, trickle=0.02) as server:
        exchange = moved(host.attached(), server.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL, {"deadline": 1})

    assert ONE_CANCEL.fullmatch(server.asked)


def test_a_redirect_is_not_a_success(host: Host) -> None:
    """A 3xx to a page elsewhere never turns into a cancelled order."""
    page = (
        b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )

    def reply(received: ReceivedRequest) -> bytes:
        return page if received.line.startswith("DELETE /fapi") else http("<html>log in</html>")

    with Server(reply) as server:
        exchange = moved(host.attached(), server.url)
        with pytest.raises(ccxt.BaseError):
            host.cancel(exchange, "7", SYMBOL)

    assert server.received


@pytest.mark.parametrize("encoding", ["identity", "utf-8 BOM", "latin-1"])
def test_an_answer_in_an_odd_dress_is_read_as_ccxt_reads_it(
    host: Host, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The body's encoding is UTF-8 whatever the headers have, as in ccxt."""
    body = {**CANCELED, "symbol": "BTCUSDT", "note": "é"}
    kind = "application/json; charset=iso-8859-1" if encoding == "latin-1" else "application/json"
    answer = http(body, kind=kind)
    if encoding == "utf-8 BOM":
        answer = http("\ufeff" + '{"orderId": 7, "status": "CANCELED"}')
    with Server(answer) as server, caplog.at_level(logging.DEBUG):
        ccxts = outcome(host, still(moved(host.exchange(), server.url)))
        ours = outcome(host, adapter.attach(still(moved(host.exchange(), server.url))))

    if isinstance(ccxts, dict) and encoding != "utf-8 BOM":
        assert ccxts["info"] == ours["info"]
    else:
        assert isinstance(ours, dict) or issubclass(ours, adapter.CancelUnknown)
