"""A bot and a plugin with types: what a type checker makes of the names that others build on.

test_typed.py gives it to mypy and to pyright; nothing in here is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, assert_type

import ccxt  # type: ignore[import-untyped, unused-ignore]  # ccxt ships no types

import adapter
from adapter import CancelUnknown, Event, OrderGone, Plugin, PluginError, RateLimited, Route
from adapter.contract.endpoint import CancelEndpoint, Endpoint
from adapter.contract.messages import PORTFOLIO_MARGIN, CancelRequest
from adapter.contract.venue import Venue
from adapter.simulator import Order, Simulator
from adapter.testing import Answer, PluginSuite, Replay
from adapter.venues.binance import BINANCE


class Exchange(Protocol):
    """A bot's own idea of an exchange object, which comes back as it went in."""

    async def cancel_order(self, id: str, symbol: str) -> dict[str, Any]:
        """What the adapter is attached to it."""
        ...


def attached(exchange: Exchange) -> Exchange:
    """The exchange object with the adapter, and without."""
    assert_type(adapter.attach(exchange, account="portfolio-margin"), Exchange)
    assert_type(adapter.attach(exchange, plugins="plugins.toml", on_event=on_event), Exchange)
    return assert_type(adapter.detach(exchange), Exchange)


def of_ccxts_own_class() -> str:
    """Where ccxt's types are read, its order has no ``outcome``: a plain dict has."""
    exchange = adapter.attach(ccxt.binance({"options": {"adapter": {"deadline": 5.0}}}))
    order: dict[str, Any] = dict(exchange.cancel_order("1", "BTC/USDT:USDT"))
    return str(order["outcome"])


def on_event(event: Event) -> None:
    """What a hook may read."""
    assert_type(event.call, int)
    assert_type(event.what, str)
    assert_type(event.order_id, str | None)
    assert_type(event.details, Mapping[str, Any])


def explained(exchange: Exchange) -> str | None:
    """The route of a cancel."""
    route = assert_type(adapter.explain(exchange, "BTC/USDT:USDT", {"trigger": True}), Route)
    assert_type(route.plugin, str | None)
    return assert_type(route.reason, str | None)


async def warmed(exchange: Exchange) -> int:
    """Open connections; the result of an async exchange object is awaited."""
    standing: dict[str, int] = await adapter.prewarm(exchange, 10, symbols=["BTC/USDT:USDT"])
    return sum(standing.values())


async def canceled(exchange: Exchange) -> tuple[str | None, dict[str, Any] | None]:
    """Each error of ours has its documented attributes, and is one of ccxt's own."""
    try:
        order = await exchange.cancel_order("1", "BTC/USDT:USDT")
    except OrderGone as e:
        assert_type(e.order, dict[str, Any] | None)
        return assert_type(e.state, str | None), e.order
    except CancelUnknown as e:
        return None, assert_type(e.order, dict[str, Any] | None)
    except RateLimited as e:
        assert_type(e.retry_after, float | None)
        raise
    except ccxt.NetworkError:
        return None, None
    except PluginError as e:
        raise SystemExit(str(e)) from e
    return "canceled", order


def installed() -> tuple[Plugin, ...]:
    """Every exchange object of the process, for the time of a block or for good."""
    with adapter.install(account="classic", on_event=on_event):
        adapter.install()
    adapter.uninstall()
    found = assert_type(adapter.plugins("plugins.toml"), tuple[Plugin, ...])
    assert_type(found[0].cancel_endpoint, Endpoint | None)
    assert_type(found[0].enabled, bool)
    assert_type(adapter.__version__, str)
    return found


def tried(exchange: Exchange) -> str:
    """An exchange for tests, and what is in its book."""
    with Simulator(port=8000) as simulator:
        assert_type(simulator, Simulator)
        assert_type(simulator.connect(exchange), Exchange)
        simulator.faults.play("drop_after", on="DELETE")
        order = assert_type(simulator.place("usdm", "BTCUSDT", quantity=2), Order)
        assert_type(simulator.book.now(order), Order)
        return assert_type(order.status, str)


def order_in(answer: Any, call: CancelRequest) -> Any:
    """What a plugin may name in its product."""
    return answer if call.order_id is None else answer["order"]


venue: Venue = BINANCE
ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=venue,
    api="papi",
    root="/papi/v1",
    path="um/order",
    method="DELETE",
    market_type="linear",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    client_id_param="origClientOrderId",
    rate_limit_codes=frozenset({-1008}),
    extract_order=order_in,
    not_found_hint="look elsewhere",
)
assert_type(ENDPOINT.request_line, str)


class Suite(PluginSuite):
    """The tests of a plugin."""

    plugin = "binance.pm_um"
    symbol = "BTC/USDT:USDT"
    order_id, client_order_id = "1", "mine"
    canceled = Answer(body={"orderId": 1, "status": "CANCELED"})
    unknown_order = Answer.read("unknown-order.json", status=400)


def replayed() -> str:
    """The server of the suite."""
    with Replay([Suite.canceled]) as replay:
        return assert_type(replay.received[0].path, str)
