"""What a cancel leaves on the exchange object: the ``last_*`` attributes, hooks and the queue."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

import adapter
import adapter.engine.direct

from .host import NOW, SYMBOL, Host, moved, still
from .server import CANCELED, Server, http

LAST = (
    "last_http_response",
    "last_json_response",
    "last_response_headers",
    "last_request_url",
    "last_request_headers",
    "last_request_body",
)
FLAGS = ("enableLastHttpResponse", "enableLastJsonResponse", "enableLastResponseHeaders")
REFUSED = http({"code": -2015, "msg": "Invalid API-key."}, "401 Unauthorized")


def left(host: Host, config: dict[str, Any], url: str, *, ours: bool) -> Any:
    exchange = still(moved(host.exchange(config), url))
    for name, value in config.items():
        setattr(exchange, name, value)
    if ours:
        adapter.attach(exchange)
    try:
        host.cancel(exchange, "7", SYMBOL)
    except ccxt.BaseError:
        assert "secret" not in config
    return exchange


@pytest.mark.parametrize("answer", [http(CANCELED), REFUSED], ids=["canceled", "refused"])
@pytest.mark.parametrize("flag", [None, *FLAGS])
@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_the_last_attributes_are_ccxts(
    host: Host, flag: str | None, on: bool, answer: bytes
) -> None:
    """Equal to what plain ccxt leaves behind the same call, with each flag on and off."""
    config = {} if flag is None else {flag: on}
    with Server(answer) as server:
        ccxts = left(host, config, server.url, ours=False)
        ours = left(host, config, server.url, ours=True)

    for name in LAST:
        assert getattr(ccxts, name) == getattr(ours, name), name
        assert isinstance(getattr(ours, name), type(getattr(ccxts, name))), name


def test_the_answers_headers_come_along_where_asked(host: Host) -> None:
    """``returnResponseHeaders`` puts them into ``info``, as in ccxt."""
    with Server() as server:
        config = {"returnResponseHeaders": True}
        ccxts = still(moved(host.exchange(config), server.url))
        ours = adapter.attach(still(moved(host.exchange(config), server.url)))
        one, other = host.cancel(ccxts, "7", SYMBOL), host.cancel(ours, "7", SYMBOL)

    assert one["info"] == other["info"]
    assert "3" == dict(other["info"]["responseHeaders"])["X-Mbx-Used-Weight-1m"]


@pytest.mark.parametrize("hook", ["on_rest_response", "on_json_response"])
def test_a_hook_of_the_users_own_is_called_as_ccxt_calls_it(host: Host, hook: str) -> None:
    """The same arguments, once, and what it returns is what is read."""
    received: list[Any] = []
    with Server() as server:
        for ours in (False, True):
            exchange = still(moved(host.exchange(), server.url))
            own = getattr(exchange, hook)

            def spy(*arguments: Any, own: Any = own) -> Any:
                received.append([_plain(a) for a in arguments])
                return own(*arguments)

            setattr(exchange, hook, spy)
            host.cancel(adapter.attach(exchange) if ours else exchange, "7", SYMBOL)

    one, other = received
    assert one == other


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def test_numbers_are_read_as_the_exchange_reads_them(host: Host) -> None:
    """``info`` is what ccxt makes of the same bytes."""
    body = {**CANCELED, "price": 0.1, "deep": {"n": 12345678901234567890, "f": 1.10}}
    with Server(http(body)) as server:
        ccxts = still(moved(host.exchange(), server.url))
        ours = adapter.attach(still(moved(host.exchange(), server.url)))
        one, other = host.cancel(ccxts, "7", SYMBOL), host.cancel(ours, "7", SYMBOL)

    assert one["info"] == other["info"]
    assert one["price"] == other["price"]


# --- the queue -----------------------------------------------------------------------------------

LIMITED = {"enableRateLimit": True}


def direct(host: Host, url: str, **options: Any) -> Any:
    return adapter.attach(still(moved(host.exchange(LIMITED), url)), **options)


def test_a_cancel_does_not_wait_in_the_queue(host: Host, mocker: MockerFixture) -> None:
    """ccxt's throttle is not asked, however full it is."""
    with Server() as server:
        exchange = direct(host, server.url)
        throttle = mocker.spy(adapter.engine.direct, "WaitForThrottle")
        exchange.lastRestRequestTimestamp = NOW + 3_600_000
        if not host.is_sync:
            exchange.throttler.config["tokens"] = -1e9
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["status"]
    assert 0 == throttle.call_count


def test_a_cancel_overtakes_what_waits_in_the_queue() -> None:
    """Calls that wait in the async throttle's queue are still waiting when the cancel is done."""
    host = Host("async")

    async def overtaken(exchange: Any) -> bool:
        waiting = asyncio.ensure_future(exchange.throttle(1))
        await asyncio.sleep(0)
        await exchange.cancel_order("7", SYMBOL)
        still_waiting = not waiting.done()
        exchange.throttler.config["tokens"] = 1
        await waiting
        return still_waiting

    with Server() as server:
        exchange = direct(host, server.url)
        exchange.throttler.config["tokens"] = -1e9
        done = host.run(overtaken(exchange))
    host.close()

    assert done


@pytest.mark.parametrize(
    ("symbol", "account", "weight", "answer"),
    [
        (SYMBOL, "classic", 1, CANCELED),
        ("LTC/BTC", "portfolio-margin", 2, {**CANCELED, "origClientOrderId": "mine"}),
    ],
    ids=["weight 1", "weight 2"],
)
def test_later_calls_are_charged(
    host: Host, symbol: str, account: str, weight: int, answer: dict[str, Any]
) -> None:
    """The weight of the cancel is on ccxt's account when it is done."""
    with Server(http(answer)) as server:
        exchange = moved(host.exchange(LIMITED), server.url)
        exchange.milliseconds = lambda: NOW
        adapter.attach(exchange, account=account)
        exchange.lastRestRequestTimestamp = NOW
        before = 0 if host.is_sync else exchange.throttler.config["tokens"]
        host.cancel(exchange, "7", symbol)

    if host.is_sync:
        assert NOW + weight * exchange.rateLimit == exchange.lastRestRequestTimestamp
    else:
        assert before - weight == exchange.throttler.config["tokens"]


def test_later_calls_are_charged_in_a_rolling_window() -> None:
    """The other algorithm of the async throttle counts the cancel too."""
    host = Host("async")
    with Server() as server:
        config = {**LIMITED, "rateLimiterAlgorithm": "rollingWindow"}
        exchange = adapter.attach(moved(host.exchange(config), server.url))
        assert "rollingWindow" == exchange.throttler.config["algorithm"]
        host.cancel(exchange, "7", SYMBOL)
        costs = [entry["cost"] for entry in exchange.throttler.timestamps]
    host.close()

    assert [1] == costs


def test_an_idle_exchange_is_charged_as_ccxt_charges_it(host: Host) -> None:
    """After a pause the cancel counts as sent now, and no pause is saved up."""
    with Server() as server:
        exchange = direct(host, server.url)
        exchange.lastRestRequestTimestamp = 0
        host.cancel(exchange, "7", SYMBOL)

    if host.is_sync:
        assert NOW == exchange.lastRestRequestTimestamp
    else:
        assert exchange.throttler.config["tokens"] < 1


def test_nothing_is_charged_without_rate_limit(host: Host, mocker: MockerFixture) -> None:
    """``enableRateLimit: False`` means that nobody counts, and nobody waits."""
    with Server() as server:
        exchange = adapter.attach(still(moved(host.exchange(), server.url)))
        throttle = mocker.spy(adapter.engine.direct, "WaitForThrottle")
        before = 0 if host.is_sync else exchange.throttler.config["tokens"]
        host.cancel(exchange, "7", SYMBOL)

    assert 0 == throttle.call_count
    if not host.is_sync:
        assert before == exchange.throttler.config["tokens"]


@pytest.mark.parametrize("where", ["defaults", "binance.usdm"])
def test_the_old_queue_can_be_had_back(
    host: Host, where: str, tmp_path: Path, mocker: MockerFixture
) -> None:
    """``throttle = "wait"``: the cancel asks ccxt's throttle, with its weight, before it goes."""
    file = tmp_path / "plugins.toml"
    file.write_text(f'[{where}]\nthrottle = "wait"\n', encoding="utf-8")
    with Server() as server:
        exchange = direct(host, server.url, plugins=file)
        throttle = mocker.spy(adapter.engine.direct, "WaitForThrottle")
        host.cancel(exchange, "7", SYMBOL)

    throttle.assert_called_once_with(1)
    assert 1 == len(server.received)


def test_refused_input_charges_nothing(host: Host) -> None:
    """What never leaves costs nothing."""
    with Server() as server:
        exchange = direct(host, server.url)
        exchange.lastRestRequestTimestamp = NOW
        before = 0 if host.is_sync else exchange.throttler.config["tokens"]
        with pytest.raises(ccxt.BadRequest):
            host.cancel(exchange, "abc", SYMBOL)

    if host.is_sync:
        assert NOW == exchange.lastRestRequestTimestamp
    else:
        assert before == exchange.throttler.config["tokens"]
