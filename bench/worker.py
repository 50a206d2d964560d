"""The process of one client: reads a command as a line of JSON, executes it, writes a line.

``python -m bench.worker on_ccxt:plain_sync 0`` takes the function in ``bench/peers`` and the core
to run on (-1 is any). A line that it reads is ``{"task": "series", "target": {…}, "count": 100}``;
the tasks are in `bench.timing`. It writes what was measured, or ``unavailable`` or ``failed`` with
the reason.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from typing import Any

from bench.target import Target, UnavailableError, pin, trust
from bench.timing import TASKS

Json = dict[str, Any]


async def result(function: str, *, task: str, target: Json, **arguments: Any) -> Json:
    """What one task measured, or why it could not: one client does not end the run of others."""
    module, _, name = function.partition(":")
    try:
        connect = getattr(importlib.import_module(f"bench.peers.{module}"), name)
        return await TASKS[task](connect, Target(**target), **arguments)
    except UnavailableError as e:
        return {"unavailable": str(e)}
    except Exception as e:
        return {"failed": f"{type(e).__name__}: {e}"[:300]}


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints goes to the standard error
    function, core = sys.argv[1:]
    pin(int(core))
    trust(os.environ["SSL_CERT_FILE"])
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            measured = runner.run(result(function, **json.loads(line)))
            print(json.dumps(measured), file=output, flush=True)
