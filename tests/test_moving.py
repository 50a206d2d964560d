"""What the README and docs/moving.md say of each exchange is what is installed and was measured."""

from __future__ import annotations

import doctest
import io
import json
import re
import sys
from typing import Any

import ccxt
import pytest
from pages import DOCS, Page
from venues.models.okx import Okx

import adapter
from adapter.contract.native import ID_RULE, NativeEndpoint
from adapter.venues import any as cautious

ROOT = DOCS.parent
README, PAGE = Page(ROOT / "README.md"), Page(DOCS / "moving.md")
CODE = re.compile(r"`(\w+)`")
ROWS = [
    plugin.cancel_endpoint
    for plugin in adapter.plugins()
    if plugin.distribution == "ccxt-adapter"
    and isinstance(plugin.cancel_endpoint, NativeEndpoint)
    and plugin.cancel_endpoint.is_verified
]
ANY_ID = "any without spaces and `/ ? # , & % \\`"
BOOKS = {None: "among all others", "trigger": "`trigger`"}

pytestmark = pytest.mark.skipif(not PAGE.text, reason="the pages are not beside the tests")


def client_id(row: NativeEndpoint) -> str:
    if row.client_id_param is None:
        return "of no use: by order id alone"
    rule = ANY_ID if row.client_id_rule == ID_RULE else row.client_id_rule
    return f"for spot: {rule}" if row.client_id_symbols == "[^:]+" else rule


def by_exchange(page: Page, heading: str) -> dict[str, list[str]]:
    """The cells of each exchange that a table names."""
    return {each: cells for name, *cells in page.table(heading) for each in CODE.findall(name)}


def test_the_readme_has_how_each_exchange_confirms() -> None:
    """As its row does; Binance has none."""
    shown = by_exchange(README, "exchange of ccxt")
    others = {name: cells[0] for name, cells in shown.items() if not name.startswith("binance")}

    assert {name: row.confirms for row in ROWS for name in row.exchanges} == others


def test_the_page_has_client_ids_and_trigger_words() -> None:
    """As the rows do."""
    rows = {
        name: [row.confirms, client_id(row), BOOKS[row.trigger_param]]
        for row in ROWS
        for name in row.exchanges
    }

    assert rows == by_exchange(PAGE, "exchange")


def test_the_page_has_the_params_of_several_orders() -> None:
    """And those of orders of another kind."""
    words = {word for row in ROWS for word in row.several_params | row.unserved_params}

    assert {"userref", "orderIdList", "twap"} == words
    assert words <= {*CODE.findall(PAGE.text)}


def test_the_readme_names_what_is_left_to_ccxt() -> None:
    """Every exchange of ccxt's that the cautious row leaves out, and no other."""
    text = README.text.partition("nothing could be confirmed:")[2].partition(".")[0]

    assert {*CODE.findall(text)} == {
        name for name in ccxt.exchanges if cautious.left_to_ccxt(getattr(ccxt, name)()) is not None
    }


def test_a_snippet_prints_what_it_shows() -> None:
    """On the model of OKX."""
    [block] = PAGE.of("pycon")
    output = io.StringIO()
    with Okx() as model:
        exchange = model.connect(ccxt.okx())
        order_id = exchange.create_order("BTC/USDT", "limit", "buy", 0.02, 30000)["id"]
        exchange.session.close()
        config = {**model.CREDENTIALS, "urls": exchange.urls, "options": dict(model.OPTIONS)}
        names: dict[str, Any] = {"adapter": adapter, "ccxt": ccxt, "CONFIG": config}
        names["order_id"] = order_id
        test = doctest.DocTestParser().get_doctest(block.text, names, "moving", None, None)
        result = doctest.DocTestRunner().run(test, out=output.write, clear_globs=False)
        test.globs["exchange"].session.close()

    assert (0, 3) == (result.failed, result.attempted), output.getvalue()


def test_the_truth_is_the_committed_measurement() -> None:
    """The tables of the page, and the sums of the README, are those of bench/truth_venues.json."""
    sys.path.insert(0, str(ROOT))
    venues = pytest.importorskip("bench.truth_venues", reason="bench/ is in the source tree only")
    measured = json.loads((ROOT / "bench" / "truth_venues.json").read_text("utf-8"))

    assert venues.tables(measured) in PAGE.text
    assert (
        f"[{measured['date']}](../bench/truth_venues.json), ccxt {measured['versions']['ccxt']}"
        in (PAGE.text)
    )
    assert f"in {measured['cancels']} ([{measured['date']}](bench/truth_venues.json)" in README.text
    for who, name in (("ccxt", "ccxt"), ("adapter", "the adapter")):
        cells = " | ".join(map(str, measured["all"][who].values()))
        assert f"| {name} on the others | {cells} |" in README.text


def test_nothing_that_the_adapter_says_is_false() -> None:
    """On no exchange that has a row, and each of them was measured."""
    measured = json.loads((ROOT / "bench" / "truth_venues.json").read_text("utf-8"))["venues"]

    assert {*measured} <= {name for row in ROWS for name in row.exchanges}
    assert all({*measured} & row.exchanges for row in ROWS)
    assert {0} == {found["adapter"]["false"] for found in measured.values()}
