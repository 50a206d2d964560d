"""What is shown of a client before it is measured: that its request is right, and whom it trusts.

``accepted`` cancels an order at `adapter.simulator`, which checks key, signature, time and order
id. ``verifies`` cancels at a server whose certificate nobody vouches for.
"""

from __future__ import annotations

import inspect
from typing import Any

from bench.target import Client, Target, check
from bench.timing import Prepare

Shown = dict[str, Any]


async def accepted(prepare: Prepare, target: Target, *, order: int) -> Shown:
    """Whether the server takes the client's own request; raises what the client raises."""
    client: Client = await _done(prepare(target))
    try:
        check(await _done(client.cancel(order)), order)
    finally:
        await _done(client.close())
    return {"accepted": True}


async def verifies(prepare: Prepare, target: Target, *, order: int) -> Shown:
    """Whether the client refuses a server that differs by its certificate alone."""
    try:
        await accepted(prepare, target, order=order)
    except Exception as e:
        return {"verifies": True, "by": type(e).__name__}
    return {"verifies": False}


async def _done(result: Any) -> Any:
    """The result of a call, sync or async."""
    return await result if inspect.isawaitable(result) else result
