"""Every exchange of ccxt's that is served: a page or a lost answer is no word of the exchange."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from typing import Any

import ccxt
import pytest
from integration.instant import in_no_time

import adapter
import adapter.integration.attach
from venues.anywhere import (
    CONFIGS,
    CREDENTIALS,
    PARAMS,
    SPOT,
    Address,
    Answer,
    AnyHost,
    connect,
    gateway,
    lost,
    page,
)

EXCHANGES = {exchange_id: getattr(ccxt, exchange_id)() for exchange_id in ccxt.exchanges}
LEFT_TO_CCXT = {
    "coinbaseinternational": "ccxt has no working cancel for it",
    "cryptomus": "ccxt has no query for one order there",
    "dydx": "an order is cancelled by one id and shown by another",
    "lighter": "ccxt needs another program for it",
    **{
        exchange_id: "ccxt has no query for one order there, so nothing could be confirmed"
        for exchange_id, exchange in EXCHANGES.items()
        if exchange.has.get("fetchOrder") is not True
    },
}
SERVED = [exchange_id for exchange_id in EXCHANGES if exchange_id not in LEFT_TO_CCXT]
UNDRIVEN = {
    "nado": "ccxt wants numbers for market ids, and more of each market than its structure has",
    "polymarket": "ccxt fails as it hashes what is to be signed",
}
"""Those that send nothing with made-up keys and markets, and why."""
SAMPLE = ("alpaca", "gate", "kraken")
"""Those of which all cases run by default: DELETE without a row and with one, and POST.

Of the others it is one case of every third.
"""
LOG_IN = ("bullish", "grvt")
"""Those where a cancel begins with a request for a token, and ccxt says that it failed."""
ANSWERS: dict[str, Answer | None] = {
    "page": page,
    "lost": lost,
    "gateway": gateway,
    "refused": None,
    "empty": lambda _: (200, {}),
}
"""HTTP 200 with a page, none, HTTP 502 with a page, no connection, an empty JSON object."""
IDS = ("123456", "c150e086-1e75-44e6-9c2c-093bb1e93139", "OABCDE-FGHIJ-KLMNOP")
"""Order ids, of which each exchange takes at least one."""
SHORT = 0.4
"""Seconds of a call that nothing can settle."""


def is_long(exchange_id: str, answer: str, mode: str) -> bool:
    number = SERVED.index(exchange_id)
    turn = [*ANSWERS][number % len(ANSWERS)]
    is_next = number % 3 == 0 and mode == "sync" and answer == turn
    return exchange_id not in SAMPLE and not is_next


CASES = [
    pytest.param(
        (exchange_id, answer, mode),
        marks=[pytest.mark.long] if is_long(exchange_id, answer, mode) else [],
        id=f"{exchange_id}-{answer}-{mode}",
    )
    for exchange_id in SERVED
    for answer in ANSWERS
    for mode in ("sync", "async")
]
EACH = [each if each in SAMPLE else pytest.param(each, marks=pytest.mark.long) for each in SERVED]
SHOWN = {"walletAddress", "uid", "login", "accountId"}
"""What is no secret."""
QUERY = re.compile(r"\?\w+=|signature=(?!…)", re.IGNORECASE)
"""What only a URL that was sent has in it."""


@pytest.fixture(autouse=True)
def _no_warning_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter.integration.attach, "_warned", set())


def cancel(exchange_id: str, address: Address, mode: str, id: Any, events: list[Any]) -> Any:
    """What a cancel on an exchange object of its own gives: the order, or the error."""

    def call(exchange: Any) -> Any:
        attached = in_no_time(adapter.attach(exchange, on_event=events.append))
        params = {**PARAMS.get(exchange_id, {}), "deadline": SHORT}
        return attached.cancel_order(id, SPOT, params)

    async def call_async() -> Any:
        async with connect(exchange_id, address, synchronous=False) as exchange:
            return await call(exchange)

    try:
        return call(connect(exchange_id, address)) if mode == "sync" else asyncio.run(call_async())
    except Exception as e:
        return e


def assert_no_secret(exchange_id: str, texts: list[str]) -> None:
    known = {**CREDENTIALS, **CONFIGS.get(exchange_id, {})}
    secrets = [v for k, v in known.items() if k not in SHOWN and isinstance(v, str)]
    for text in texts:
        assert not QUERY.search(text), text
        assert not any(secret in text for secret in secrets), text


@pytest.mark.parametrize("case", CASES)
def test_what_no_exchange_has_said_ends_no_order(
    host: AnyHost, caplog: pytest.LogCaptureFixture, case: tuple[str, str, str]
) -> None:
    """It is unknown whether the cancel took; without a connection, it was not sent."""
    exchange_id, answer, mode = case
    caplog.set_level(logging.DEBUG, logger="adapter")
    events: list[adapter.Event] = []
    address = host.address(ANSWERS[answer])
    for given in IDS:
        result = cancel(exchange_id, address, mode, given, events)
        if not isinstance(result, ccxt.BadRequest):
            break

    assert isinstance(result, Exception), result
    assert not isinstance(result, adapter.OrderGone)
    if exchange_id in UNDRIVEN:
        assert not address.received, f"{exchange_id} can be driven now"
    elif answer == "refused":
        assert isinstance(result, ccxt.NetworkError)
        assert not isinstance(result, adapter.CancelUnknown)
        assert "was not sent" in str(result)
    elif answer == "empty" and exchange_id in LOG_IN:
        assert isinstance(result, ccxt.AuthenticationError)
    else:
        assert isinstance(result, adapter.CancelUnknown)
        assert address.received
    shown = ["".join(traceback.format_exception(result)), repr(result), caplog.text, repr(events)]
    assert_no_secret(exchange_id, shown)


@pytest.mark.parametrize("exchange_id", EACH)
def test_an_empty_id_is_not_sent(host: AnyHost, exchange_id: str) -> None:
    """It is one slash from the request that cancels all orders."""
    address = host.address(page)
    for given in ("", None, " ", "\t", "a/b"):
        result = cancel(exchange_id, address, "sync", given, [])

        assert isinstance(result, ccxt.ArgumentsRequired | ccxt.BadRequest), (given, result)
    assert [] == address.received


@pytest.mark.parametrize("exchange_id", EXCHANGES)
def test_an_exchange_is_served_or_left_to_ccxt_with_a_reason(
    caplog: pytest.LogCaptureFixture, exchange_id: str
) -> None:
    """`explain` says so, and `attach` logs one warning."""
    exchange = getattr(ccxt, exchange_id)()
    for _ in range(2):
        adapter.attach(exchange)
    route, reason = adapter.explain(exchange, SPOT), LEFT_TO_CCXT.get(exchange_id)

    assert (reason is None) == (route.plugin is not None)
    if reason is None:
        assert [] == caplog.messages
    else:
        assert [f"{exchange_id}: ccxt's cancel_order handles every call: {reason}"] == (
            caplog.messages
        )
        assert reason == route.reason
