"""A system without memory or threads: a cancel that may have left never ends in that error."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.host import Host

import adapter

from .answers import in_turn, lost
from .checks import canceled, causes
from .world import Kind, World, kinds

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
    known = {type(ERRORS[error]), TimeoutError}  # a loaded machine may be late with the last one
    assert known & {type(cause) for cause in causes(result.__cause__)}


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
