"""libcurl looks names up in threads of its own: one that hangs holds nothing up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pycurl")

HANGS = """
#include <unistd.h>
int getaddrinfo(void) { sleep(600); return -1; }
"""
SCRIPT = """
import asyncio, threading
import ccxt, ccxt.async_support
from adapter.contract.messages import SignedRequest
from adapter.transports import curl, curl_async
from adapter.transports.transport import AsyncTransport, Transport

signed = SignedRequest(method="DELETE", url="http://exchange.example/order", headers={})
SECONDS, PATIENT = 0.4, 60.0


def show(reply, patient_one_waits):
    assert not reply.may_have_been_sent
    print(reply.reason, patient_one_waits)


def sync():
    patient = ccxt.binance(), signed, PATIENT
    send = Transport(None, curl.Sender()).send
    waiting = threading.Thread(target=send, args=patient, daemon=True)
    waiting.start()
    exchange, transport = ccxt.binance(), Transport(None, curl.Sender())
    for _ in range(2):
        show(transport.send(exchange, signed, SECONDS), waiting.is_alive())
    exchange.close()


async def in_loop():
    exchange, transport = ccxt.async_support.binance(), AsyncTransport(None, curl_async.Sender())
    task = asyncio.ensure_future(transport.send(exchange, signed, PATIENT))
    for _ in range(2):
        show(await transport.send(exchange, signed, SECONDS), not task.done())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    in_progress = asyncio.ensure_future(transport.send(exchange, signed, PATIENT))
    await asyncio.sleep(SECONDS)
    exchange.timeout_on_exit = 0
    await exchange.close()
    in_progress.cancel()
    await asyncio.gather(in_progress, return_exceptions=True)
    print(task.cancelled(), in_progress.cancelled())


sync()
asyncio.run(in_loop())
"""


@pytest.fixture
def hanging(tmp_path: Path) -> dict[str, str]:
    """An environment in which the system's resolver never answers."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("it takes a C compiler and a linker that preloads")
    source, library = tmp_path / "hangs.c", tmp_path / "hangs.so"
    source.write_text(HANGS)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)  # noqa: S603
    return {**os.environ, "LD_PRELOAD": str(library)}


@pytest.mark.long
def test_a_name_server_that_hangs_holds_nothing_up(hanging: dict[str, str]) -> None:
    """Each request ends by its time and was not sent; so do ``close()`` and the process.

    By its time: while another request, which was made before and has more time, still waits.
    """
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", SCRIPT],
        env=hanging,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "" == ended.stderr
    in_time = ["libcurl 28: Timeout was reached True"] * 4
    assert [*in_time, "True True"] == ended.stdout.splitlines()
