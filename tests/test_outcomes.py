"""docs/outcomes.md: what it shows is what happens, and its call is right under every fault."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import ccxt
import ccxt.async_support
import pytest
from integration.instant import in_no_time
from pages import DOCS, Page, printed, world

import adapter
from adapter.venues.binance import algo, pm_cm_conditional
from adapter.venues.binance.orders import STATUSES

PAGE = Page(DOCS / "outcomes.md")
SYMBOL, OPTION = "BTC/USDT:USDT", "BTC/USDT:USDT-260327-90000-C"
CANCELED = (SYMBOL, "canceled", "canceled", "CANCELED")
REFUSED = (SYMBOL, "refused", None, "NEW")
CODE = re.compile(r"`([^`]+)`")

pytestmark = pytest.mark.skipif(not PAGE.text, reason="the page is not beside the tests")


@pytest.mark.parametrize("block", PAGE.of("pycon"), ids=lambda block: block.name)
def test_a_snippet_prints_what_it_shows(block: Any) -> None:
    """Each of them, to the letter, over a real socket and under the fault above it."""
    attempted, differs = printed(PAGE, block)

    assert attempted
    assert "" == differs


def test_every_block_is_run() -> None:
    """None is there to look at only, and the comments are run with the block below them."""
    assert len(PAGE.of("pycon")) == len(PAGE.blocks) > 20
    assert PAGE.text.count("<!--") == len([block for block in PAGE.blocks if block.comment])


def test_links_lead_somewhere() -> None:
    """To files of this project, and to headings that they have."""
    assert [] == PAGE.dead_links()


def test_every_status_is_explained() -> None:
    """The table of statuses is the adapter's own."""
    rows = [(CODE.findall(words), CODE.findall(status)) for words, status, _ in rows_of_statuses()]

    statuses = {**STATUSES, **algo.FIELDS.statuses, **pm_cm_conditional.FIELDS.statuses}
    assert {word: f'"{status}"' for word, status in statuses.items()} == {
        word: status for words, [status] in rows for word in words
    }


def rows_of_statuses() -> list[list[str]]:
    return PAGE.table("Binance says")


def test_each_of_ours_is_that_of_the_page() -> None:
    """The classes that an ``except`` may name in its stead."""
    rows = {CODE.findall(ours)[0]: CODE.findall(ccxts) for ours, ccxts in PAGE.table("class")}

    assert {"adapter.OrderGone", "adapter.CancelUnknown", "adapter.RateLimited"} == {*rows}
    for ours, names in rows.items():
        for name in names:
            assert issubclass(getattr(adapter, ours[8:]), getattr(ccxt, name[5:])), (ours, name)


ENDS: dict[str, tuple[str, str, str | None, str]] = {
    # the comment above a snippet, the order's outcome and status by the call, and that of the book
    "": (SYMBOL, "canceled", "canceled", "CANCELED"),
    'play("drop_before", on="DELETE", for_seconds=20)': (SYMBOL, "unknown", "open", "NEW"),
    'play("drop_before", on="DELETE", for_seconds=2)': CANCELED,
    'play("fill_part_before", on="DELETE")': CANCELED,
    'play("drop_after", on="DELETE")': CANCELED,
    'play("accepted_only", on="DELETE", requests=20)': (OPTION, "accepted", "canceling", "NEW"),
    'play("fill_before", on="DELETE")': (SYMBOL, "gone", "closed", "FILLED"),
    'play("cancel_before", on="DELETE")': (SYMBOL, "gone", "canceled", "CANCELED"),
    'play("expire_before", on="DELETE")': (SYMBOL, "gone", "expired", "EXPIRED"),
    'play("reject_before", on="DELETE")': (SYMBOL, "gone", "rejected", "REJECTED"),
    'play("banned_418", on="DELETE", seconds=120)': REFUSED,
    'play("limited_429", on="DELETE", seconds=1)': CANCELED,
    'play("http_503_unavailable", on="DELETE", for_seconds=20)': REFUSED,
    'play(*["me_recv_window_5028"] * 2, on="DELETE")': REFUSED,
    'play("page_403", on="DELETE")': REFUSED,
    'exchange.urls["api"]["fapiPrivate"] = nobody': REFUSED,
    'play("refused_2011_disabled", on="DELETE")': REFUSED,
    'play("refused_2011_generic", "refused_2011_closed", on="DELETE")': REFUSED,
    'exchange.secret = "another"': REFUSED,
}


def test_the_call_meets_all_that_the_page_has() -> None:
    """A fault that is added to the page is one for the call too."""
    shown = {block.comment.removeprefix("simulator.faults.") for block in PAGE.of("pycon")}

    assert shown == {*ENDS}


def called(there: dict[str, Any], comment: str, symbol: str, mode: str) -> Any:
    """What the call for several orders returns for one. Its pauses take no time."""
    clock = there["clock"]
    order_id = there["options_id" if symbol == OPTION else "order_id"]
    prepared = comment.replace("play(", "simulator.faults.play(", 1)
    if mode == "sync":
        exec(prepared, there)  # noqa: S102  # the page's own
        return there["exchange"].cancel_orders([order_id], symbol)

    async def call() -> Any:
        async with ccxt.async_support.binance(there["CONFIG"]) as exchange:
            exchange.milliseconds = clock
            in_no_time(adapter.attach(exchange), clock.skip)
            exec(prepared, {**there, "exchange": exchange})  # noqa: S102  # the page's own
            return await exchange.cancel_orders([order_id], symbol)

    return asyncio.run(call())


@pytest.mark.parametrize("comment", ENDS)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_call_is_true_of_the_book(comment: str, mode: str) -> None:
    """It says how the order ended, and raises nothing."""
    symbol, outcome, status, in_book = ENDS[comment]
    with world() as there:
        [came] = called(there, comment, symbol, mode)
        product = "options" if symbol == OPTION else "usdm"
        (order,) = there["simulator"].book.orders(product)

    assert (outcome, status, in_book) == (came["outcome"], came["status"], order.status)
    assert (came["error"] is None) == (outcome in ("canceled", "accepted"))
