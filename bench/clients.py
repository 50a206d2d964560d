"""Which clients are measured, and what each needs."""

from __future__ import annotations

import attrs


@attrs.frozen
class Client:
    """One library, sync or async."""

    name: str
    function: str
    """In ``bench/peers``: module and name."""
    distributions: tuple[str, ...]
    """Those whose versions are reported."""
    needs: str = ""
    """What is installed in its own environment; without any it runs in this one."""


def _other(name: str, function: str, distribution: str) -> Client:
    return Client(name, f"others:{function}", (distribution,), distribution)


CCXT_SYNC = Client("ccxt, sync", "on_ccxt:plain_sync", ("ccxt", "requests", "urllib3"))
REQUESTS = Client("adapter, requests", "on_ccxt:adapter_requests", ("ccxt-adapter", "ccxt"))
FAST = Client("adapter, fast", "on_ccxt:adapter_fast", ("ccxt-adapter", "ccxt", "pycurl"))
RAW = Client("raw socket", "raw_socket:raw_socket", ())
CCXT_ASYNC = Client("ccxt, async", "on_ccxt:plain_async", ("ccxt", "aiohttp"))
ADAPTER_ASYNC = Client(
    "adapter, async", "on_ccxt:adapter_async", ("ccxt-adapter", "ccxt", "aiohttp")
)
SDK = "binance-sdk-derivatives-trading-usds-futures"
OTHERS_SYNC = (
    _other("python-binance, sync", "python_binance", "python-binance"),
    _other("Binance's SDK", "binance_sdk", SDK),
    _other("binance-futures-connector", "futures_connector", "binance-futures-connector"),
    _other("unicorn-binance-rest-api", "unicorn", "unicorn-binance-rest-api"),
)
OTHERS_ASYNC = (
    _other("python-binance, async", "python_binance_async", "python-binance"),
    _other("pybotters", "pybotters", "pybotters"),
    _other("nautilus_trader", "nautilus", "nautilus_trader"),
)

SYNC = (CCXT_SYNC, REQUESTS, FAST, *OTHERS_SYNC, RAW)
ASYNC = (
    CCXT_ASYNC,
    ADAPTER_ASYNC,
    *OTHERS_ASYNC,
    Client("asyncio streams", "raw_socket:asyncio_streams", ()),
)
ALL = (*SYNC, *ASYNC)
