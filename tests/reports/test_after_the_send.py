"""Row 5: whatever comes up after a cancel may have left, the call never ends in that error."""

from __future__ import annotations

import asyncio
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

from .answers import Handler, in_turn, lost, served
from .checks import causes, settled_or_unknown
from .world import Kind, World, kinds


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
@pytest.mark.parametrize("change", RAISED)
def test_what_came_up_is_the_cause(host: Host, kind: Kind, change: str) -> None:
    """The answer is lost, and no query can be made any more: unknown, because of that."""
    happens, error = RAISED[change]
    world = World(host, kind, deletes=in_turn(lost))
    world.meanwhile = lambda: happens(world)
    with world:
        order = world.place()
        result = world.cancel(order)

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
