"""Callers that come in numbers, are cancelled, or are interrupted: each way is as before."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import Response

from .answers import HEAD, OK, WHOLE
from .senders import PATH, Way

MANY = 16
TLS, NOTHING, PART, BODY = "in TLS", "before the answer", "in the headers", "in the body"
TOLD = {NOTHING: b"", PART: OK + b"X-Is: h", BODY: HEAD + b"\r\n{"}


def echo(talk: Talk, all_there: Callable[[], object]) -> None:
    """Answer with the order's id."""
    while True:
        heard = talk.listen()
        all_there()
        number = heard.partition("orderId=")[2].partition(" ")[0].encode()
        talk.say(OK + b"Content-Length: %d\r\n\r\n" % len(number) + number)


def test_many_at_once_have_each_their_own_answer(way: Way) -> None:
    """Sixteen requests are under way at a time, twice; what they leave is whole."""
    barrier = threading.Barrier(MANY)

    def serve(talk: Talk) -> None:
        echo(talk, lambda: barrier.wait(PATIENCE))

    with Line(serve) as line:
        exchange = way.exchange()
        urls = [f"{line.url}/?orderId={i}" for i in range(MANY)]
        for _ in range(2):
            replies = way.host.together([way.sending(exchange, url) for url in urls])
            assert [str(i) for i in range(MANY)] == [reply.body for reply in replies]
            assert 0 == way.taken(exchange)
        idle = way.idle(exchange)
        way.host.close_exchanges()

    assert 2 * MANY == len(line.heard)
    assert (10 if way.is_sync else MANY) == idle  # as many as a pool of requests keeps
    assert (MANY + MANY - 10 if way.is_sync else MANY) == line.connections


def until_the_end(stage: str, came: threading.Event) -> Callable[[Talk], None]:
    """Go so far with the first request and wait; answer the next one."""
    numbers = iter(range(100))

    def serve(talk: Talk) -> None:
        first = next(numbers) == 0
        if stage == TLS and first:
            talk.wait()
        else:
            talk.listen()
            talk.say(TOLD.get(stage, b"") if first else WHOLE)
        came.set()
        talk.listen()

    return serve


@pytest.fixture
def complaints() -> list[Any]:
    """What the event loop was told of."""
    return []


@pytest.mark.parametrize("stage", [TLS, *TOLD])
def test_a_task_that_is_cancelled_leaves_nothing_behind(
    async_way: Way, stage: str, complaints: list[Any]
) -> None:
    """No connection stays taken or open, the loop hears of no error, the next request is served."""
    way = async_way
    came = threading.Event()
    with Line(until_the_end(stage, came)) as line:
        exchange = way.exchange()
        url = line.url.replace("http:", "https:") if stage == TLS else line.url

        async def scenario() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            task = asyncio.ensure_future(way.sending(exchange, url + PATH)())
            assert await asyncio.to_thread(came.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        way.host.run(scenario())
        assert (0, int(way.name == "requests")) == (way.idle(exchange), way.taken(exchange))
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()
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
    sync_way: Way, stage: str, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    """``KeyboardInterrupt`` goes through; the socket is closed, and the next request is served.

    The whole of requests goes on by itself until its time is over, with a connection of its own.
    """
    assert_interrupted(sync_way, stage, interrupted)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_in_tls_leaves_no_place_taken(
    sync_way: Way, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    """The same; only, Python's ``ssl`` leaves the socket itself to the garbage collector."""
    assert_interrupted(sync_way, TLS, interrupted)


def assert_interrupted(
    way: Way, stage: str, interrupted: Callable[[threading.Event], threading.Thread]
) -> None:
    came = threading.Event()
    with Line(until_the_end(stage, came), in_turn=stage != TLS) as line:
        exchange = way.exchange()
        url = line.url.replace("http:", "https:") if stage == TLS else line.url
        finger = interrupted(came)
        with pytest.raises(KeyboardInterrupt):
            way.send(exchange, url + PATH)
        finger.join()
        assert (0, int(way.name == "requests")) == (way.idle(exchange), way.taken(exchange))
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()
        gc.collect()

    assert isinstance(reply, Response)
