"""Every golden case over a real socket, sync and async."""

from __future__ import annotations

import functools
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import ccxt
import pytest
from golden_plugins import GOLDEN, endpoint
from venues.models import MODELS

import adapter
from adapter.contract.native import NativeEndpoint
from adapter.testing import Answer, Replay, cancel

OPTIONS = {
    "bitget": {"uta": False},
    "gate": {"unifiedAccount": False},
    "hyperliquid": {"approvedBuilderFee": True, "refSet": True, "enableUnifiedMargin": False},
    "kucoin": {"uta": False, "hf": True},
    "kucoinfutures": {"uta": False},
}
"""By plugin, what ccxt would else ask the venue before its first request."""


def cases() -> list[Any]:
    """Each file. By default each kind of case runs for one plugin, and not for the same one."""
    by_kind: defaultdict[tuple[str, bool], list[Path]] = defaultdict(list)
    for path in sorted(GOLDEN.glob("*/*.toml")):
        is_native = isinstance(endpoint(path.parent.name), NativeEndpoint)
        by_kind[path.stem, is_native].append(path)
    chosen = {paths[i % len(paths)] for i, paths in enumerate(by_kind.values())}
    return [
        pytest.param(path, marks=() if path in chosen else pytest.mark.long)
        for paths in by_kind.values()
        for path in paths
    ]


def answer(recorded: dict[str, Any]) -> Answer:
    """What a round answers. An open order is looked at until the cancel is sent again."""
    method, reply = recorded["request"]["method"], recorded["reply"]
    if reply.get("lost"):
        return Answer(body=None, method=method)
    return Answer(
        status=reply["status"], headers=reply["headers"], body=reply["body"], method=method
    )


def error_class(name: str) -> type[BaseException]:
    found: type[BaseException] = getattr(adapter, name, None) or getattr(ccxt, name)
    return found


def market(id: str, symbol: str) -> dict[str, Any]:
    """A market as ccxt has it once it has loaded them."""
    names, _, settle = symbol.partition(":")
    base, quote = names.split("/")
    return {
        **dict(zip(("base", "quote", "baseId", "quoteId"), (base, quote) * 2, strict=True)),
        **dict.fromkeys(("future", "option", "margin"), False),
        **dict.fromkeys(("swap", "contract"), bool(settle)),
        **({"linear": True, "inverse": False, "contractSize": 1.0} if settle else {}),
        "id": id,
        "symbol": symbol,
        "settle": settle or None,
        **({"baseId": id} if id.isdigit() else {}),
        "settleId": settle.lower() or None,
        "type": "swap" if settle else "spot",
        "spot": not settle,
        "precision": {"amount": 1e-8, "price": 1e-8},
    }


def config(plugin: str) -> dict[str, Any]:
    """For ccxt's constructor: Binance's plugins need no markets, ccxt's own methods do."""
    model = next((model for model in MODELS if plugin in model.IDS), None)
    if model is None:
        return {}
    markets = {symbol: market(name, symbol) for symbol, name in model.MARKETS.items()}
    return {**model.CREDENTIALS, "markets": markets, "options": OPTIONS.get(plugin, {})}


@pytest.fixture(params=cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_golden_case(path: Path, mode: str) -> None:
    """Each recorded exchange gives the requests, and the order or the error, that stand in it."""
    case, plugin = tomllib.loads(path.read_text(encoding="utf-8")), path.parent.name
    exchange_id, _, product = plugin.partition(".")
    run = functools.partial(cancel, exchange_id, mode=mode, config=config(plugin))
    call, rounds = case["call"], case["round"]
    arguments = (call.get("id"), call["symbol"], call["params"])
    recorded = [answer(r) for r in rounds]
    if case.get("then") == "repeats":
        recorded += recorded[-1:] * 24
    with Replay(recorded) as replay:
        if "error" in case:
            wanted = case["error"]
            with pytest.raises(error_class(wanted["class"])) as caught:
                run(replay, call.get("account"), *arguments)
            assert wanted.get("contains", "") in str(caught.value)
            if isinstance(caught.value, adapter.OrderGone):
                assert wanted.get("state") == caught.value.state
                assert wanted.get("successor") == caught.value.successor
        else:
            order = run(replay, call.get("account"), *arguments)
            assert case["order"] == {key: order[key] for key in case["order"]}

    sent = [
        {"method": r.method, "path": r.path, **({"params": r.unsigned_params} if product else {})}
        for r in replay.received
        if not r.is_repeated
    ]
    assert [r["request"] for r in rounds] == sent[: len(rounds)]
    assert_follows(case, sent[len(rounds) :])


def assert_follows(case: dict[str, Any], more: list[dict[str, Any]]) -> None:
    """What was sent after the recorded rounds, and lost: nothing, unless the case shows what."""
    match case.get("then"):
        case "queries" | "repeats":  # the last one again, as often as the deadline allows
            assert all(case["round"][-1]["request"] == request for request in more)
        case "elsewhere":  # looks among the conditional orders
            assert more
            assert {"GET"} == {request["method"] for request in more}
            is_native = "params" not in case["round"][0]["request"]
            books = ("algoOrder", "openOrder", "orderHistory")
            assert is_native or all(r["path"].endswith(books) for r in more)
        case "markets":  # ccxt loads them from pages of its own
            assert more
            assert all("/order" not in request["path"] for request in more)
        case _:
            assert [] == more
