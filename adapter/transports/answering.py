"""Reads an answer of the usual shape off a connection of aiohttp's; any other is left to aiohttp.

For one request a protocol of ours stands where aiohttp's own did. It keeps what comes, and gives it
over piece by piece, with all that follows, as soon as that is not the usual.
"""

from __future__ import annotations

import asyncio
from typing import Any

import attrs

from adapter.transports.host import Answer
from adapter.transports.usual import CHUNK, Head

LOOPS = ("asyncio.", "uvloop.")
"""Whose transports let one protocol take the place of another between any two of its calls."""


@attrs.define(eq=False)
class Answering(asyncio.Protocol):
    """Stands in for a connection's own protocol, until the answer is whole or not the usual.

    The own one hears of all but the bytes, as if it had never been away.
    """

    own: Any
    transport: Any
    over: asyncio.Future[Head | None]
    """The head of the answer, which is whole; None where it is left to the own protocol."""
    head: Head | None = None
    came: list[bytes] = attrs.field(factory=list)
    missing: int = 0
    """How many bytes of the answer have yet to come."""

    def data_received(self, data: bytes) -> None:
        """Keep it. A head that is not whole in the first piece is not the usual."""
        self.came.append(data)
        if self.head is None:
            self.head = Head.of(data[:CHUNK])
            self.missing = self.head.end if self.head else 0
        self.missing -= len(data)
        if self.missing == 0:
            self._step_back(self.head)
        elif self.missing < 0:
            self._give_over()

    def eof_received(self) -> bool | None:
        """The other side has said all; what it means comes with the end of the connection."""
        keep: bool | None = self.own.eof_received()
        return keep

    def connection_lost(self, exc: BaseException | None) -> None:
        """There is no connection any more."""
        self._give_over()
        # not yet: aiohttp tells the cause only to a reader that waits, as ours soon does
        self.over.get_loop().call_soon(self.own.connection_lost, exc)

    def pause_writing(self) -> None:
        """The other side is slow to listen."""
        self.own.pause_writing()

    def resume_writing(self) -> None:
        """The other side has caught up."""
        self.own.resume_writing()

    def _give_over(self) -> None:
        """Let the own protocol read what came, and what will."""
        self._step_back(None)
        self.own.set_response_params(read_until_eof=True)
        for data in self.came:
            self.own.data_received(data)
        if self.head and self.missing < 0:  # a part of what nobody asked for would go unnoticed
            self.own.force_close()

    def _step_back(self, head: Head | None) -> None:
        self.transport.set_protocol(self.own)
        if not self.over.done():  # whoever waited may have left
            self.over.set_result(head)


def can_be_stood_in_for(own: Any) -> bool:
    """Whether the transport is of a known kind, and nobody else has put a protocol on it."""
    transport = own.transport
    known = type(transport).__module__.startswith(LOOPS)
    return known and transport.get_protocol() is own


async def answered(own: Any, request: bytes) -> Answer | None:
    """Send a request; None where the connection's ``own`` protocol reads the answer.

    After any error the connection has to be closed, and nothing else: until then its ``own``
    protocol is stood in for.
    """
    transport = own.transport
    answering = Answering(own, transport, asyncio.get_running_loop().create_future())
    transport.set_protocol(answering)
    transport.write(request)
    head = await answering.over
    return None if head is None else head.answer(b"".join(answering.came))
