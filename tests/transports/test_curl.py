"""What is particular of libcurl: no second send, its connections' end, forks and event loops."""

from __future__ import annotations

import asyncio
import copy
import gc
import ipaddress
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.instant import PatientLoop
from integration.server import PATIENCE, self_signed
from outcomes.raw_server import Peer, RawServer
from pytest_mock import MockerFixture

from adapter.contract.messages import NoResponse, Response

from .answers import BODY, WHOLE
from .curled import LEFT, Curled, curled

__all__ = ["curled"]


def always(peer: Peer) -> None:
    while True:
        peer.listen()
        peer.say(WHOLE)


def encrypted(peer: Peer) -> None:
    peer.encrypt(self_signed())
    always(peer)


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Counter:
    """Answers every request, and notes connections that ended."""

    def __init__(self) -> None:
        self.ended = threading.Semaphore(0)

    def __call__(self, peer: Peer) -> None:
        try:
            always(peer)
        except ConnectionError:
            self.ended.release()

    def await_ends(self, n: int) -> None:
        for _ in range(n):
            assert self.ended.acquire(timeout=PATIENCE)


def test_a_request_whose_connection_broke_is_not_sent_again(curled: Curled) -> None:
    """libcurl would, by itself, with the same signature: the first one may have been executed."""

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)
        peer.listen()

    with RawServer(serve) as server:
        curled.send(server.url)
        reply = curled.send(server.url)
        curled.close()

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert 2 == len(server.received)


def test_a_connection_that_ended_is_forgotten(curled: Curled) -> None:
    """The one in its place serves all later requests."""
    ended = threading.Event()

    def serve(peer: Peer) -> None:
        if server.connections > 1:
            always(peer)
        peer.listen()
        peer.say(WHOLE)
        peer.close()
        ended.set()

    with RawServer(serve) as server:
        replies = []
        for _ in range(4):
            replies.append(curled.send(server.url))
            assert ended.wait(PATIENCE)
        curled.close()

    assert [BODY.decode()] * 4 == [reply.body for reply in replies if isinstance(reply, Response)]
    assert 2 == server.connections


def test_what_comes_after_a_response_in_tls_is_no_response(mode: str) -> None:
    """Nobody asked for it: its connection is not used again."""
    curled = Curled(mode, verify=False)

    def serve(peer: Peer) -> None:
        peer.encrypt(self_signed())
        peer.listen()
        peer.say(WHOLE)
        if server.connections == 1:
            assert answered.wait(PATIENCE)
            peer.say(WHOLE.replace(b"7}", b"8}"))
            asked.set()
        always(peer)

    answered, asked = threading.Event(), threading.Event()
    with RawServer(serve, in_turn=False) as server:
        url = server.url.replace("http:", "https:")
        curled.send(url)
        answered.set()
        assert asked.wait(PATIENCE)
        reply = curled.send(url)
        curled.host.close()

    assert isinstance(reply, Response)
    assert BODY.decode() == reply.body


def test_closing_the_exchange_closes_the_connections(curled: Curled) -> None:
    """Those of requests and those of a prewarm, of several hosts."""
    one, two = Counter(), Counter()
    with RawServer(one, in_turn=False) as first, RawServer(two, in_turn=False) as second:
        curled.send(second.url)
        curled.connect(first.url, 3)
        curled.close()
        one.await_ends(3)
        two.await_ends(1)


def test_garbage_closes_the_connections(curled: Curled) -> None:
    """An exchange object that nobody closed, nor detached."""
    counter = Counter()
    with RawServer(counter, in_turn=False) as server:
        curled.connect(server.url, 3)
        if not curled.host.is_sync:
            curled.exchange.socks_proxy_sessions = None
        del curled.transport
        gc.collect()
        counter.await_ends(3)


def test_a_closed_sync_exchange_can_send(curled: Curled) -> None:
    """As with requests; ccxt refuses to use a closed async one until it is opened again."""
    with RawServer(always) as server:
        for _ in range(2):
            if not curled.host.is_sync:
                curled.host.run(opened(curled.exchange))
            assert isinstance(curled.send(server.url), Response)
            curled.close()

    assert 2 == server.connections


async def opened(exchange: Any) -> None:
    exchange.open()


def test_a_request_in_progress_survives_close(curled: Curled) -> None:
    """Its response may be the news of a cancel; its connection is closed afterwards."""
    came, may, counter = threading.Event(), threading.Event(), Counter()

    def answer(peer: Peer) -> None:
        peer.listen()
        came.set()
        assert may.wait(PATIENCE)
        peer.say(WHOLE)
        peer.listen()

    def serve(peer: Peer) -> None:
        with pytest.raises(ConnectionError):
            answer(peer)
        counter.ended.release()

    def close() -> None:
        assert came.wait(PATIENCE)
        curled.exchange.close()
        may.set()

    async def closed() -> None:
        assert await asyncio.to_thread(came.wait, PATIENCE)
        await curled.exchange.close()
        may.set()

    with RawServer(serve) as server:
        closing = close if curled.host.is_sync else closed
        reply, _ = curled.host.together([curled.sending(server.url), closing])
        counter.await_ends(1)

    assert isinstance(reply, Response)


def loops() -> list[Callable[[], asyncio.AbstractEventLoop]]:
    if sys.platform == "win32":
        return [asyncio.SelectorEventLoop]
    uvloop = pytest.importorskip("uvloop")
    return [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.mark.parametrize("first", loops())
@pytest.mark.parametrize("second", loops())
def test_two_event_loops_one_after_the_other(first: Any, second: Any) -> None:
    """The connections are used in both, and closed in the last one."""
    curled, counter = Curled("async"), Counter()
    with RawServer(counter, in_turn=False) as server:
        replies: list[Any] = []
        for factory in (first, second):
            is_last = len(replies) == 3
            with asyncio.Runner(loop_factory=factory) as runner:
                calls = [curled.sending(server.url) for _ in range(3)]
                replies += runner.run(gathered(calls))
                if is_last:
                    runner.run(curled.exchange.close())
        counter.await_ends(3)

    assert 3 == server.connections
    assert [200] * 6 == [reply.status for reply in replies]


async def gathered(calls: list[Callable[[], Any]]) -> list[Any]:
    return await asyncio.gather(*(call() for call in calls))


def test_an_event_loop_that_libcurl_cannot_use(mocker: MockerFixture) -> None:
    """Such as the proactor of Windows: the session sends."""
    curled = Curled("async")
    curled.host.run(asyncio.sleep(0))
    mocker.patch.object(PatientLoop, "add_reader", asyncio.AbstractEventLoop.add_reader)
    reply, opened = curled.send("http://127.0.0.1:9"), curled.connect("http://127.0.0.1:9", 2)
    curled.host.close()

    assert LEFT == reply
    assert {"http://127.0.0.1:9": 0} == opened


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it takes a fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_leaves_its_parents_connections_alone() -> None:
    """It opens its own, and its end does not end its parent's TLS session."""
    curled = Curled("sync", verify=False)
    with RawServer(encrypted, in_turn=False) as server:
        url = server.url.replace("http:", "https:")
        assert isinstance(curled.send(url), Response)
        child = os.fork()
        if child == 0:
            reply = curled.send(url)
            curled.close()
            os._exit(0 if isinstance(reply, Response) else 1)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert 2 == server.connections
        assert isinstance(curled.send(url), Response)
        curled.host.close()

    assert 2 == server.connections


def test_the_environment_does_not_matter(curled: Curled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its proxies nor its exceptions from them: the exchange object has settings."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with RawServer(always) as server, RawServer(always) as proxy:
        direct = curled.send(server.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        curled.exchange.httpProxy = proxy.url
        proxied = curled.send(server.url)
        curled.close()

    assert [BODY.decode()] * 2 == [direct.body, proxied.body]  # type: ignore[union-attr]
    assert (1, 1) == (server.connections, proxy.connections)


def test_a_sync_exchange_can_be_copied_and_pickled() -> None:
    """What closes our connections with the session is not part of a copy."""
    curled = Curled("sync")
    with RawServer(always) as server:
        curled.send(server.url)
        session = curled.exchange.session
        for other in (copy.deepcopy(session), pickle.loads(pickle.dumps(session))):  # noqa: S301
            other.close()
        curled.send(server.url)
        curled.host.close()

    assert 1 == server.connections


REFUSALS: dict[str, Callable[[Peer], object]] = {
    "refuses": lambda peer: peer.say(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"),
    "asks for a password": lambda peer: peer.say(
        b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
    ),
    "closes": lambda _: None,
    "closes the tunnel": lambda peer: peer.say(b"HTTP/1.1 200 OK\r\n\r\n"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_fails_at_a_proxy_was_never_sent(curled: Curled, what: str) -> None:
    """The exchange has not seen a byte: only the CONNECT has left."""

    def serve(peer: Peer) -> None:
        peer.listen()
        REFUSALS[what](peer)

    with RawServer(serve) as proxy:
        curled.exchange.httpsProxy = f"http://user:secret@127.0.0.1:{proxy.port}"
        reply = curled.send("https://exchange.invalid")

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert "secret" not in f"{reply!r} {reply.cause!r}"
    assert ["CONNECT exchange.invalid:443 HTTP/1.1"] == proxy.received


class SocksProxy:
    """Takes one connection; ``asked`` is the address in the request."""

    asked = b""

    def __call__(self, peer: Peer) -> None:
        peer.read(peer.read(2)[1])
        peer.say(b"\x05\x00")
        kind = peer.read(4)[3]
        self.asked = peer.read({1: 4, 4: 16}.get(kind) or peer.read(1)[0])
        peer.read(2)
        peer.say(b"\x05\x00\x00\x01" + bytes(6))
        always(peer)


@pytest.mark.parametrize(
    ("scheme", "name", "is_resolved_here"),
    [
        ("socks5h", "exchange.invalid", False),
        ("socks5", "localhost", True),
    ],
)
def test_a_socks_proxy_needs_no_other_module(
    curled: Curled, scheme: str, name: str, is_resolved_here: bool
) -> None:
    """requests looks the name up, unless the scheme is ``socks5h``; aiohttp_socks never does."""
    proxy = SocksProxy()
    with RawServer(proxy) as server:
        curled.exchange.socksProxy = f"{scheme}://127.0.0.1:{server.port}"
        reply = curled.send(f"http://{name}:80")
        curled.close()

    assert isinstance(reply, Response)
    is_address = is_resolved_here and curled.host.is_sync
    addresses = [ipaddress.ip_address(one).packed for one in ("127.0.0.1", "::1")]
    assert proxy.asked in (addresses if is_address else [name.encode()])


def test_the_time_is_over_in_a_proxy_that_trickles(curled: Curled, over: threading.Event) -> None:
    """One deadline covers its answer, too."""

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(b"HTTP/1.1 200 OK\r\nX-Is: ")
        while not over.wait(0.02):
            peer.say(b"s")

    with RawServer(serve) as proxy:
        curled.exchange.httpsProxy = proxy.url
        reply = curled.send("https://exchange.invalid", timeout=0.4)
        over.set()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
