"""Never sent, or sent and not answered: each transport knows which, and sends nothing twice."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from typing import Any

import ccxt
import pytest
from integration.host import ELSEWHERE, SYMBOL, Host, moved
from integration.instant import Ticking
from integration.server import PATIENCE, http, self_signed

import adapter
from adapter.core.events import Event
from adapter.simulator import Simulator

from .addresses import closed_port, full_backlog, serving
from .raw_server import CANCELED, OPEN, Peer, RawServer, answering, kept
from .simulated import Trader

pytestmark = pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")

HTTPS = "https://exchange.invalid"
GRANTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
ANSWER = http(CANCELED)
HEAD = ANSWER.partition(b"\r\n\r\n")[0]


def exchange_at(host: Host, events: list[Event], url: str, **settings: Any) -> Any:
    """An exchange object; a ``timeout`` in the settings applies until a request has left."""

    def received(event: Event) -> None:
        events.append(event)
        if event.what == "replied" and event.details.get("sent", True):
            exchange.timeout = 10_000

    exchange = moved(host.attached(on_event=received), url)
    exchange.milliseconds = Ticking()
    for name, value in settings.items():
        setattr(exchange, name, value)
    return exchange


def sent(events: list[Event]) -> list[bool | None]:
    """Whether each request left, None where it was answered."""
    return [event.details.get("sent") for event in events if event.what == "replied"]


def methods(events: list[Event]) -> list[str]:
    return [event.details["method"] for event in events if event.what == "sent"]


def saying(data: bytes) -> Callable[[Peer], None]:
    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(data)

    return serve


def tunnel_resets(peer: Peer) -> None:
    peer.listen()
    peer.say(GRANTED)
    peer.wait()
    peer.reset()


def wrong_certificate_in_the_tunnel(peer: Peer) -> None:
    peer.listen()
    peer.say(GRANTED)
    peer.encrypt(self_signed())


NEVER_SENT: dict[str, Any] = {
    "refused": ("http://{}", {}, closed_port),
    "proxy refused": (ELSEWHERE, {"httpProxy": "http://{}"}, closed_port),
    "nobody accepts at the proxy": (
        ELSEWHERE,
        {"timeout": 50, "httpProxy": "http://{}"},
        full_backlog,
    ),
    "tunnel refused": (HTTPS, {"httpsProxy": "http://{}"}, closed_port),
    "CONNECT 407": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(saying(http("", "407 Proxy Authentication Required"))),
    ),
    "CONNECT 502": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(saying(http("", "502 Bad Gateway"))),
    ),
    "dies on CONNECT": (HTTPS, {"httpsProxy": "http://{}"}, lambda: serving(saying(b""))),
    "half an answer to CONNECT": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(saying(GRANTED[:14])),
    ),
    "dies when the tunnel stands": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(saying(GRANTED)),
    ),
    "resets when the tunnel stands": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(tunnel_resets),
    ),
    "wrong certificate in the tunnel": (
        HTTPS,
        {"httpsProxy": "http://{}"},
        lambda: serving(wrong_certificate_in_the_tunnel),
    ),
}


@pytest.mark.parametrize("failure", NEVER_SENT)
def test_what_failed_before_the_request_was_never_sent(host: Host, failure: str) -> None:
    """Not a byte of it left: the cancel is tried again, nothing is asked, and it is known."""
    url, settings, server = NEVER_SENT[failure]
    events: list[Event] = []
    with server() as there:
        named = {k: v.format(there) if k != "timeout" else v for k, v in settings.items()}
        exchange = exchange_at(host, events, url.format(there), **named)
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)
    assert {False} == {*sent(events)}
    assert {"DELETE"} == {*methods(events)}
    assert len(sent(events)) > 2


def say(data: bytes) -> Callable[[Peer], str]:
    """Send this and close the connection."""

    def then(peer: Peer) -> str:
        peer.say(data)
        return "closed"

    return then


def reset(peer: Peer) -> str:
    peer.reset()
    return "reset"


def silent(peer: Peer) -> str:
    with contextlib.suppress(ConnectionError):
        peer.listen()  # until the client closes
    return "hung up"


SENT: dict[str, Callable[[Peer], str]] = {
    "no answer in time": silent,
    "reset": reset,
    "not a byte": say(b""),
    "half the headers": say(HEAD[:60]),
    "half the body": say(ANSWER[:-20]),
    "no HTTP": say(b"\x00\x01\x02\r\n\r\n"),
}
"""Some of what tests/transports shows to be no answer."""


def late(failure: str) -> dict[str, Any]:
    """The settings for a failure that is one of time."""
    return {"timeout": 400} if failure.endswith("in time") else {}


@pytest.mark.parametrize("failure", SENT)
def test_what_failed_after_the_request_is_asked_about(host: Host, failure: str) -> None:
    """It may have been executed: a query comes before anything else, and here it shows it."""
    events: list[Event] = []
    with RawServer(answering(SENT[failure])) as server:
        exchange = exchange_at(host, events, server.url, **late(failure))
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert "Dq" == server.asked
    assert False not in sent(events)
    assert "AMBIGUOUS" == next(e.details["kind"] for e in events if e.what == "classified")


@pytest.mark.parametrize("failure", ["no answer in time", "reset"])
def test_what_was_not_executed_is_sent_again(host: Host, failure: str) -> None:
    """The query finds the order open: another cancel, with a signature of its own."""
    events: list[Event] = []
    with RawServer(answering(SENT[failure], *[kept(OPEN)] * 4)) as server:
        exchange = exchange_at(host, events, server.url, **late(failure))
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert "DqqqqD" == server.asked
    assert 6 == len(signatures(server.received))


@pytest.mark.parametrize("failure", ["not a byte", "reset", "no answer in time"])
def test_what_failed_in_a_tunnel_is_asked_about(host: Host, failure: str) -> None:
    """The tunnel stood and the request went through it: it may have been executed."""
    events: list[Event] = []
    requests = answering(SENT[failure])

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(GRANTED)
        peer.encrypt(self_signed())
        requests(peer)

    with RawServer(serve) as server:
        settings = {"verify": False, "httpsProxy": server.url, **late(failure)}
        exchange = exchange_at(host, events, HTTPS, **settings)
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert "Dq" == server.asked
    # a tunnel that was not open in time carried nothing
    assert [True, None] == [known for known in sent(events) if known is not False]


@pytest.mark.parametrize("failure", ["not a byte", "reset", "no answer in time"])
def test_what_failed_at_a_forwarding_proxy_is_asked_about(host: Host, failure: str) -> None:
    """A proxy that had the request may have passed it on."""
    events: list[Event] = []
    with RawServer(answering(SENT[failure])) as server:
        exchange = exchange_at(host, events, ELSEWHERE, httpProxy=server.url, **late(failure))
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert "Dq" == server.asked
    assert [True, None] == sent(events)


@pytest.mark.parametrize("seen", ["the client saw it close", "nobody has looked"])
def test_a_kept_connection_that_was_closed_before_our_bytes_costs_nothing(
    host: Host, seen: str
) -> None:
    """The server closed it between two cancels: the second one comes once, on a new connection."""
    closed, events = threading.Event(), list[Event]()

    def serve(peer: Peer) -> None:
        while True:
            request = peer.listen()
            peer.say(kept(OPEN if request.startswith("GET") else CANCELED))
            if len(server.received) == 1:
                peer.close()
                closed.set()
                return

    with RawServer(serve) as server:
        exchange = exchange_at(host, events, server.url)
        host.cancel(exchange, "7", SYMBOL)

        async def later() -> Any:
            assert closed.wait(PATIENCE)  # the loop is blocked: it does not read the socket
            return await exchange.cancel_order("7", SYMBOL)

        if host.is_sync or seen == "the client saw it close":
            assert closed.wait(PATIENCE)
            order = host.cancel(exchange, "7", SYMBOL)
        else:
            order = host.run(later())

    assert "canceled" == order["outcome"]
    assert server.asked in ("DD", "DqD")
    assert len(server.received) == len(signatures(server.received))


def test_a_kept_connection_that_dies_over_a_cancel_is_not_believed(
    host: Host, sim: Simulator
) -> None:
    """Executed, and the connection closed: nothing is sent again, and the query shows it."""
    trader = Trader(host, sim)
    orders = [trader.place() for _ in range(2)]
    trader.cancel(orders[0])
    sim.faults.play("drop_after", on="DELETE")
    order = trader.cancel(orders[1])

    assert "canceled" == order["outcome"]
    assert "DDq" == trader.asked


def signatures(lines: list[str]) -> set[str]:
    return {
        match[1] for line in lines for match in [re.search(r"signature=([^& ]+)", line)] if match
    }


@pytest.mark.parametrize("failure", ["not a byte", "reset", "half the headers"])
def test_no_bytes_are_ever_sent_twice(host: Host, failure: str) -> None:
    """Over kept-alive lines that die over every second request: each query has its signature.

    aiohttp and urllib3 both have a retry of their own for ``DELETE`` and ``GET``.
    """
    dies = SENT[failure]
    with RawServer(answering(*(dies if i % 2 else kept(OPEN) for i in range(30)))) as server:
        exchange = exchange_at(host, [], server.url)
        for _ in range(8):
            with contextlib.suppress(ccxt.BaseError):
                host.cancel(exchange, "7", SYMBOL, {"confirm": False})

    assert len(server.received) > 10
    assert len(server.received) == len(set(server.received)) == len(signatures(server.received))


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "reset_before", "reset_body"])
def test_no_query_is_seen_twice_by_the_exchange(host: Host, sim: Simulator, fault: str) -> None:
    """Every request that reaches the simulator has a query and a signature that none had before."""
    trader = Trader(host, sim)
    for _ in range(4):
        sim.faults.play(None, fault, fault, None)
        trader.tried(trader.place())
        trader.tried(trader.place())

    queries = [request.query for request in sim.requests]
    assert len(queries) > 8
    assert len(queries) == len(set(queries)) == len(signatures(queries))
