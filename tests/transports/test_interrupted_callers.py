"""Many callers at once, cancelled or interrupted ones: each sender works as before."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import Response

from .answers import HEAD, OK, WHOLE
from .senders import PATH, Sender

MANY = 16
TLS, NOTHING, PART, BODY = "in TLS", "before the answer", "in the headers", "in the body"
TOLD = {NOTHING: b"", PART: OK + b"X-Is: h", BODY: HEAD + b"\r\n{"}


def echo(peer: Peer, all_there: Callable[[], object]) -> None:
    """Answer with the order's id."""
    while True:
        received = peer.listen()
        all_there()
        number = received.partition("orderId=")[2].partition(" ")[0].encode()
        peer.say(OK + b"Content-Length: %d\r\n\r\n" % len(number) + number)


def test_many_at_once_have_each_their_own_answer(sender: Sender) -> None:
    """Sixteen requests are in progress at a time, twice; what they leave is whole."""
    barrier = threading.Barrier(MANY)

    def serve(peer: Peer) -> None:
        echo(peer, lambda: barrier.wait(PATIENCE))

    with RawServer(serve) as server:
        exchange = sender.exchange()
        urls = [f"{server.url}/?orderId={i}" for i in range(MANY)]
        for _ in range(2):
            replies = sender.host.together([sender.sending(exchange, url) for url in urls])
            assert [str(i) for i in range(MANY)] == [reply.body for reply in replies]
            assert 0 == sender.taken(exchange)
        idle = sender.idle(exchange)
        sender.host.close_exchanges()

    assert 2 * MANY == len(server.received)
    assert (10 if sender.is_urllib3 else MANY) == idle  # as many as a pool of requests keeps
    assert (MANY + MANY - 10 if sender.is_urllib3 else MANY) == server.connections


def until_the_end(stage: str, came: threading.Event) -> Callable[[Peer], None]:
    """Go so far with the first request and wait; answer the next one."""
    numbers = iter(range(100))

    def serve(peer: Peer) -> None:
        first = next(numbers) == 0
        if stage == TLS and first:
            peer.wait()
        else:
            peer.listen()
            peer.say(TOLD.get(stage, b"") if first else WHOLE)
        came.set()
        peer.listen()

    return serve


@pytest.fixture
def complaints() -> list[Any]:
    """The errors that the event loop got."""
    return []


@pytest.mark.parametrize("stage", [TLS, *TOLD])
def test_a_task_that_is_cancelled_leaves_nothing_behind(
    async_sender: Sender, stage: str, complaints: list[Any]
) -> None:
    """No connection stays taken or open, the loop gets no error, the next request is served."""
    sender = async_sender
    came = threading.Event()
    with RawServer(until_the_end(stage, came)) as server:
        exchange = sender.exchange()
        url = server.url.replace("http:", "https:") if stage == TLS else server.url

        async def scenario() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            task = asyncio.ensure_future(sender.sending(exchange, url + PATH)())
            assert await asyncio.to_thread(came.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        sender.host.run(scenario())
        assert (0, int(sender.name == "thread")) == (
            sender.idle(exchange),
            sender.taken(exchange),
        )
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()
        gc.collect()

    assert isinstance(reply, Response)
    assert [] == complaints


@pytest.fixture
def interrupted() -> Iterator[Callable[[threading.Event], threading.Thread]]:
    """Ctrl-C, as soon as an event is set."""
    main = threading.main_thread()

    def press(*_: Any) -> None:
        raise KeyboardInterrupt

    def made(when: threading.Event) -> threading.Thread:
        def wait() -> None:
            assert when.wait(PATIENCE)
            assert main.ident is not None
            signal.pthread_kill(main.ident, signal.SIGINT)

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    before = signal.signal(signal.SIGINT, press)
    yield made
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("stage", TOLD)
def test_an_interruption_leaves_nothing_behind(
    sync_sender: Sender, stage: str, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    """``KeyboardInterrupt`` goes through, and the next request is served.

    Where the request has a thread of its own, it goes on there until its time is over.
    """
    assert_interrupted(sync_sender, stage, interrupted)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_in_tls_leaves_no_connection_taken(
    sync_sender: Sender, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    """The same; what connects is closed by the garbage collector."""
    assert_interrupted(sync_sender, TLS, interrupted)


def assert_interrupted(
    sender: Sender, stage: str, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    came = threading.Event()
    with RawServer(until_the_end(stage, came), in_turn=stage != TLS) as server:
        exchange = sender.exchange()
        url = server.url.replace("http:", "https:") if stage == TLS else server.url
        finger = interrupted(came)
        with pytest.raises(KeyboardInterrupt):
            sender.send(exchange, url + PATH)
        finger.join()
        alone = sender.name == "thread"  # it ends by itself
        assert (0, int(alone)) == (
            sender.idle(exchange),
            sender.taken(exchange),
        )
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()
        gc.collect()

    assert isinstance(reply, Response)
