"""docs/: what holds for every page, and for those without a test of their own."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest
from pages import DOCS, Block, Page, printed, world

import adapter
from adapter.cli import main
from adapter.simulator import Book, algo, products

PAGES = {file.name: Page(file) for file in sorted(DOCS.glob("*.md"))}
HERE = ("command-line", "configuration", "events", "install", "lost-answers", "simulator", "speed")
SYMBOL = "BTC/USDT:USDT"
OPTION = "BTC/USDT:USDT-260327-90000-C"
CODE = re.compile(r"`([^`]+)`")

pytestmark = pytest.mark.skipif(not PAGES, reason="the pages are not beside the tests")


def page(name: str) -> Page:
    return Page(DOCS / f"{name}.md")


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def committed(name: str) -> Any:
    return json.loads((DOCS.parent / "bench" / name).read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_the_first_sentence_names_the_reader(name: str) -> None:
    """Below the heading, a page names its readers."""
    heading, blank, first, *_ = PAGES[name].text.splitlines()

    assert heading.startswith("# ")
    assert not blank
    assert first.startswith("For the ")


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """To files of this project, and to headings that they have."""
    assert [] == PAGES[name].dead_links()


@pytest.mark.parametrize("name", PAGES)
def test_every_row_has_the_cells_of_its_table(name: str) -> None:
    """A bar too many moves every cell behind it."""
    for table in re.findall(r"(?:^\|.*\n)+", PAGES[name].text, re.MULTILINE):
        assert 1 == len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}), table


@pytest.mark.parametrize(
    ("page", "block"),
    [(page(name), block) for name in HERE for block in page(name).of("pycon")],
    ids=lambda value: value.name if isinstance(value, Block) else value.file.stem,
)
def test_a_snippet_prints_what_it_shows(page: Page, block: Block) -> None:
    """Each of them, over a real socket and under the fault above it; ``...`` is anything."""
    attempted, differs = printed(page, block)

    assert attempted
    assert "" == differs


@pytest.mark.parametrize("name", HERE)
def test_every_comment_is_run(name: str) -> None:
    """With the block below it."""
    found = page(name)

    assert found.text.count("<!--") == len([block for block in found.blocks if block.comment])


def test_the_other_blocks_are_known() -> None:
    """Each is read by a test below."""
    others = [b.language for name in HERE for b in page(name).blocks if b.language != "pycon"]

    assert ["toml", "json"] == others


def test_every_setting_is_explained() -> None:
    """With the default that the shipped plugins.toml has; what is unset there has none."""
    shipped = tomllib.loads((DOCS.parent / "plugins.toml").read_text("utf-8"))["defaults"]
    rows = {
        CODE.findall(name)[0]: default
        for name, default, _ in page("configuration").table("setting")
    }

    assert {name: json.dumps(value) for name, value in shipped.items()} == {
        name: CODE.findall(default)[0] for name, default in rows.items() if CODE.findall(default)
    }
    assert {"recv_window", "docs"} == rows.keys() - shipped.keys()


def test_the_settings_are_read(tmp_path: Path) -> None:
    """The plugins.toml of the page leaves options to ccxt."""
    [settings] = page("configuration").of("toml")
    (tmp_path / "plugins.toml").write_text(settings.text)
    exchange = adapter.attach(ccxt.binance(), plugins=tmp_path / "plugins.toml")

    assert adapter.explain(exchange, OPTION).plugin is None
    assert "binance.usdm" == adapter.explain(exchange, SYMBOL).plugin


def test_options_take_the_settings_that_the_page_lists() -> None:
    """And no others."""
    settings = [name for [name, *_] in map(CODE.findall, first_cells("setting"))]
    *_, (_, row) = page("configuration").table("its value")
    taken = CODE.findall(row)

    for name in settings:
        options = {"adapter": {name: object()}}
        with pytest.raises(adapter.PluginError) as raised:
            adapter.attach(ccxt.binance({"options": options}))
        assert ("there are" in str(raised.value)) is (name not in taken), name


def first_cells(heading: str) -> list[str]:
    return [row[0] for row in page("configuration").table(heading)]


def test_a_line_of_the_file_is_an_event() -> None:
    """With the process."""
    [line] = page("events").of("json")

    assert ["pid", *(field.name for field in attrs.fields(adapter.Event))] == [
        *json.loads(line.text)
    ]


async def interrupted(there: dict[str, Any], note: Any) -> None:
    """A cancel whose caller does not wait for it."""
    async with ccxt.async_support.binance(there["CONFIG"]) as exchange:
        adapter.attach(exchange, on_event=note)
        task = asyncio.ensure_future(exchange.cancel_order(there["order_id"], SYMBOL))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "faults",
    [
        ("drop_after",),
        ("drop_before",),
        ("limited_429",),
        ("banned_418",),
        ("http_503_unavailable",),
        ("skew_hour",),
        ("unknown_2011",),
        (),
    ],
    ids=str,
)
def test_every_event_is_explained(faults: tuple[str, ...]) -> None:
    """By the name and the details that the table has."""
    rows = page("events").table("`what`")
    details = {CODE.findall(what)[0]: {*CODE.findall(cell)} for what, _, cell in rows}
    received: list[adapter.Event] = []
    with world() as there:
        adapter.attach(there["exchange"], on_event=received.append)
        there["simulator"].faults.play(*faults, on="DELETE")
        with contextlib.suppress(ccxt.BaseError):
            there["exchange"].cancel_order(there["order_id"], SYMBOL)
        if not faults:
            asyncio.run(interrupted(there, received.append))
            assert "interrupted" == received[-1].what

    assert received
    for event in received:
        assert {*event.details} <= details[event.what], event


def test_the_truth_table_is_the_committed_measurement() -> None:
    """Its figures are those of bench/truth.json, with its date."""
    text, measured = page("lost-answers").text, committed("truth.json")

    for kind, found in measured["kinds"].items():
        counted = [
            str(found[who][word])
            for who in ("ccxt", "adapter")
            for word in ("true", "unknown", "false")
        ]
        assert f"| {kind} | {' | '.join(counted)} |" in text
    assert f"{measured['schedules']:,} cancels" in text
    assert f"[{measured['date']}](../bench/truth.json)" in text


def test_the_flood_is_the_committed_one() -> None:
    """The page's numbers on a flood are the worst of all that bench/flood.json has."""
    text, measured = one_line(page("speed").text), committed("flood.json")
    floods, cancels, limit = (measured[name] for name in ("floods", "cancels", "limit"))
    finish = max(flood["finish"] for flood in floods)
    [earliest] = {flood["earliest"] for flood in floods}
    full = [minute for flood in floods for minute in flood["minutes"][:-1]]
    market = min(minute["market data"] for minute in full)

    assert {0} == {flood["refused"] for flood in floods}
    assert f"of {cancels:,} cancels offered within a minute to a host of {limit:,} weight" in text
    assert f"after {finish:.1f} s, where {earliest} s is the earliest" in text
    assert f"At least {market} market-data calls a minute" in text
    assert f"[{measured['date']}](../bench/flood.json)" in text


def test_the_faults_of_the_page_exist() -> None:
    """Each call of its table is one that the simulator takes."""
    for [call] in map(CODE.findall, (row[0] for row in page("simulator").table("call"))):
        with world() as there:
            exec(call, there)  # noqa: S102  # the page's own


def test_the_products_of_the_page_are_those_of_the_simulator() -> None:
    """Each symbol that it names is one of the product, and it names all of both."""
    rows = page("simulator").table("product")
    named = {name: {*CODE.findall(row[1])} for row in rows for name in CODE.findall(row[0])}
    every = (*products.table("ACCEPTED"), *algo.PRODUCTS)

    assert {product.name: product.symbols for product in every} == named


def test_the_book_of_the_page_has_these_methods() -> None:
    """Each takes what the table shows."""
    found = re.findall(r"^\| `book\.(\w+)\((.*?)\)` \|", page("simulator").text, re.MULTILINE)

    assert {"orders", "now", "fill"} < {name for name, _ in found}
    for name, shown in found:
        parameters = [*inspect.signature(getattr(Book, name)).parameters][1:]
        assert parameters == shown.split(", "), name


def test_every_command_has_a_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that the page names explains itself."""
    text = page("command-line").text
    commands = {*re.findall(r"^    ccxt-adapter (\w+)", text, re.MULTILINE)}
    assert 9 == len(commands)
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert 0 == ended.value.code
        assert capsys.readouterr().out.startswith(f"usage: ccxt-adapter {command} ")
