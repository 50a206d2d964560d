"""The pauses of a server, on an event loop of the test's own."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from adapter.simulator import FAULTS, Connection, Hit
from adapter.simulator.delays import Delays
from adapter.simulator.respond import respond


async def under_way(delays: Delays, *tasks: asyncio.Task[Any]) -> None:
    """Return once each of the tasks waits."""
    while len(delays._wakers) < len(tasks):
        await asyncio.sleep(0)


async def test_a_hurried_pause_ends() -> None:
    """From another thread, ``hurry`` ends the pauses of requests and waits for these."""
    delays = Delays()

    async def request() -> str:
        with delays.request():
            await delays.pause(600)
            return "done"

    task = asyncio.create_task(request())
    await under_way(delays, task)
    await asyncio.to_thread(delays.hurry)

    assert await task == "done"


async def test_hurry_waits_for_nothing_else() -> None:
    """Without requests in progress there is nothing to wait for."""
    await asyncio.to_thread(Delays().hurry)


async def test_a_later_act_outlives_its_caller() -> None:
    """The act happens although the one who asked for it was cancelled."""
    delays, acts = Delays(), list[int]()
    task = asyncio.create_task(delays.later(600, lambda: acts.append(1)))
    await under_way(delays, task)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    await asyncio.to_thread(delays.hurry)

    assert acts == [1]


async def test_stopping() -> None:
    """Pauses and acts to come are given up at once, and so are those that begin afterwards."""
    delays, acts = Delays(), list[int]()
    task = asyncio.create_task(delays.later(600, lambda: acts.append(1)))
    await under_way(delays, task)
    delays.stop()
    late = asyncio.create_task(delays.pause(600))
    await asyncio.wait([task, late])

    assert task.cancelled()
    assert late.cancelled()
    assert acts == []


@pytest.mark.parametrize("connection", [Connection.CLOSED, Connection.RESET])
async def test_a_connection_that_is_gone_already(connection: Connection) -> None:
    """A client that was faster than the fault is no error."""
    http: Any = SimpleNamespace(transport=None)
    became = Hit(fault=FAULTS["none"], done=None, reply=None, connection=connection)

    assert (await respond(http, became, Delays(), "0ms")).prepared is False
