"""What is read off aiohttp's connections is what aiohttp reads of them; the rest is left to it."""

from __future__ import annotations

import asyncio
import threading
from asyncio import selector_events
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.client_proto import ResponseHandler
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer
from pytest_mock import MockerFixture
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse, Response
from adapter.transports import connector
from adapter.transports.answering import Answering

from .answers import ANSWERS, BODY, BROKEN, CHUNK, CHUNKED, CUT, EARLY, HEAD, LAST, OK, WHOLE
from .certificate_authority import Authority, serving
from .senders import PATH, Sender
from .tls_servers import believing, over, url

pytestmark = pytest.mark.parametrize("sender", ["connector"], indirect=True)

SOON = 0.3
"""Seconds, where a test is about their end."""
FRAME = HEAD + b"\r\n"
FEW = ("not a byte", "in a header's value", "after the headers", "in the body", "in a chunk")
PIECES: dict[str, tuple[bytes, ...]] = {
    **{f"cut off {where}": (CUT[where],) for where in CUT},
    **{kind: (BROKEN[kind],) for kind in BROKEN},
    **{kind: (ANSWERS[kind].data,) for kind in ANSWERS},
    "the head in pieces": (OK, FRAME[len(OK) :] + BODY),
    "the body in pieces": (FRAME, BODY[:4], BODY[4:]),
    "the body in pieces, cut off": (FRAME, BODY[:4], BODY[4:-1]),
    "a byte beyond it": (WHOLE + b"H",),
    "a byte beyond it, in pieces": (FRAME + BODY[:4], BODY[4:] + b"H"),
    "no HTTP beyond it": (WHOLE + LAST,),
    "no HTTP beyond it, in pieces": (FRAME + BODY[:4], BODY[4:] + LAST),
    "another answer beyond it": (WHOLE + WHOLE.replace(b"7}", b"8}"),),
    "an interim answer by itself": (EARLY, WHOLE),
    "chunks by themselves": (CHUNKED, CHUNK, LAST),
}


@pytest.fixture
def read(mocker: MockerFixture) -> threading.Event:
    """Set whenever something has been read off a connection."""
    event = threading.Event()
    for kind in (Answering, ResponseHandler):
        mocker.patch.object(kind, "data_received", _told(kind.data_received, event))
    return event


def _told(function: Callable[..., None], event: threading.Event) -> Callable[..., None]:
    def data_received(self: Any, data: bytes) -> None:
        function(self, data)
        event.set()

    return data_received


@pytest.fixture
def by_aiohttp(mocker: MockerFixture) -> Callable[[], object]:
    """From its call on, nothing replaces aiohttp's own protocol."""
    return lambda: mocker.patch.object(connector, "can_be_stood_in_for", return_value=False)


def piece_by_piece(pieces: tuple[bytes, ...], end: str, read: threading.Event) -> Any:
    """Each is read before the next one is sent, and the last one before the end."""

    def serve(peer: Peer) -> None:
        peer.hurry()
        peer.listen()
        for piece in filter(None, pieces):
            read.clear()
            peer.say(piece)
            assert read.wait(PATIENCE)
        if end == "reset":
            peer.reset()
        elif end == "silence":
            peer.listen()

    return serve


def shown(reply: Response | NoResponse) -> tuple[Any, ...]:
    if isinstance(reply, NoResponse):
        return reply.may_have_been_sent, reply.reason, repr(reply.cause)
    return reply.status, reply.body, reply.headers


def assert_the_same(
    sender: Sender,
    made: Callable[[], Any],
    url: str,
    by_aiohttp: Callable[[], object],
    timeout: float = PATIENCE,
) -> None:
    """Each of the two has an exchange of its own, so that they share no connection."""
    exchange = made()
    ours = sender.send(exchange, url, timeout=timeout)
    assert 0 == sender.taken(exchange)
    assert isinstance(ours, Response) or 0 == sender.idle(exchange)
    by_aiohttp()
    theirs = sender.send(made(), url, timeout=timeout)
    sender.host.close_exchanges()

    assert shown(theirs) == shown(ours)


@pytest.mark.parametrize("kind", PIECES)
def test_it_is_read_as_aiohttp_reads_it(
    sender: Sender, kind: str, read: threading.Event, by_aiohttp: Callable[[], object]
) -> None:
    """Whole or not, in however many pieces: the same reply, or the same error."""
    with RawServer(piece_by_piece(PIECES[kind], "closed", read)) as server:
        assert_the_same(sender, sender.exchange, server.url + PATH, by_aiohttp)


@pytest.mark.parametrize("end", ["reset", "silence"])
@pytest.mark.parametrize("where", FEW)
def test_it_ends_as_it_does_for_aiohttp(
    sender: Sender, where: str, end: str, read: threading.Event, by_aiohttp: Callable[[], object]
) -> None:
    """A reset or a time-out is what it was, wherever it comes."""
    timeout = SOON if end == "silence" else PATIENCE
    with RawServer(piece_by_piece((CUT[where],), end, read)) as server:
        assert_the_same(sender, sender.exchange, server.url + PATH, by_aiohttp, timeout)


@pytest.mark.parametrize("end", ["closed", "reset", "silence", "farewell"])
@pytest.mark.parametrize("where", FEW)
def test_it_ends_in_tls_as_it_does_for_aiohttp(
    sender: Sender,
    where: str,
    end: str,
    read: threading.Event,
    by_aiohttp: Callable[[], object],
    authority: Authority,
) -> None:
    """The same, and the close of TLS."""
    said = piece_by_piece((CUT[where],), end, read)

    def serve(peer: Peer) -> None:
        said(peer)
        if end == "farewell":
            peer.farewell()

    timeout = SOON if end == "silence" else PATIENCE
    with over(serving(authority.server()), serve) as server:
        assert_the_same(
            sender, lambda: believing(sender, authority), url(server), by_aiohttp, timeout
        )


def test_a_session_that_is_closed_meanwhile(
    sender: Sender, by_aiohttp: Callable[[], object]
) -> None:
    """The request in progress on it ends as it does for aiohttp."""
    received = threading.Event()

    def serve(peer: Peer) -> None:
        peer.listen()
        received.set()
        peer.listen()

    async def closed(exchange: Any) -> Response | NoResponse:
        task = asyncio.ensure_future(sender.sending(exchange, server.url + PATH)())
        assert await asyncio.to_thread(received.wait, PATIENCE)
        received.clear()
        await exchange.close()
        reply: Response | NoResponse = await task
        return reply

    with RawServer(serve) as server:
        ours = sender.host.run(closed(sender.exchange()))
        by_aiohttp()
        theirs = sender.host.run(closed(sender.exchange()))

    assert isinstance(ours, NoResponse)
    assert shown(theirs) == shown(ours)


def test_aiohttp_hears_of_the_end(sender: Sender, mocker: MockerFixture) -> None:
    """Once of each of its parts, as without us."""
    ends = [mocker.spy(ResponseHandler, name) for name in ("eof_received", "connection_lost")]
    with RawServer(lambda peer: peer.listen()) as server:
        reply = sender.send(sender.exchange(), server.url + PATH)

    assert isinstance(reply, NoResponse)
    assert [1, 1] == [end.call_count for end in ends]


@pytest.fixture
def parsers(mocker: MockerFixture) -> Any:
    """Where aiohttp is asked to read an answer."""
    return mocker.spy(ResponseHandler, "set_response_params")


def always(*pieces: bytes) -> Callable[[Peer], None]:
    def serve(peer: Peer) -> None:
        peer.hurry()
        while True:
            peer.listen()
            for piece in pieces:
                peer.say(piece)

    return serve


@pytest.mark.parametrize("encrypted", [False, True])
def test_aiohttp_reads_no_usual_answer(
    sender: Sender, encrypted: bool, parsers: Any, authority: Authority
) -> None:
    """Its connection is used again and again, and its parser is not."""
    with over(serving(authority.server())) if encrypted else RawServer(always(WHOLE)) as server:
        exchange = believing(sender, authority)
        there = url(server) if encrypted else server.url + PATH
        replies = [sender.send(exchange, there) for _ in range(3)]
        assert 1 == sender.idle(exchange)
        sender.host.close_exchanges()

    assert [BODY.decode()] * 3 == [reply.body for reply in replies if isinstance(reply, Response)]
    assert (1, 0) == (server.connections, parsers.call_count)


def test_a_body_that_comes_late_is_waited_for(
    sender: Sender, parsers: Any, read: threading.Event
) -> None:
    """It is no less usual."""
    with RawServer(piece_by_piece((FRAME, BODY[:4], BODY[4:]), "silence", read)) as server:
        reply = sender.send(sender.exchange(), server.url + PATH)

    assert isinstance(reply, Response)
    assert (BODY.decode(), 0) == (reply.body, parsers.call_count)


def test_a_connection_is_shared_with_aiohttp(sender: Sender) -> None:
    """They use it alternately, whatever is sent."""
    said = [WHOLE, CHUNKED + CHUNK + LAST] * 4

    def serve(peer: Peer) -> None:
        for answer in said:
            peer.listen()
            peer.say(answer)
        peer.listen()

    replies = []
    with RawServer(serve) as server:
        exchange = sender.exchange()
        for sender.short in (True, True, False, False) * 2:
            replies.append(sender.send(exchange, server.url + PATH))
        sender.host.close_exchanges()

    assert [BODY.decode()] * 8 == [reply.body for reply in replies if isinstance(reply, Response)]
    assert 1 == server.connections


@pytest.mark.long
def test_a_server_that_is_slow_to_listen(sender: Sender, mocker: MockerFixture) -> None:
    """aiohttp's protocol is notified that writing has to pause, and that it goes on."""
    paused = threading.Event()
    pause_writing = ResponseHandler.pause_writing

    def pause(self: ResponseHandler) -> None:
        pause_writing(self)
        paused.set()

    mocker.patch.object(ResponseHandler, "pause_writing", pause)
    resumed = mocker.spy(ResponseHandler, "resume_writing")

    def serve(peer: Peer) -> None:
        assert paused.wait(PATIENCE)
        peer.listen()
        peer.say(WHOLE)

    with RawServer(serve) as server:
        exchange = sender.exchange(headers={"X-Long": "l" * 20_000_000})
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == resumed.call_count


@pytest.fixture
def complaints() -> list[Any]:
    """The errors that the event loop got."""
    return []


@pytest.mark.parametrize("data", [WHOLE, CHUNKED, WHOLE[:-1], WHOLE + b"H"])
def test_an_answer_that_comes_with_the_cancellation(
    sender: Sender, data: bytes, complaints: list[Any]
) -> None:
    """The event loop reads it when the task is cancelled and does not know yet: nothing is left."""
    asked_for = threading.Event()
    with RawServer(held_back(data, asked_for)) as server:
        exchange = sender.exchange()

        async def scenario() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            task = asyncio.ensure_future(sender.sending(exchange, server.url + PATH)())
            await has_come(exchange, asked_for)
            await asyncio.sleep(0)  # the loop has looked at the socket, and comes to us first
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        sender.host.run(scenario())
        assert (0, 0) == (sender.idle(exchange), sender.taken(exchange))
        sender.host.close_exchanges()

    assert [] == complaints


def held_back(data: bytes, asked_for: threading.Event) -> Callable[[Peer], None]:
    def serve(peer: Peer) -> None:
        peer.listen()
        assert asked_for.wait(PATIENCE)
        peer.say(data)
        peer.listen()

    return serve


async def has_come(exchange: Any, asked_for: threading.Event) -> None:
    """Request the answer, and block until it is there, unread."""
    sent: list[Any] = []
    while not sent:
        await asyncio.sleep(0)
        taken = exchange.tcp_connector._acquired if exchange.tcp_connector else ()
        transports = [getattr(one, "transport", None) for one in taken]
        sent = [one for one in transports if one and isinstance(one.get_protocol(), Answering)]
    asked_for.set()
    assert wait_for_read(sent[0].get_extra_info("socket"), timeout=PATIENCE)


class Odd(selector_events._SelectorSocketTransport):  # type: ignore[name-defined,misc]
    """Nobody knows what it does."""


class Between(asyncio.Protocol):
    """Passes on what it receives, as a tool would that counts bytes."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        self.behind.data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.behind.connection_lost(exc)


def test_transports_of_an_unknown_kind(sender: Sender, mocker: MockerFixture, parsers: Any) -> None:
    """aiohttp reads the answer."""
    mocker.patch.object(selector_events, "_SelectorSocketTransport", Odd)
    with RawServer(always(WHOLE)) as server:
        reply = sender.send(sender.exchange(), server.url + PATH)
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == parsers.call_count


def test_a_protocol_that_somebody_put_there(sender: Sender, parsers: Any) -> None:
    """It gets all that it would get without us, and it stays."""
    with RawServer(always(WHOLE)) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        ((own, _),) = next(iter(exchange.tcp_connector._conns.values()))
        between = Between(own)
        own.transport.set_protocol(between)
        reply = sender.send(exchange, server.url + PATH)
        assert between is own.transport.get_protocol()
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (WHOLE, 1) == (between.received, parsers.call_count)
