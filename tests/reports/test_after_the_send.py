"""Row 5: whatever comes up after a cancel may have left, the call never ends in that error."""

from __future__ import annotations

import asyncio
import math
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
from altered import altered
from integration.host import Host
from integration.server import PATIENCE

import adapter

from .world import (
    Handler,
    Kind,
    World,
    by_ids,
    canceled,
    causes,
    in_turn,
    kinds,
    lost,
    served,
    settled_or_unknown,
)


class BoomError(Exception):
    """What a user's own code raises."""


def boom(*_: Any, **__: Any) -> Any:
    raise BoomError


def a_second_proxy(world: World) -> None:
    world.caller.httpProxy = "http://127.0.0.1:1"
    world.caller.httpsProxy = "http://127.0.0.1:1"


def an_empty_secret(world: World) -> None:
    world.caller.secret = ""


def a_broken_key(world: World) -> None:
    world.caller.apiKey, world.caller.secret = "a\nb", "-----BEGIN PRIVATE KEY-----"


def no_urls(world: World) -> None:
    world.caller.urls = {**world.caller.urls, "api": {}}


def a_failing_hook(world: World) -> None:
    world.caller.on_rest_response = boom


def a_failing_nonce(world: World) -> None:
    world.caller.nonce = boom


def a_failing_clock(world: World) -> None:
    world.caller.milliseconds = boom


def a_failing_parser(world: World) -> None:
    world.caller.parse_order = boom


def no_throttler(world: World) -> None:
    world.caller.enableRateLimit = True
    world.caller.throttler = None
    world.caller.lastRestRequestTimestamp = None


def options_of_another_type(world: World) -> None:
    world.caller.options = None


CHANGES: dict[str, Callable[[World], None]] = {
    "a second proxy": a_second_proxy,
    "an empty secret": an_empty_secret,
    "a broken key": a_broken_key,
    "no urls": no_urls,
    "on_rest_response raises": a_failing_hook,
    "nonce raises": a_failing_nonce,
    "milliseconds raises": a_failing_clock,
    "parse_order raises": a_failing_parser,
    "no throttler": no_throttler,
    "no options": options_of_another_type,
}
"""What may change at the caller's while the first cancel waits for its answer."""
ANSWERS: dict[str, Handler] = {"answered": served, "lost": in_turn(lost)}
changes = pytest.mark.parametrize("change", CHANGES)


@kinds
@changes
@pytest.mark.parametrize("answer", ["answered", "lost"])
def test_a_change_at_the_callers_denies_no_cancel(
    host: Host, kind: Kind, change: str, answer: str
) -> None:
    """The cancel took effect: settled, or `CancelUnknown`; never the error itself."""
    world = World(host, kind, deletes=served if answer == "answered" else in_turn(lost))
    world.meanwhile = lambda: CHANGES[change](world)
    with world:
        order = world.place()
        result = world.cancel(order)

    assert "CANCELED" == world.book(order)
    settled_or_unknown(world, result, order)


RAISED: dict[str, tuple[Callable[[World], None], type[Exception]]] = {
    "a second proxy": (a_second_proxy, ccxt.InvalidProxySettings),
    "an empty secret": (an_empty_secret, ccxt.AuthenticationError),
    "no urls": (no_urls, ccxt.NotSupported),
    "on_rest_response raises": (a_failing_hook, BoomError),
    "nonce raises": (a_failing_nonce, BoomError),
}


@kinds
@by_ids
@pytest.mark.parametrize("change", RAISED)
def test_what_came_up_is_the_cause(host: Host, kind: Kind, change: str, by_client_id: bool) -> None:
    """The answer is lost, and no query can be made any more: unknown, because of that."""
    happens, error = RAISED[change]
    world = World(host, kind, deletes=in_turn(lost))
    world.meanwhile = lambda: happens(world)
    with world:
        order = world.place()
        result = world.cancel(order, by_client_id=by_client_id)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert any(isinstance(cause, error) for cause in causes(result.__cause__))


@kinds
@pytest.mark.parametrize("answer", ["answered", "lost"])
def test_a_closed_session_denies_no_cancel(host: Host, kind: Kind, answer: str) -> None:
    """``close()`` while the answer is awaited, as at the end of a program."""
    world = World(host, kind, deletes=served if answer == "answered" else in_turn(lost))
    came, over = threading.Event(), threading.Event()

    def close() -> None:
        came.set()
        if host.is_sync:
            world.caller.session.close()
        else:
            assert over.wait(PATIENCE)

    async def closed_while_awaited(*arguments: Any) -> Any:
        task = asyncio.ensure_future(world.pending(*arguments)())
        assert await asyncio.to_thread(came.wait, PATIENCE)
        await world.caller.close()
        over.set()
        return await task

    world.meanwhile = close
    with world:
        order = world.place()
        arguments = world.arguments(order)
        if host.is_sync:
            result = world.call(*arguments)
        else:
            result = host.run(closed_while_awaited(*arguments))

    assert "CANCELED" == world.book(order)
    settled_or_unknown(world, result, order)


ERRORS: dict[str, Exception] = {
    "no memory": MemoryError(),
    "no thread": RuntimeError("can't start new thread"),
}


def failing(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, times: float) -> None:
    """Let the caller's side fail to read an answer so often, from the first one on."""
    left = [times]

    def instead_of(name: str) -> Callable[..., Any]:
        own = getattr(socket.socket, name)

        def read(connected: socket.socket, *arguments: Any) -> Any:
            is_tcp = connected.family == socket.AF_INET
            is_callers = is_tcp and connected.getpeername()[1] == world.server.port
            came = own(connected, *arguments)  # from here on the exchange has got the request
            if is_callers and "D" in world.path and left[0] > 0:
                left[0] -= 1
                raise error
            return came

        return read

    for name in ("recv", "recv_into"):
        monkeypatch.setattr(socket.socket, name, instead_of(name), raising=False)


@pytest.fixture
def over_session(tmp_path: Path) -> dict[str, Any]:
    """Arguments of ``attach`` for requests by Python's own sockets."""
    file = tmp_path / "plugins.toml"
    file.write_text('[defaults]\ntransport = "session"\n')
    return {"plugins": file}


@kinds
@pytest.mark.parametrize("error", ERRORS)
def test_an_answer_that_cannot_be_read_is_looked_into(
    host: Host, kind: Kind, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cancel took effect, and reading its answer fails once: a query shows it."""
    with World(host, kind) as world:
        failing(world, monkeypatch, ERRORS[error], 1)
        order = world.place()
        result = world.cancel(order)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    assert "Dq" == world.path


@kinds
@pytest.mark.parametrize("error", ERRORS)
def test_answers_that_can_never_be_read_leave_it_unknown(
    host: Host, kind: Kind, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the cancel's nor any query's: unknown, because of that."""
    with World(host, kind) as world:
        failing(world, monkeypatch, ERRORS[error], math.inf)
        order = world.place()
        result = world.cancel(order)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert type(ERRORS[error]) in {type(cause) for cause in causes(result.__cause__)}


@kinds
@pytest.mark.parametrize("error", ERRORS)
def test_looks_that_cannot_be_sent_leave_it_unknown(host: Host, kind: Kind, error: str) -> None:
    """The answer is lost, and the transport raises before it sends: unknown, because of that."""
    with World(host, kind, deletes=in_turn(lost)) as world:
        send = world.state.io.send

        def raises(*arguments: Any, **how: Any) -> Any:
            if "D" in world.path:
                raise ERRORS[error]
            return send(*arguments, **how)

        world.state.io.send = raises
        order = world.place()
        result = world.cancel(order)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert ERRORS[error] in causes(result.__cause__)


@kinds
@pytest.mark.parametrize("when", ["from the start", "after the send"])
@pytest.mark.parametrize("transport", ["auto", "session"])
def test_no_thread_for_another_request(
    kind: Kind, when: str, transport: str, over_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system gives none, the caller's own sends: the answer is lost, a query shows it."""
    host, attached = Host("sync"), over_session if transport == "session" else {}
    with World(host, kind, deletes=in_turn(lost), attached=attached) as world:
        order = world.place()
        start, callers = threading.Thread.start, threading.current_thread()

        def refuses(thread: threading.Thread) -> None:
            is_time = when == "from the start" or "D" in world.path
            if threading.current_thread() is callers and is_time:
                raise ERRORS["no thread"]
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", refuses)
        result = world.cancel(order)
    host.close()

    canceled(result, order)
    assert world.path.startswith("D")


@kinds
@pytest.mark.parametrize("answer", ["answered", "lost"])
def test_a_queue_that_raises_denies_no_cancel(
    host: Host, kind: Kind, answer: str, tmp_path: Path
) -> None:
    """Requests wait in ccxt's queue, which fails from the first send on."""
    file = tmp_path / "plugins.toml"
    file.write_text('[defaults]\nthrottle = "wait"\n')
    world = World(
        host,
        kind,
        deletes=served if answer == "answered" else in_turn(lost),
        config={"enableRateLimit": True},
        attached={"plugins": file},
    )

    def fails() -> None:
        world.caller.throttle = boom

    world.meanwhile = fails
    with world:
        order = world.place()
        result = world.cancel(order)

    assert "CANCELED" == world.book(order)
    settled_or_unknown(world, result, order)


def with_venue(world: World, **functions: Any) -> None:
    """Let the plugin's venue do other than it does."""
    state, name = world.state, f"binance.{world.kind.name}"
    changed = []
    for choice in state.config.endpoints:
        venue = altered(choice.endpoint.venue, **functions)
        product = attrs.evolve(choice.endpoint, venue=venue)
        changed.append(attrs.evolve(choice, endpoint=product) if choice.plugin == name else choice)
    state.config.endpoints = tuple(changed)


PLUGIN = ("classify", "parse_order", "parse_server_time", "build_request", "sign", "build_url")
"""The functions of a venue that a call needs after its first send."""


@kinds
@pytest.mark.parametrize("function", PLUGIN)
@pytest.mark.parametrize("answer", ["answered", "lost"])
def test_a_plugin_that_raises_denies_no_cancel(
    host: Host, kind: Kind, function: str, answer: str
) -> None:
    """A plugin's function fails from the first send on: settled, or unknown because of that."""
    world = World(host, kind, deletes=served if answer == "answered" else in_turn(lost))
    with world:
        order = world.place()
        own = getattr(world.state.config.endpoints[0].endpoint.venue, function)

        def fails(*arguments: Any, **named: Any) -> Any:
            return boom() if "D" in world.path else own(*arguments, **named)

        with_venue(world, **{function: fails})
        result = world.cancel(order)

    assert "CANCELED" == world.book(order)
    settled_or_unknown(world, result, order)
    if isinstance(result, adapter.CancelUnknown):
        assert any(isinstance(cause, BoomError) for cause in causes(result.__cause__))


FROM_THE_START: dict[str, tuple[Callable[[World], None], type[Exception]]] = {
    "a second proxy": (a_second_proxy, ccxt.InvalidProxySettings),
    "an empty secret": (an_empty_secret, ccxt.AuthenticationError),
    "no urls": (no_urls, ccxt.NotSupported),
    "nonce raises": (a_failing_nonce, BoomError),
}


@kinds
@pytest.mark.parametrize("change", FROM_THE_START)
def test_what_comes_up_before_the_first_byte_stays_what_it_is(
    host: Host, kind: Kind, change: str
) -> None:
    """That very error, and nothing is sent: the order is as it was."""
    happens, error = FROM_THE_START[change]
    with World(host, kind) as world:
        order = world.place()
        happens(world)
        result = world.cancel(order)

    assert isinstance(result, error), repr(result)
    assert not isinstance(result, adapter.CancelUnknown)
    assert "" == world.path
    assert "NEW" == world.book(order)
