"""Row 5: a caller may leave while a cancel is in progress, and the events report it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from integration.host import Host
from integration.server import PATIENCE

from .answers import closed, in_turn
from .world import Kind, World, by_ids, kinds


@pytest.fixture
def sync() -> Iterator[Host]:
    host = Host("sync")
    yield host
    host.close()


@pytest.fixture
def async_host() -> Iterator[Host]:
    host = Host("async")
    yield host
    host.close()


def interrupted(world: World, order: Any, *, by_client_id: bool) -> None:
    """Assert that one event reports that a cancel of this order was in progress."""
    [event] = [event for event in world.events if event.what == "interrupted"]
    assert world.kind.symbol == event.market_id
    if by_client_id:
        assert order.client_order_id == event.client_order_id
    else:
        assert str(order.order_id) == event.order_id
    assert f"binance.{world.kind.name}" == event.plugin
    assert {event.call} == {other.call for other in world.events}
    assert event.details.get("sent", True) is True


@kinds
@by_ids
def test_a_cancelled_task_is_cancelled(async_host: Host, kind: Kind, by_client_id: bool) -> None:
    """``task.cancel()`` while the answer is awaited: ``CancelledError``, and the event."""
    came, left = threading.Event(), threading.Event()
    world = World(async_host, kind)

    def wait() -> None:
        came.set()
        left.wait(PATIENCE)

    async def cancelled(*arguments: Any) -> None:
        task = asyncio.ensure_future(world.caller.cancel_order(*arguments))
        assert await asyncio.to_thread(came.wait, PATIENCE)
        task.cancel()
        await task

    world.meanwhile = wait
    with world:
        order = world.place()
        try:
            with pytest.raises(asyncio.CancelledError):
                async_host.run(cancelled(*world.arguments(order, by_client_id=by_client_id)))
        finally:
            left.set()

    assert "D" == world.path
    interrupted(world, order, by_client_id=by_client_id)


@kinds
@by_ids
def test_a_task_that_is_cancelled_in_a_pause_is_cancelled(
    async_host: Host, kind: Kind, by_client_id: bool
) -> None:
    """The answer was lost, and the call waits before it goes on."""
    world = World(async_host, kind, deletes=in_turn(then=closed))

    async def cancelled(*arguments: Any) -> None:
        task = asyncio.ensure_future(world.caller.cancel_order(*arguments))

        async def leaves(_: float) -> None:
            task.cancel()
            await asyncio.sleep(0)

        world.state.io.sleep = leaves
        await task

    with world:
        order = world.place()
        with pytest.raises(asyncio.CancelledError):
            async_host.run(cancelled(*world.arguments(order, by_client_id=by_client_id)))

    interrupted(world, order, by_client_id=by_client_id)


@kinds
@by_ids
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_a_keyboard_interrupt_is_one(
    sync: Host, kind: Kind, by_client_id: bool, error: type[BaseException]
) -> None:
    """It comes while the answer is awaited, and passes through, and the event reports it."""
    with World(sync, kind) as world:
        order, send = world.place(), world.state.io.send

        def raises(*arguments: Any, **how: Any) -> Any:
            send(*arguments, **how)
            raise error

        world.state.io.send = raises
        with pytest.raises(error):
            world.call(*world.arguments(order, by_client_id=by_client_id))

    assert "D" == world.path
    interrupted(world, order, by_client_id=by_client_id)


@kinds
def test_a_keyboard_interrupt_in_a_pause_is_one(sync: Host, kind: Kind) -> None:
    """The answer was lost, and the call waits before it goes on."""

    def raises(_: float) -> None:
        raise KeyboardInterrupt

    with World(sync, kind, deletes=in_turn(then=closed)) as world:
        order = world.place()
        world.state.io.sleep = raises
        with pytest.raises(KeyboardInterrupt):
            world.call(*world.arguments(order))

    interrupted(world, order, by_client_id=False)


@kinds
def test_a_keyboard_interrupt_before_the_first_byte_reports_nothing_in_progress(
    sync: Host, kind: Kind
) -> None:
    """Nothing has left, so no event reports that a cancel was in progress."""

    def raises() -> int:
        raise KeyboardInterrupt

    with World(sync, kind) as world:
        order = world.place()
        world.caller.nonce = raises
        with pytest.raises(KeyboardInterrupt):
            world.call(*world.arguments(order))

    assert "" == world.path
    events = [event for event in world.events if event.what == "interrupted"]
    assert all(event.details.get("sent") is False for event in events)
