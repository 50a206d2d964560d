"""The route of a call follows ccxt's own rules; what no plugin claims is ccxt's own call."""

from __future__ import annotations

import logging
from typing import Any

import ccxt
import pytest

import adapter

from .cases import PORTFOLIO
from .markets import market, some_markets
from .route_cases import (
    CM,
    COIN,
    COINM,
    LINEAR,
    MARGIN,
    NATIVE,
    OPTION,
    OPTIONS,
    PLUGINS,
    SERVED,
    SPOT,
    SPOTS,
    SUB_LINEAR,
    SWAP,
    UM,
    USDM,
    RouteCase,
)
from .wire import Canned, Outcome, Seen, run

STATUSES = dict.fromkeys(("status", "algoStatus", "strategyStatus"), "CANCELED")
ORDER = {"orderId": 7, "symbol": "BTCUSDT", "algoId": 7, "strategyId": 7, **STATUSES}


def travelled(route_case: RouteCase, **options: Any) -> Outcome:
    return run(
        lambda x: x.cancel_order("7", route_case.symbol, dict(route_case.params)),
        lambda _: Canned(ORDER),
        exchange_id=route_case.exchange_id,
        config={"options": dict(route_case.options)},
        **options,
    )


def documented(params: dict[str, str]) -> dict[str, str]:
    """ccxt's parameters, with the spelling of Binance's page where ccxt chooses its own."""
    return {k: "TRUE" if (k, v) == ("isIsolated", "true") else v for k, v in params.items()}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("route_case", SERVED, ids=lambda route_case: route_case.name)
def test_a_served_call_takes_ccxts_route(route_case: RouteCase, mode: str, markets: bool) -> None:
    """The same endpoint, market id and parameters as ccxt's, loaded markets or not."""
    ccxts = travelled(route_case)
    ours = travelled(route_case, mode=mode, markets=markets, ours=True)

    assert ours.error is None
    assert ccxts.request.url.partition("?")[0].endswith(route_case.to)
    assert ccxts.request.place == ours.request.place
    assert documented(ccxts.request.params) == ours.request.params
    assert "canceled" == ours.order["outcome"]


@pytest.mark.one_in(5)
@pytest.mark.parametrize("route_case", SERVED, ids=lambda route_case: route_case.name)
def test_explain_shows_the_route_of_a_served_call(
    route_case: RouteCase, mode: str, markets: bool
) -> None:
    """`adapter.explain` names the plugin and the URL that the call takes, and sends nothing."""
    explained: list[adapter.Route] = []

    async def nothing() -> None: ...

    def form(exchange: Any) -> Any:
        explained.append(adapter.explain(exchange, route_case.symbol, route_case.params))
        return None if mode == "sync" else nothing()

    outcome = run(
        form,
        lambda _: Canned(ORDER),
        exchange_id=route_case.exchange_id,
        config={"options": dict(route_case.options)},
        mode=mode,
        markets=markets,
        ours=True,
    )

    assert outcome.error is None
    assert [] == outcome.seen
    assert PLUGINS[route_case.to] == explained[0].plugin
    ccxts = travelled(route_case)
    assert ccxts.request.place == f"{explained[0].method} {explained[0].url}"
    assert ccxts.request.params["symbol"] == explained[0].market_id


@pytest.mark.parametrize("route_case", NATIVE, ids=lambda route_case: route_case.name)
def test_what_no_plugin_claims_is_ccxts_own_call(route_case: RouteCase, mode: str) -> None:
    """Request and order are those of ccxt's own method: no correction, and None as outcome."""
    ccxts = travelled(route_case, mode=mode)
    ours = travelled(route_case, mode=mode, ours=True)

    assert ours.error is None
    assert ccxts.error is None
    assert route_case.to in ccxts.request.url
    assert (ccxts.request.method, ccxts.request.url) == (ours.request.method, ours.request.url)
    assert {**ccxts.order, "outcome": None} == ours.order


@pytest.mark.parametrize("route_case", NATIVE, ids=lambda route_case: route_case.name)
def test_explain_shows_why_ccxt_takes_it(route_case: RouteCase) -> None:
    """No plugin, no URL, but a reason."""
    exchange = adapter.attach(ccxt.binance({"options": dict(route_case.options)}))
    if route_case.exchange_id == "binance" and route_case.symbol != "TSLA/USDT":
        route = adapter.explain(exchange, route_case.symbol, route_case.params)

        assert route.plugin is None
        assert route.reason


@pytest.mark.parametrize(
    ("route_case", "note"),
    [
        (RouteCase(to=USDM, symbol=SPOT, options=SWAP), True),
        (RouteCase(to=USDM, symbol=SPOT, options=SUB_LINEAR), True),
        (RouteCase(to=USDM, symbol=LINEAR), False),
        (RouteCase(to=MARGIN, symbol=SPOT, options=PORTFOLIO), False),
    ],
    ids=["swap", "sub type", "its own symbol", "portfolio margin"],
)
def test_explain_shows_a_spot_symbol_that_goes_to_the_futures(
    route_case: RouteCase, note: bool
) -> None:
    """The documented legacy of ``defaultType`` and ``defaultSubType`` is noted, and only that."""
    exchange = adapter.attach(ccxt.binance({"options": dict(route_case.options)}))

    assert note == (
        adapter.explain(exchange, route_case.symbol, route_case.params).reason is not None
    )


# --- where ccxt is wrong, and what only the adapter has ------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "to"), [(LINEAR, UM), (COIN, CM), (SPOT, MARGIN), (OPTION, OPTIONS)]
)
@pytest.mark.parametrize("word", ["portfolioMargin", "papi"])
def test_the_constructors_portfolio_margin_is_honoured(
    symbol: str,
    to: str,
    word: str,
    mode: str,
    markets: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """ccxt ignores ``ccxt.binance({"portfolioMargin": True})``; here it applies, with a warning."""
    with caplog.at_level(logging.WARNING, logger="adapter"):
        ours = run(
            lambda x: x.cancel_order("7", symbol),
            lambda _: Canned(ORDER),
            config={word: True},
            mode=mode,
            markets=markets,
            ours=True,
        )

    assert ours.request.url.partition("?")[0].endswith(to)
    assert "portfolioMargin" in caplog.text


@pytest.mark.parametrize("account", ["portfolio-margin", "classic", None])
@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, None),
        ({"options": {"portfolioMargin": True}}, UM),
        ({"options": {"portfolioMargin": False}}, USDM),
        ({"options": {"cancelOrder": {"portfolioMargin": True}}}, UM),
        ({"portfolioMargin": True}, UM),
        ({"portfolioMargin": False}, USDM),
    ],
    ids=str,
)
def test_attachs_account_is_the_last_word(
    account: str | None, stated: dict[str, Any], expected: str | None
) -> None:
    """``attach(account=)`` decides where nothing else does, and must not contradict what does."""
    default = UM if account == "portfolio-margin" else USDM
    if account is not None and expected not in (None, default):
        with pytest.raises(ValueError, match="contradicts"):
            adapter.attach(ccxt.binance(stated), account=account)
        return
    ours = run(
        lambda x: x.cancel_order("7", LINEAR),
        lambda _: Canned(ORDER),
        config=stated,
        account=account,
        ours=True,
        markets=False,
    )

    assert ours.request.url.partition("?")[0].endswith(expected or default)


@pytest.mark.parametrize(
    ("symbol", "params", "to"),
    [
        (LINEAR, {}, UM),
        (LINEAR, {"portfolioMargin": False}, USDM),
        (COIN, {}, CM),
        (COIN, {"portfolioMargin": False}, COINM),
        (SPOT, {}, MARGIN),
        (SPOT, {"papi": False}, SPOTS),
        (LINEAR, {"stop": True}, "papi/v1/um/algo/order"),
        (COIN, {"trigger": True}, "papi/v1/cm/conditional/order"),
    ],
    ids=str,
)
def test_the_default_account_holds_for_ccxts_own_method_too(
    symbol: str, params: dict[str, Any], to: str, mode: str
) -> None:
    """What goes to ccxt's own method goes to the account that `attach` was given."""
    ours = run(
        lambda x: x.cancel_order("7", symbol, params),
        lambda _: Canned(ORDER),
        account="portfolio-margin",
        mode=mode,
        ours=True,
    )

    assert ours.error is None
    assert ours.request.url.partition("?")[0].endswith(to)


@pytest.mark.parametrize("symbol", ["NOPE/USDT:USDT", "nonsense", "NOPEUSDT", "BTC/USD:ETH"])
def test_an_unknown_symbol_is_ccxts_error(symbol: str, mode: str) -> None:
    """With markets loaded a symbol that they do not have is ``BadSymbol``, as in ccxt."""
    route_case = RouteCase(to="", symbol=symbol)
    ccxts, ours = travelled(route_case, mode=mode), travelled(route_case, mode=mode, ours=True)

    assert ccxt.BadSymbol is type(ccxts.error)
    assert ccxt.BadSymbol is type(ours.error)
    assert [] == ours.seen


def test_a_market_id_that_the_exchange_refuses_is_looked_up(mode: str) -> None:
    """-1121 to a derived id: markets are loaded, and the cancel is sent to the id in them."""

    def answers(seen: Seen) -> Canned:
        if "exchangeInfo" in seen.url or "capital" in seen.url or "allPairs" in seen.url:
            raise AssertionError("load_markets is stubbed")
        if seen.params.get("symbol") == "NEWNAMEUSDT":
            return Canned({**ORDER, "symbol": "NEWNAMEUSDT"})
        return Canned({"code": -1121, "msg": "Invalid symbol."}, 400)

    def prepare(exchange: Any) -> None:
        markets = [
            *some_markets(exchange),
            market(exchange, "NEWNAMEUSDT", "OLD/USDT:USDT", "swap"),
        ]

        async def load(*_: Any) -> Any:
            return exchange.set_markets(markets)

        exchange.load_markets = (
            load if mode == "async" else lambda *_: exchange.set_markets(markets)
        )

    ours = run(
        lambda x: x.cancel_order("7", "OLD/USDT:USDT"),
        answers,
        mode=mode,
        markets=False,
        ours=True,
        prepare=prepare,
    )

    assert ours.error is None
    assert ["OLDUSDT", "NEWNAMEUSDT"] == [seen.params["symbol"] for seen in ours.seen]
    assert "canceled" == ours.order["outcome"]
