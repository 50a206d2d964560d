"""The golden cases themselves: whole, sourced, dated, and a fair set for every plugin.

``source`` is a URL or a reference to a log. ``date`` is the day the source speaks for: a page
without a date has the day its text was noted, a log as much of it as is known (``"2024-02"``).
A round that is a query, or asks the time, has the ``source`` of its own page. A reply with
``lost = true`` is none: the connection drops. ``then`` is what is sent after the last round, and
lost: ``"queries"`` like the last one until the deadline, looks ``"elsewhere"``, among the
conditional orders, or ccxt's own pages of ``"markets"``; with
``"repeats"`` it is the last round again, answered alike.

Of a request that ccxt makes for a native plugin, a case has the method and the path alone.
"""

import datetime
import pathlib
import re
import tomllib
from typing import Any

import pytest
from golden_plugins import GOLDEN, endpoint

from adapter.contract.endpoint import CancelEndpoint

Case = dict[str, Any]

FILES = sorted(GOLDEN.glob("*/*.toml"))
PLUGINS = sorted({path.parent.name for path in FILES})
HTTP_PLUGINS = [name for name in PLUGINS if isinstance(endpoint(name), CancelEndpoint)]
NATIVE_PLUGINS = [name for name in PLUGINS if name not in HTTP_PLUGINS]
SOURCE = re.compile(
    r"https://\S+$"
    r"|(ccxt|binance-futures-connector-python) (issue|pull request) \d+$"
    r"|ccxt \d+\.\d+\.\d+, \S+\.py"
)
ENDS = {
    "OrderGone",
    "CancelUnknown",
    "ExchangeNotAvailable",
    "InvalidNonce",
    "AuthenticationError",
}
CONDITIONAL = (
    *("binance.usdm_algo", "binance.coinm_algo"),
    *("binance.pm_um_algo", "binance.pm_cm_conditional"),
)
"""Their orders do not trade: they are triggered, and become others."""
IDS = {"orderId", "origClientOrderId", "clientOrderId"}
IDS |= {"algoId", "clientAlgoId", "strategyId", "newClientStrategyId"}
QUERIES = {
    "/papi/v1/um/algo/order": {"/papi/v1/um/algo/algoOrder"},
    "/papi/v1/cm/conditional/order": {
        "/papi/v1/cm/conditional/openOrder",
        "/papi/v1/cm/conditional/orderHistory",
    },
}
"""By the path of the cancel, those of its queries that differ."""
LOST = {
    "lost-then-canceled",
    "lost-then-open",
    "lost-then-unknown-order",
}
ELSEWHERE = "conditional-"
"""Begins the names of cases of the regular endpoints, of conditional orders."""
ARCHIVED = '"code":-2026'
LOOKED = {
    "CancelUnknown": "D.*G$",
    "ExchangeNotAvailable": "DDD$",
    "InvalidNonce": "DG?D$",
    "OrderGone": "D(GG|GGGG?)$",
}
"""What is sent, by initials, before a call may end so; `OrderGone` where no state is known."""

EVERYWHERE = {
    *("live", "filled-before", "canceled-before", "unknown", "partly-filled"),
    *("rate-limit", "clock", "maintenance"),
}
"""The cases of each native plugin."""


def read(path: pathlib.Path) -> Case:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sent(case: Case) -> str:
    """``D`` for each cancel and ``G`` for each page that is asked for."""
    return "".join(turn["request"]["method"][0] for turn in case["round"])


def folder(plugin: str) -> dict[str, Case]:
    return {path.stem: read(path) for path in FILES if path.parent.name == plugin}


def case_names_its_fact_source_and_date(case: Case) -> None:
    """A case is one fact, its source, and its date."""
    assert case["fact"].endswith(".")
    assert SOURCE.match(case["source"])
    assert isinstance(case["date"], datetime.date) or re.fullmatch(r"20\d\d(-\d\d)?", case["date"])


def case_has_the_keys_of_the_format_and_no_others(case: Case) -> None:
    """A misspelt key would be a case that checks nothing."""
    assert case.keys() - {"order", "error", "then"} == {"fact", "source", "date", "call", "round"}
    assert len(case.keys() & {"order", "error"}) == 1
    assert case.get("then") in (None, "queries", "repeats", "markets", "elsewhere")
    assert {"symbol", "params"} <= case["call"].keys() <= {"id", "symbol", "params", "account"}
    if "order" in case:
        assert {"id", "status", "outcome", "symbol"} <= case["order"].keys()
    else:
        assert {"class"} <= case["error"].keys() <= {"class", "state", "contains", "successor"}


def round_is_a_request_and_its_reply(case: Case) -> None:
    """There is at least one."""
    assert case["round"]
    for turn in case["round"]:
        assert turn.keys() - {"source"} == {"request", "reply"}


def request_is_a_method_and_a_path(case: Case) -> None:
    """ccxt makes the rest of it."""
    for turn in case["round"]:
        assert turn["request"].keys() == {"method", "path"}


def wire_parameters_are_text(case: Case) -> None:
    """And what signing adds and what is ours are not among them."""
    for turn in case["round"]:
        assert turn["request"].keys() == {"method", "path", "params"}
        params = turn["request"]["params"]
        assert all(isinstance(value, str) for value in params.values())
        assert params.keys().isdisjoint({"timestamp", "recvWindow", "signature"})
        assert params.keys().isdisjoint({"deadline", "confirm"})


def reply_is_an_answer_or_lost(case: Case) -> None:
    """A lost reply has no other field; an answer is whole, and one to a look has its source."""
    canceled = {name: case["round"][0]["request"][name] for name in ("method", "path")}
    for turn in case["round"]:
        lost, asked = "lost" in turn["reply"], not canceled.items() <= turn["request"].items()
        assert turn["reply"] == {"lost": True} if lost else True
        assert lost or turn["reply"].keys() == {"status", "headers", "body"}
        assert ("source" in turn) == (asked and not lost)
        assert not asked or lost or turn["source"].startswith("https://")


def page_of_a_query_is_binances(case: Case) -> None:
    """Its endpoints are all Binance's."""
    for turn in case["round"]:
        source = turn.get("source", "https://developers.binance.com/")
        assert source.startswith("https://developers.binance.com/")


def cancel_comes_first(case: Case) -> None:
    """The first request is the cancel; nothing but cancels and pages follows."""
    assert re.fullmatch("D[DG]*", sent(case))


def order_is_named_by_one_id(case: Case) -> None:
    """The order id or the client id and never both, to a cancel and to a query; time has none."""
    for request in (turn["request"] for turn in case["round"]):
        ids = request["params"].keys() & IDS
        if request["path"].endswith("/time"):
            assert request["params"] == {}
        else:
            assert len(ids) == 1
            assert request["params"].keys() >= {"symbol"}


def error_text_stands_in_a_reply(case: Case) -> None:
    """What a message must contain is the exchange's own text."""
    contains = case.get("error", {}).get("contains")

    bodies = [turn["reply"].get("body", "") for turn in case["round"]]
    assert contains is None or any(contains in body for body in bodies)


def no_call_ends_before_it_has_looked(case: Case) -> None:
    """An uncertain end comes after the queries and tries that the outcome table requires.

    An archived order is found once, and will never be shown.
    """
    order, error = case.get("order", {}), case.get("error", {})
    if "state" not in error and ARCHIVED not in case["round"][-1]["reply"].get("body", ""):
        assert re.match(LOOKED.get(error.get("class"), ""), sent(case))
    if order.get("outcome") == "accepted":
        assert case["call"]["params"]["confirm"] is False


CHECKS = (
    case_names_its_fact_source_and_date,
    case_has_the_keys_of_the_format_and_no_others,
    round_is_a_request_and_its_reply,
    reply_is_an_answer_or_lost,
    error_text_stands_in_a_reply,
)
HTTP_CHECKS = (
    wire_parameters_are_text,
    page_of_a_query_is_binances,
    cancel_comes_first,
    order_is_named_by_one_id,
    no_call_ends_before_it_has_looked,
)
NATIVE_CHECKS = (request_is_a_method_and_a_path,)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_case_is_whole(plugin: str) -> None:
    """Each case passes all of the checks."""
    more = HTTP_CHECKS if plugin in HTTP_PLUGINS else NATIVE_CHECKS
    for name, case in folder(plugin).items():
        for check in (*CHECKS, *more):
            try:
                check(case)
            except (AssertionError, LookupError) as e:
                e.add_note(f"{plugin}/{name}: {check.__name__}")
                raise


@pytest.mark.parametrize("plugin", NATIVE_PLUGINS)
def test_native_plugin_has_a_fair_set(plugin: str) -> None:
    """Each kind of end, and of what is worth another try."""
    assert folder(plugin).keys() >= EVERYWHERE


@pytest.mark.parametrize("plugin", HTTP_PLUGINS)
def test_plugin_has_a_fair_set(plugin: str) -> None:
    """Every product has its page by each id, what is sent today, and each kind of end."""
    cases = folder(plugin)
    calls = [case["call"] for case in cases.values()]
    orders = [case["order"] for case in cases.values() if "order" in case]
    errors = [case["error"] for case in cases.values() if "error" in case]

    assert len(cases) >= 12
    assert {"page-by-order-id", "page-by-client-id"} | LOST <= cases.keys()
    end = "triggered" if plugin in CONDITIONAL else "closed"
    assert {"triggered": "lost-then-triggered", "closed": "lost-then-filled"}[end] in cases
    assert any(name.startswith(("today-", "log-", "until-")) for name in cases)
    assert any("a/b:c" in call["params"].values() for call in calls)
    assert any(isinstance(call.get("id"), int) for call in calls)
    assert plugin in CONDITIONAL or any(
        order["status"] == "canceled" and order.get("filled", 0) > 0 for order in orders
    )
    assert any(error.get("state") == end for error in errors)
    assert {error["class"] for error in errors} >= ENDS


@pytest.mark.parametrize("plugin", HTTP_PLUGINS)
def test_plugin_keeps_to_its_endpoint_and_account(plugin: str) -> None:
    """One folder is one endpoint; the portfolio margin ones name the account, the others none.

    Only the cases of `ELSEWHERE` ask the endpoint of the conditional orders, too.
    """
    cases = folder(plugin).values()

    at_home = [c for name, c in folder(plugin).items() if not name.startswith(ELSEWHERE)]
    sent = {(r["request"]["method"], r["request"]["path"]) for c in at_home for r in c["round"]}
    [path] = [path for method, path in sent if method == "DELETE"]
    queried = {p for method, p in sent if method == "GET" and not p.endswith("/time")}
    assert QUERIES.get(path, {path}) == queried
    for call in (case["call"] for case in cases):
        named = "account" in call or not call["params"].keys().isdisjoint(
            {"portfolioMargin", "papi"}
        )
        assert named == (".pm_" in plugin)
