"""Who is measured: a file in ``bench/peers`` for each, and what it needs."""

from __future__ import annotations

import attrs


@attrs.frozen
class Client:
    """One library in one colour."""

    name: str
    module: str
    """In ``bench/peers``."""
    distributions: tuple[str, ...]
    """Those whose versions matter."""
    needs: tuple[str, ...] = ()
    """What its environment is made with; without any it runs in this one."""
    ours: bool = False
    is_async: bool = False


CCXT_SYNC = Client("ccxt, sync", "ccxt_sync", ("ccxt", "requests", "urllib3"))
REQUESTS = Client("adapter, requests", "adapter_requests", ("ccxt-adapter", "ccxt"), ours=True)
FAST = Client("adapter, fast", "adapter_fast", ("ccxt-adapter", "ccxt", "httptools"), ours=True)
CCXT_ASYNC = Client("ccxt, async", "ccxt_async", ("ccxt", "aiohttp"), is_async=True)
ADAPTER_ASYNC = Client(
    "adapter, async", "adapter_async", ("ccxt-adapter", "ccxt", "aiohttp"), ours=True, is_async=True
)
PYTHON_BINANCE = Client(
    "python-binance, sync", "python_binance_sync", ("python-binance",), ("python-binance",)
)
PYTHON_BINANCE_ASYNC = Client(
    "python-binance, async",
    "python_binance_async",
    ("python-binance",),
    ("python-binance",),
    is_async=True,
)
SDK = Client(
    "Binance's SDK",
    "binance_sdk",
    ("binance-sdk-derivatives-trading-usds-futures",),
    ("binance-sdk-derivatives-trading-usds-futures",),
)
CONNECTOR = Client(
    "binance-futures-connector",
    "futures_connector",
    ("binance-futures-connector",),
    ("binance-futures-connector",),
)
UNICORN = Client(
    "unicorn-binance-rest-api",
    "unicorn",
    ("unicorn-binance-rest-api",),
    ("unicorn-binance-rest-api",),
)
PYBOTTERS = Client("pybotters", "pybotters_async", ("pybotters",), ("pybotters",), is_async=True)
NAUTILUS = Client(
    "nautilus_trader", "nautilus", ("nautilus_trader",), ("nautilus_trader",), is_async=True
)
FLOOR = Client("raw socket", "floor_sync", ())
FLOOR_ASYNC = Client("asyncio streams", "floor_async", (), is_async=True)

SYNC = (CCXT_SYNC, REQUESTS, FAST, PYTHON_BINANCE, SDK, CONNECTOR, UNICORN, FLOOR)
ASYNC = (CCXT_ASYNC, ADAPTER_ASYNC, PYTHON_BINANCE_ASYNC, PYBOTTERS, NAUTILUS, FLOOR_ASYNC)
EVERYBODY = (*SYNC, *ASYNC)
