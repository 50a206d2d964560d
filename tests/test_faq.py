"""docs/faq.md: its snippets are run, and its statements about them are true."""

from __future__ import annotations

import copy
import pickle

import ccxt
import pytest
from pages import DOCS, Block, Page, printed, world

import adapter

PAGE = Page(DOCS / "faq.md")
SYMBOL = "BTC/USDT:USDT"
OPTION = "BTC/USDT:USDT-260327-90000-C"

pytestmark = pytest.mark.skipif(not PAGE.text, reason="the page is not beside the tests")


@pytest.mark.parametrize("block", PAGE.of("pycon"), ids=lambda block: block.name)
def test_a_snippet_prints_what_it_shows(block: Block) -> None:
    """Each of them, over a real socket and under the fault above it; ``...`` is anything."""
    attempted, differs = printed(PAGE, block)

    assert attempted
    assert "" == differs


def test_every_block_is_run() -> None:
    """None is there to look at only, and the comments are run with the block below them."""
    assert len(PAGE.of("pycon")) == len(PAGE.blocks) > 10
    assert PAGE.text.count("<!--") == len([block for block in PAGE.blocks if block.comment])


def test_links_lead_somewhere() -> None:
    """To files of this project, and to headings that they have."""
    assert [] == PAGE.dead_links()


def test_a_stop_is_not_found_by_ccxt_either() -> None:
    """Without the param for it, and it stays in the book."""
    with world() as there:
        exchange = adapter.detach(there["exchange"])
        params = {"stopLossPrice": 90000}
        stop = exchange.create_order(SYMBOL, "limit", "sell", 0.5, 89000, params)
        with pytest.raises(ccxt.OrderNotFound):
            exchange.cancel_order(stop["id"], SYMBOL)
        (order,) = there["simulator"].book.orders("usdm_algo")

    assert "NEW" == order.status


def test_the_old_id_of_a_triggered_stop_is_not_found() -> None:
    """With the param for it, by ccxt: what has become of the stop is in the book."""
    with world() as there:
        exchange, simulator = adapter.detach(there["exchange"]), there["simulator"]
        params = {"stopLossPrice": 90000}
        stop = exchange.create_order(SYMBOL, "limit", "sell", 0.5, 89000, params)
        _, becomes = simulator.trigger(simulator.book.orders("usdm_algo")[0])
        with pytest.raises(ccxt.OrderNotFound):
            exchange.cancel_order(stop["id"], SYMBOL, {"trigger": True})

    assert "NEW" == simulator.book.now(becomes).status


def test_a_stop_in_a_portfolio_margin_account_is_cancelled_by_the_same_word() -> None:
    """Also where the account is set in the adapter alone."""
    with world() as there:
        exchange, simulator = there["exchange"], there["simulator"]
        adapter.attach(exchange, account="portfolio-margin")
        params = {"stopLossPrice": 90000, "portfolioMargin": True}
        stop = exchange.create_order(SYMBOL, "limit", "sell", 0.5, 89000, params)
        exchange.cancel_order(stop["id"], SYMBOL, {"trigger": True})

    assert ["CANCELED"] == [order.status for order in simulator.book.orders("pm_um_algo")]


def test_the_account_of_attach_is_that_of_the_whole_object() -> None:
    """ccxt's own ``fetch_order`` looks there too, until the adapter is detached."""
    with world() as there:
        exchange = adapter.attach(there["exchange"], account="portfolio-margin")
        order_id = str(there["simulator"].place("pm_um", "BTCUSDT").order_id)
        assert "open" == exchange.fetch_order(order_id, SYMBOL)["status"]
        with pytest.raises(ccxt.OrderNotFound):
            adapter.detach(exchange).fetch_order(order_id, SYMBOL)


@pytest.mark.parametrize("params", [{}, {"portfolioMargin": True}])
def test_there_is_no_demo_of_options_and_of_portfolio_margin(params: dict[str, bool]) -> None:
    """What has no host is not sent to another one."""
    demo = adapter.attach(ccxt.binance())
    demo.enable_demo_trading(True)
    with pytest.raises(ccxt.NotSupported):
        adapter.explain(demo, SYMBOL if params else OPTION, params)


def test_what_is_attached_cannot_be_pickled_nor_copied_flat() -> None:
    """A flat copy has the method of the original; a deep one has its own."""
    exchange = adapter.attach(ccxt.binance())

    flat = copy.copy(exchange)
    assert flat.cancel_order.__self__ is exchange
    assert adapter.attach(flat).cancel_order.__self__ is flat
    deep = copy.deepcopy(exchange)
    assert deep.cancel_order.__self__ is deep
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.loads(pickle.dumps(exchange))  # noqa: S301  # our own
