"""Which exception a code becomes: ccxt's at the fapi host, the same on all products and hosts."""

from __future__ import annotations

import functools
import json
from typing import Any

import ccxt
import pytest

import adapter

from .cases import CASES, MARGIN, SPOT, SPOTLIKE, USDM, Case
from .wire import Canned, Seen, always, run, then_nothing

CODES = (
    -1000, -1001, -1002, -1003, -1004, -1005, -1006, -1007, -1008, -1010, -1011, -1013, -1014,
    -1015, -1016, -1020, -1021, -1022, -1034, -1099, -1100, -1101, -1102, -1103, -1104, -1105,
    -1106, -1108, -1109, -1110, -1111, -1115, -1116, -1117, -1118, -1119, -1121, -1122, -1125,
    -1128, -1129, -1130, -1131, -1145, -2008, -2010, -2011, -2012, -2013, -2014, -2015, -2016,
    -2017, -2018, -2021, -2022, -2026, -2027, -2038, -2039, -3003, -3022, -3028, -4000, -4015,
    -4031, -4032, -4056, -4057, -4078, -4084, -4088, -4104, -4109, -4117, -4118, -4120, -4141,
    -4144, -4161, -4188, -4192, -4400, -4401, -4402, -4408, -4531, -5002, -5009, -5028, -5041,
    -6028, -6029, -6044, -6049, -6055, -6058, -6063, -20124, 239999, 1,
)  # fmt: skip

OUTCOMES: dict[int, type[BaseException]] = {
    # sent, and no usable answer: unknown
    -1000: adapter.CancelUnknown,
    -1001: adapter.CancelUnknown,
    -1006: adapter.CancelUnknown,
    -1007: adapter.CancelUnknown,
    # not executed, by Binance's word
    -1008: ccxt.ExchangeNotAvailable,
    -1016: ccxt.ExchangeNotAvailable,
    # the clock; -4188 is the coin-margined -5028
    -1021: ccxt.InvalidNonce,
    -5028: ccxt.InvalidNonce,
    -4188: ccxt.InvalidNonce,
    # not open any more
    -2011: ccxt.OperationRejected,
    -2013: adapter.OrderGone,
    -6028: adapter.OrderGone,
    # no such key
    -2008: ccxt.AuthenticationError,
    # alive
    -6063: ccxt.OperationRejected,
}


def status_of(code: int) -> int:
    return 401 if code in (-2014, -2015) else 400


def failing(code: int, message: str = "zz") -> Any:
    return always({"code": code, "msg": message}, status_of(code))


@functools.cache
def ccxts_class(code: int, message: str = "zz") -> type[BaseException]:
    """ccxt's class for it at the fapi host."""
    error = USDM.run(_cancel(USDM), failing(code, message)).error
    assert error is not None
    return type(error)


def _cancel(case: Case) -> Any:
    return lambda exchange: exchange.cancel_order(case.order_id, case.symbol)


def moved(exchange: Any) -> None:
    """Every address behind one proxy, below a path."""
    api = exchange.urls["api"]
    exchange.urls["api"] = {
        name: url.replace("https://", "https://proxy.example/pass/") for name, url in api.items()
    }


@pytest.mark.one_in(3)
@pytest.mark.parametrize("code", CODES)
def test_a_code_is_one_class_everywhere(product: Case, code: int) -> None:
    """ccxt's class at fapi, whatever the product and the host; else as in the outcome table.

    Every other code comes from the product's own host, the others from a custom one.
    """
    is_custom = (CODES.index(code) + CASES.index(product)) % 2
    expected = OUTCOMES.get(code) or ccxts_class(code)
    if code == -1008 and product.name == "options":
        expected = ccxt.RateLimitExceeded
    ours = product.run(
        _cancel(product),
        failing(code),
        ours=True,
        prepare=moved if is_custom else lambda _: None,
    )

    error = ours.error
    assert error is not None
    if issubclass(expected, ccxt.RateLimitExceeded):
        assert isinstance(error, expected)
    else:
        assert expected is type(error)
    assert f'"code": {code}' in str(error)


@pytest.mark.parametrize("code", sorted({*OUTCOMES, -1003, -1015, -1022, -1121, -2015}))
def test_sync_and_async_raise_one_class(code: int) -> None:
    """The mode of the exchange has no part in it."""
    sync, asynchronous = (
        USDM.run(_cancel(USDM), failing(code), ours=True, mode=mode).error
        for mode in ("sync", "async")
    )

    assert type(sync) is type(asynchronous)


MESSAGES: dict[str, tuple[int, str, type[BaseException]]] = {
    "disabled": (-2011, "This action is disabled on this account.", ccxt.PermissionDenied),
    "may not": (-2011, "This account may not place or cancel orders.", ccxt.PermissionDenied),
    "no trading": (-2011, "Rest API trading is not enabled.", ccxt.PermissionDenied),
    "closed": (-2011, "Market is closed.", ccxt.MarketClosed),
    "restricted": (
        -2011,
        "Order was not canceled due to cancel restrictions.",
        ccxt.OperationRejected,
    ),
    "other": (-2011, "CANCEL_REJECTED", ccxt.OperationRejected),
    "closed, -1013": (-1013, "Market is closed.", ccxt.MarketClosed),
    "maintenance": (1, "System is under maintenance.", ccxt.OnMaintenance),
}


@pytest.mark.parametrize(("code", "message", "expected"), MESSAGES.values(), ids=list(MESSAGES))
def test_a_text_shows_more_than_the_code(
    product: Case, code: int, message: str, expected: type[BaseException], mode: str
) -> None:
    """-2011 with another text than "Unknown order sent." is never ``OrderNotFound``."""
    ours = product.run(_cancel(product), failing(code, message), ours=True, mode=mode)

    assert expected is type(ours.error)
    assert message in str(ours.error)


@pytest.mark.parametrize("message", ["Unknown order sent.", "UNKNOWN_ORDER", "Unknown Order Sent."])
def test_an_unknown_order_is_gone(product: Case, message: str, mode: str) -> None:
    """One cancel, and queries that show no more; Binance's raw body is in the message."""
    ours = product.run(
        _cancel(product),
        then_nothing({"code": -2011, "msg": message}, 400),
        ours=True,
        mode=mode,
    )

    assert isinstance(ours.error, adapter.OrderGone)
    assert (None, None) == (ours.error.order, ours.error.state)
    in_place = [seen.method for seen in ours.seen if seen.place.partition(" ")[2] in product.place]
    assert ["DELETE", "GET", "GET"] == in_place
    assert json.dumps({"code": -2011, "msg": message}) in str(ours.error)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, "<html><body>WAF</body></html>", ccxt.DDoSProtection),
        (404, "<html>", ccxt.NotSupported),
        (451, {"code": 0, "msg": "Service unavailable from a restricted location"}, None),
        (451, "Service unavailable from a restricted location", None),
        (429, {"code": -1003, "msg": "Too many requests"}, ccxt.DDoSProtection),
        (429, {"code": -1003, "msg": "Too many requests"}, ccxt.RateLimitExceeded),
        (418, {"code": -1003, "msg": "IP banned until 1900000000000."}, ccxt.DDoSProtection),
        (429, {"code": -1015, "msg": "Too many new orders"}, ccxt.DDoSProtection),
        (429, "slow down", ccxt.DDoSProtection),
        (401, {"code": -2014, "msg": "API-key format invalid."}, ccxt.AuthenticationError),
        (401, {"code": -2015, "msg": "Invalid API-key."}, ccxt.AuthenticationError),
        (500, "", adapter.CancelUnknown),
        (502, "<html>Bad Gateway</html>", adapter.CancelUnknown),
        (504, "<html>Gateway Time-out</html>", adapter.CancelUnknown),
        (520, "", adapter.CancelUnknown),
        (408, {}, adapter.CancelUnknown),
        (503, {"code": -1000, "msg": "Unknown error, please check"}, adapter.CancelUnknown),
        (503, "Unknown error, please check your request", adapter.CancelUnknown),
        (503, "Service Unavailable.", ccxt.ExchangeNotAvailable),
        (503, {"code": 0, "msg": "Service Unavailable."}, ccxt.ExchangeNotAvailable),
        (
            503,
            {"code": -1001, "msg": "Internal error; unable to process your request."},
            ccxt.ExchangeNotAvailable,
        ),
        (503, {"code": -1008, "msg": "Request throttled"}, None),
        (400, {"239999": "The system is under maintenance"}, ccxt.ExchangeNotAvailable),
        (200, "", adapter.CancelUnknown),
        (200, "<html>hello</html>", adapter.CancelUnknown),
        (200, "{", adapter.CancelUnknown),
        (200, [], adapter.CancelUnknown),
        (200, {}, adapter.CancelUnknown),
        (200, {"code": 200, "msg": "success"}, adapter.CancelUnknown),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(value)[:40],
)
def test_an_http_status_is_one_class_everywhere(
    product: Case, status: int, body: Any, expected: type[BaseException] | None
) -> None:
    """The outcome table's classes; a gateway's page is never read as a success or a refusal."""
    if expected is None:
        expected = ccxt.PermissionDenied if status == 451 else ccxt.ExchangeNotAvailable
        if status == 503 and product.name == "options":
            expected = ccxt.RateLimitExceeded
    if status == 503 and product in (SPOT, MARGIN):
        expected = adapter.CancelUnknown  # none of them was surely not executed
    ours = product.run(_cancel(product), always(body, status), ours=True)

    assert isinstance(ours.error, expected)
    assert adapter.CancelUnknown is expected or not isinstance(ours.error, adapter.CancelUnknown)


def test_a_refused_key_stays_a_refused_key(product: Case, mode: str) -> None:
    """ccxt makes it a ``DDoSProtection`` after a success on the spot host; here it never is."""
    errors = []

    def form(exchange: Any) -> Any:
        if mode == "sync":
            for _ in range(2):
                try:
                    exchange.cancel_order(product.order_id, product.symbol)
                except Exception as e:
                    errors.append(e)
            return None

        async def twice() -> None:
            for _ in range(2):
                try:
                    await exchange.cancel_order(product.order_id, product.symbol)
                except Exception as e:
                    errors.append(e)

        return twice()

    def prepare(exchange: Any) -> None:
        exchange.options["hasAlreadyAuthenticatedSuccessfully"] = True

    product.run(form, failing(-2015), ours=True, mode=mode, prepare=prepare)

    assert [ccxt.AuthenticationError] * 2 == [type(e) for e in errors]


@pytest.mark.parametrize(
    ("succeeded", "expected"),
    [
        (None, ccxt.AuthenticationError),
        ("fapiPrivateGetOrder", ccxt.AuthenticationError),
        ("sapiGetMarginOrder", ccxt.AuthenticationError),
        ("privateGetOrder", ccxt.DDoSProtection),
    ],
)
def test_ccxts_class_of_a_refused_key_goes_by_a_success_on_the_spot_host(
    succeeded: str | None, expected: type[Exception]
) -> None:
    """docs/migration.md shows when ccxt calls -2015 a ban: not for a second one, as such."""
    exchange = ccxt.binance({"apiKey": "key", "secret": "secret", "enableRateLimit": False})
    if succeeded is not None:
        exchange.fetch = lambda *_: {}
        getattr(exchange, succeeded)({"symbol": "BTCUSDT"})
    body = '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}'
    errors = []
    for _ in range(2):
        with pytest.raises(ccxt.BaseError) as caught:
            exchange.handle_errors(
                401, "", "https://fapi.binance.com/fapi/v1/order", "DELETE", {}, body,
                json.loads(body), {}, None,
            )  # fmt: skip
        errors.append(caught.type)

    assert [expected] * 2 == errors


def test_a_ban_shows_for_how_long(product: Case, mode: str) -> None:
    """``retry_after`` is in seconds, on an error that both of ccxt's handlers catch."""

    def answers(_: Seen) -> Canned:
        return Canned({"code": -1003, "msg": "banned until 1700000030000."}, 418)

    ours = product.run(_cancel(product), answers, ours=True, mode=mode)

    assert isinstance(ours.error, ccxt.DDoSProtection)
    assert isinstance(ours.error, ccxt.RateLimitExceeded)
    assert 30.0 == getattr(ours.error, "retry_after", None)


@pytest.mark.parametrize("case", [c for c in CASES if c not in SPOTLIKE], ids=lambda c: c.name)
@pytest.mark.parametrize("exchange_id", ["binanceusdm", "binancecoinm"])
@pytest.mark.parametrize("code", [-1001, -1022, -2011, -2013, -2015, -4015])
def test_every_class_raises_alike(case: Case, exchange_id: str, code: int) -> None:
    """``binanceusdm`` and ``binancecoinm`` know the codes as ``binance`` does."""
    one, other = (
        type(
            run(
                _cancel(case),
                failing(code),
                exchange_id=name,
                config={"options": case.options},
                ours=True,
            ).error
        )
        for name in ("binance", exchange_id)
    )

    assert one is other
