"""Which clients are measured, and what each needs."""

from __future__ import annotations

import attrs


@attrs.frozen
class Client:
    """One library, sync or async."""

    name: str
    function: str
    """In ``bench/peers``: module and name."""
    needs: str = ""
    """The distribution in its own environment; without any it runs in this one."""


CCXT_SYNC = Client("ccxt, sync", "on_ccxt:plain_sync")
CCXT_ASYNC = Client("ccxt, async", "on_ccxt:plain_async")
FAST_SYNC = Client("adapter (fast), sync", "on_ccxt:fast_sync")
FAST_ASYNC = Client("adapter (fast), async", "on_ccxt:fast_async")
SDK = "binance-sdk-derivatives-trading-usds-futures"
OTHERS_ASYNC = (
    Client("python-binance, async", "others:python_binance_async", "python-binance"),
    Client("pybotters", "others:pybotters", "pybotters"),
    Client("nautilus_trader", "others:nautilus", "nautilus_trader"),
)
OTHERS = (
    Client("python-binance, sync", "others:python_binance", "python-binance"),
    Client("Binance's SDK", "others:binance_sdk", SDK),
    Client("binance-futures-connector", "others:futures_connector", "binance-futures-connector"),
    Client("unicorn-binance-rest-api", "others:unicorn", "unicorn-binance-rest-api"),
    *OTHERS_ASYNC,
)

SYNC = (CCXT_SYNC, FAST_SYNC, Client("adapter, sync", "on_ccxt:session_sync"))
ASYNC = (CCXT_ASYNC, FAST_ASYNC, Client("adapter, async", "on_ccxt:session_async"))
ALL = (*SYNC, *ASYNC, *OTHERS)
