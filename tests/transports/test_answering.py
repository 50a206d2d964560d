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
from outcomes.raw_server import Line, Talk
from pytest_mock import MockerFixture
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse, Response
from adapter.transports import connector
from adapter.transports.answering import Answering

from .answers import ANSWERS, BODY, BROKEN, CHUNK, CHUNKED, CUT, EARLY, HEAD, LAST, OK, WHOLE
from .certificate_authority import Authority, serving
from .senders import PATH, Way
from .tls_servers import believing, over, url

pytestmark = pytest.mark.parametrize("way", ["connector"], indirect=True)

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
    """From its call on, nobody stands in for aiohttp's own protocol."""
    return lambda: mocker.patch.object(connector, "can_be_stood_in_for", return_value=False)


def piece_by_piece(pieces: tuple[bytes, ...], end: str, read: threading.Event) -> Any:
    """Each is read before the next one is said, and the last one before the end."""

    def serve(talk: Talk) -> None:
        talk.hurry()
        talk.listen()
        for piece in filter(None, pieces):
            read.clear()
            talk.say(piece)
            assert read.wait(PATIENCE)
        if end == "reset":
            talk.reset()
        elif end == "silence":
            talk.listen()

    return serve


def shown(reply: Response | NoResponse) -> tuple[Any, ...]:
    if isinstance(reply, NoResponse):
        return reply.may_have_been_sent, reply.reason, repr(reply.cause)
    return reply.status, reply.body, reply.headers


def assert_the_same(
    way: Way,
    made: Callable[[], Any],
    url: str,
    by_aiohttp: Callable[[], object],
    timeout: float = PATIENCE,
) -> None:
    """Each of the two has an exchange of its own, so that they share no connection."""
    exchange = made()
    ours = way.send(exchange, url, timeout=timeout)
    assert 0 == way.taken(exchange)
    assert isinstance(ours, Response) or 0 == way.idle(exchange)
    by_aiohttp()
    theirs = way.send(made(), url, timeout=timeout)
    way.host.close_exchanges()

    assert shown(theirs) == shown(ours)


@pytest.mark.parametrize("kind", PIECES)
def test_it_is_read_as_aiohttp_reads_it(
    way: Way, kind: str, read: threading.Event, by_aiohttp: Callable[[], object]
) -> None:
    """Whole or not, in however many pieces: the same reply, or the same error."""
    with Line(piece_by_piece(PIECES[kind], "closed", read)) as line:
        assert_the_same(way, way.exchange, line.url + PATH, by_aiohttp)


@pytest.mark.parametrize("end", ["reset", "silence"])
@pytest.mark.parametrize("where", FEW)
def test_it_ends_as_it_does_for_aiohttp(
    way: Way, where: str, end: str, read: threading.Event, by_aiohttp: Callable[[], object]
) -> None:
    """A reset or a time-out is what it was, wherever it comes."""
    timeout = SOON if end == "silence" else PATIENCE
    with Line(piece_by_piece((CUT[where],), end, read)) as line:
        assert_the_same(way, way.exchange, line.url + PATH, by_aiohttp, timeout)


@pytest.mark.parametrize("end", ["closed", "reset", "silence", "farewell"])
@pytest.mark.parametrize("where", FEW)
def test_it_ends_in_tls_as_it_does_for_aiohttp(
    way: Way,
    where: str,
    end: str,
    read: threading.Event,
    by_aiohttp: Callable[[], object],
    authority: Authority,
) -> None:
    """The same, and the end that TLS says."""
    said = piece_by_piece((CUT[where],), end, read)

    def serve(talk: Talk) -> None:
        said(talk)
        if end == "farewell":
            talk.farewell()

    timeout = SOON if end == "silence" else PATIENCE
    with over(serving(authority.server()), serve) as line:
        assert_the_same(way, lambda: believing(way, authority), url(line), by_aiohttp, timeout)


def test_a_session_that_is_closed_meanwhile(way: Way, by_aiohttp: Callable[[], object]) -> None:
    """The request under way on it ends as it does for aiohttp."""
    heard = threading.Event()

    def serve(talk: Talk) -> None:
        talk.listen()
        heard.set()
        talk.listen()

    async def closed(exchange: Any) -> Response | NoResponse:
        task = asyncio.ensure_future(way.sending(exchange, line.url + PATH)())
        assert await asyncio.to_thread(heard.wait, PATIENCE)
        heard.clear()
        await exchange.close()
        reply: Response | NoResponse = await task
        return reply

    with Line(serve) as line:
        ours = way.host.run(closed(way.exchange()))
        by_aiohttp()
        theirs = way.host.run(closed(way.exchange()))

    assert isinstance(ours, NoResponse)
    assert shown(theirs) == shown(ours)


def test_aiohttp_hears_of_the_end(way: Way, mocker: MockerFixture) -> None:
    """Once of each of its parts, as without us."""
    ends = [mocker.spy(ResponseHandler, name) for name in ("eof_received", "connection_lost")]
    with Line(lambda talk: talk.listen()) as line:
        reply = way.send(way.exchange(), line.url + PATH)

    assert isinstance(reply, NoResponse)
    assert [1, 1] == [end.call_count for end in ends]


@pytest.fixture
def parsers(mocker: MockerFixture) -> Any:
    """Where aiohttp is asked to read an answer."""
    return mocker.spy(ResponseHandler, "set_response_params")


def always(*pieces: bytes) -> Callable[[Talk], None]:
    def serve(talk: Talk) -> None:
        talk.hurry()
        while True:
            talk.listen()
            for piece in pieces:
                talk.say(piece)

    return serve


@pytest.mark.parametrize("encrypted", [False, True])
def test_aiohttp_reads_no_usual_answer(
    way: Way, encrypted: bool, parsers: Any, authority: Authority
) -> None:
    """Its connection is used again and again, and its parser is not."""
    with over(serving(authority.server())) if encrypted else Line(always(WHOLE)) as line:
        exchange = believing(way, authority)
        there = url(line) if encrypted else line.url + PATH
        replies = [way.send(exchange, there) for _ in range(3)]
        assert 1 == way.idle(exchange)
        way.host.close_exchanges()

    assert [BODY.decode()] * 3 == [reply.body for reply in replies if isinstance(reply, Response)]
    assert (1, 0) == (line.connections, parsers.call_count)


def test_a_body_that_comes_late_is_waited_for(
    way: Way, parsers: Any, read: threading.Event
) -> None:
    """It is no less usual."""
    with Line(piece_by_piece((FRAME, BODY[:4], BODY[4:]), "silence", read)) as line:
        reply = way.send(way.exchange(), line.url + PATH)

    assert isinstance(reply, Response)
    assert (BODY.decode(), 0) == (reply.body, parsers.call_count)


def test_a_connection_is_shared_with_aiohttp(way: Way) -> None:
    """They take turns on it, whatever is said."""
    said = [WHOLE, CHUNKED + CHUNK + LAST] * 4

    def serve(talk: Talk) -> None:
        for answer in said:
            talk.listen()
            talk.say(answer)
        talk.listen()

    replies = []
    with Line(serve) as line:
        exchange = way.exchange()
        for way.short in (True, True, False, False) * 2:
            replies.append(way.send(exchange, line.url + PATH))
        way.host.close_exchanges()

    assert [BODY.decode()] * 8 == [reply.body for reply in replies if isinstance(reply, Response)]
    assert 1 == line.connections


@pytest.mark.long
def test_a_server_that_is_slow_to_listen(way: Way, mocker: MockerFixture) -> None:
    """aiohttp's protocol hears that writing has to pause, and that it goes on."""
    paused = threading.Event()
    pause_writing = ResponseHandler.pause_writing

    def pause(self: ResponseHandler) -> None:
        pause_writing(self)
        paused.set()

    mocker.patch.object(ResponseHandler, "pause_writing", pause)
    resumed = mocker.spy(ResponseHandler, "resume_writing")

    def serve(talk: Talk) -> None:
        assert paused.wait(PATIENCE)
        talk.listen()
        talk.say(WHOLE)

    with Line(serve) as line:
        exchange = way.exchange(headers={"X-Long": "l" * 20_000_000})
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == resumed.call_count


@pytest.fixture
def complaints() -> list[Any]:
    """What the event loop was told of."""
    return []


@pytest.mark.parametrize("data", [WHOLE, CHUNKED, WHOLE[:-1], WHOLE + b"H"])
def test_an_answer_that_comes_with_the_cancellation(
    way: Way, data: bytes, complaints: list[Any]
) -> None:
    """The event loop reads it when the task is cancelled and does not know yet: nothing is left."""
    asked_for = threading.Event()
    with Line(held_back(data, asked_for)) as line:
        exchange = way.exchange()

        async def scenario() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            task = asyncio.ensure_future(way.sending(exchange, line.url + PATH)())
            await has_come(exchange, asked_for)
            await asyncio.sleep(0)  # the loop has looked at the socket, and comes to us first
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        way.host.run(scenario())
        assert (0, 0) == (way.idle(exchange), way.taken(exchange))
        way.host.close_exchanges()

    assert [] == complaints


def held_back(data: bytes, asked_for: threading.Event) -> Callable[[Talk], None]:
    def serve(talk: Talk) -> None:
        talk.listen()
        assert asked_for.wait(PATIENCE)
        talk.say(data)
        talk.listen()

    return serve


async def has_come(exchange: Any, asked_for: threading.Event) -> None:
    """Ask for the answer, and stand still until it lies there, unread."""
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
    """Passes on what it hears, as a tool would that counts bytes."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        self.behind.data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.behind.connection_lost(exc)


def test_transports_of_an_unknown_kind(way: Way, mocker: MockerFixture, parsers: Any) -> None:
    """aiohttp reads the answer."""
    mocker.patch.object(selector_events, "_SelectorSocketTransport", Odd)
    with Line(always(WHOLE)) as line:
        reply = way.send(way.exchange(), line.url + PATH)
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == parsers.call_count


def test_a_protocol_that_somebody_put_there(way: Way, parsers: Any) -> None:
    """It hears all that it would hear without us, and it stays."""
    with Line(always(WHOLE)) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        ((own, _),) = next(iter(exchange.tcp_connector._conns.values()))
        between = Between(own)
        own.transport.set_protocol(between)
        reply = way.send(exchange, line.url + PATH)
        assert between is own.transport.get_protocol()
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (WHOLE, 1) == (between.heard, parsers.call_count)
