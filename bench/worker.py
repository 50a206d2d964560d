"""The process that one client runs in: reads a line of JSON, does what it says, writes a line.

``python -m bench.worker ccxt_sync 0 ccxt`` takes the file in ``bench/peers``, the core to stay on
(-1 is any) and the distributions whose versions it tells first. A line that it reads is
``{"do": "series", "target": {…}, "count": 100}``; the deeds are in `DEEDS`. It writes what was
measured, or ``unavailable`` or ``failed`` with the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.metadata
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

from bench import proof, timing, trust
from bench.pinning import stay_on
from bench.target import Target, UnavailableError
from bench.timing import Prepare

Line = dict[str, Any]

DEEDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "series": (timing.series, timing.async_series),
    "burst": (timing.burst, timing.burst),
    "behind_queue": (timing.behind_queue, timing.behind_queue),
    "accepted": (proof.accepted, proof.accepted),
    "verifies": (proof.verifies, proof.verifies),
}
"""What can be done with a client, sync and async."""
REASON = 300
"""Characters of a reason that are passed on."""


def own_output() -> TextIO:
    """The standard output, for us alone: what a library prints goes to the standard error."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


def reason(error: Exception) -> Line:
    """An error as a line: a client that fails must not end the run of the others."""
    if isinstance(error, UnavailableError):
        return {"unavailable": str(error)}
    return {"failed": f"{type(error).__name__}: {error}"[:REASON]}


def done(prepare: Prepare, runner: asyncio.Runner, line: Line) -> Line:
    """What came of one line."""
    words = {key: value for key, value in line.items() if key not in ("do", "target")}
    is_async = inspect.iscoroutinefunction(prepare)
    try:
        result = DEEDS[line["do"]][is_async](prepare, Target(**line["target"]), **words)
        found: Line = runner.run(result) if inspect.iscoroutine(result) else result
    except Exception as e:
        return reason(e)
    return found


def versions(distributions: Iterable[str]) -> Line:
    """Of those that are installed."""
    found = {}
    for name in distributions:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def answers(module: str, distributions: list[str], source: TextIO) -> Iterator[Line]:
    """The versions, or why there is no client; then an answer to each line that is read."""
    try:
        prepare = importlib.import_module(f"bench.peers.{module}").prepare
        yield {"versions": versions(distributions)}
    except Exception as e:
        yield reason(e)
        return
    with asyncio.Runner() as runner:
        for line in source:
            yield done(prepare, runner, json.loads(line))


def main() -> None:
    """Serve the lines on the standard input, until it ends."""
    output = own_output()
    module, core, *distributions = sys.argv[1:]
    stay_on(int(core))
    trust.by_default(os.environ["SSL_CERT_FILE"])
    for answer in answers(module, distributions, sys.stdin):
        print(json.dumps(answer), file=output, flush=True)


if __name__ == "__main__":
    main()
