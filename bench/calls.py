"""How many Python functions of the adapter one cancel calls, and how deeply they are nested.

``python -m bench.calls`` cancels an order of ``ccxt.binanceusdm`` at the simulator, with no markets
loaded and no listener, after one cancel that is not counted. The counts are the same on every
machine, which times are not.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

import attrs
import ccxt

import adapter
from adapter.simulator import Simulator

PACKAGE = str(Path(adapter.__file__).parent) + "/"


@attrs.define
class Profile:
    """Counts the calls of functions in ``adapter/``, on the thread that it is set for."""

    calls: int = 0
    max_depth: int = 0
    _depth: int = 0

    def handle(self, frame: FrameType, event: str, _: object) -> None:
        """Take an event of ``sys.setprofile``; to resume a generator is a call as well."""
        code, is_call = frame.f_code, event == "call"
        if not (is_call or event == "return") or not code.co_filename.startswith(PACKAGE):
            return
        if code.co_name == "check_signals":  # libcurl calls it as it waits
            return
        self.calls += is_call
        self._depth += 1 if is_call else -1
        self.max_depth = max(self.max_depth, self._depth)


def profile_cancel() -> Profile:
    profile = Profile()
    with Simulator() as simulator:
        exchange = adapter.attach(simulator.connect(ccxt.binanceusdm()))
        first, second = (str(simulator.place("usdm", "BTCUSDT").order_id) for _ in range(2))
        with closing(exchange.session):
            exchange.cancel_order(first, "BTC/USDT:USDT")
            sys.setprofile(profile.handle)
            try:
                exchange.cancel_order(second, "BTC/USDT:USDT")
            finally:
                sys.setprofile(None)
    return profile


if __name__ == "__main__":
    profile = profile_cancel()
    print(f"calls of adapter functions: {profile.calls}")
    print(f"greatest depth of adapter frames: {profile.max_depth}")
