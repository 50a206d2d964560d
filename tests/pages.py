"""A page of docs/: its blocks, and the simulated exchange that its snippets are run against.

A comment in the page's source right above a block is run before it: what goes wrong in there.
"""

from __future__ import annotations

import asyncio
import contextlib
import doctest
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import ccxt
import ccxt.async_support
from integration.instant import Ahead, in_no_time
from integration.unreachable import closed_port

import adapter
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"(?:^<!-- (.*?) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^:)]+)\)")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@attrs.frozen
class Block:
    """A block of code, with the comment above it, if any."""

    comment: str
    language: str
    text: str

    @property
    def name(self) -> str:
        """What it is called among the tests."""
        lines = self.text.strip().splitlines() or [""]
        return self.comment or lines[0].removeprefix(">>> ")


@attrs.frozen
class Page:
    """One page, or nothing where the tests are alone."""

    file: Path

    @property
    def text(self) -> str:
        return self.file.read_text("utf-8") if self.file.is_file() else ""

    @property
    def blocks(self) -> list[Block]:
        return [Block(*found) for found in BLOCK.findall(self.text)]

    def of(self, language: str) -> list[Block]:
        """Its blocks in this language."""
        return [block for block in self.blocks if block.language == language]

    def table(self, heading: str) -> list[list[str]]:
        """The rows of the table whose first heading this is, without code marks."""
        rows = self.text.partition(f"\n| {heading} |")[2].split("\n\n")[0].splitlines()[2:]
        return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]

    def defined(self) -> dict[str, Any]:
        """What its blocks of plain Python define."""
        names: dict[str, Any] = {"adapter": adapter, "ccxt": ccxt, "asyncio": asyncio}
        for block in self.of("python"):
            exec(block.text, names)  # noqa: S102  # the page's own
        return names

    def dead_links(self) -> list[str]:
        """Relative links to files that are not there, or to headings that no page has."""
        return [link for link in LINK.findall(self.text) if not self._leads(link)]

    def _leads(self, link: str) -> bool:
        path, _, heading = link.partition("#")
        target = self.file.parent / path if path else self.file
        return target.exists() and (not heading or heading in headings(target))


def headings(file: Path) -> list[str]:
    """The anchors that a page has, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines]


@contextlib.contextmanager
def world() -> Iterator[dict[str, Any]]:
    """What the snippets take for granted, and what the comments above them call."""
    clock = Ahead()  # the pauses that are skipped have passed for the host
    with Simulator(clock=clock) as simulator, closed_port() as nobody:
        order = simulator.place("usdm", "BTCUSDT", quantity=2)
        option = simulator.place("options", "BTC-260327-90000-C", client_order_id="myOption1")
        exchange = adapter.attach(simulator.connect(ccxt.binance()))
        exchange.milliseconds = clock
        in_no_time(exchange, clock.skip)
        with contextlib.closing(exchange.session):
            yield {
                "adapter": adapter,
                "ccxt": ccxt,
                "asyncio": asyncio,
                "simulator": simulator,
                "clock": clock,
                "nobody": f"http://{nobody}",
                "exchange": exchange,
                "CONFIG": config(simulator),
                "order_id": str(order.order_id),
                "options_id": str(option.order_id),
            }


def config(simulator: Simulator) -> dict[str, Any]:
    """What makes any exchange object of ccxt's one of the simulator's."""
    urls = {"api": redirected(ccxt.binance().urls, simulator.url)["api"]}
    keys = {"apiKey": simulator.api_key, "secret": simulator.secret}
    return {**keys, "urls": urls, "timeout_on_exit": 0}


def printed(page: Page, block: Block) -> tuple[int, str]:
    """How many lines of a session were typed, and how what they print differs from the page."""
    output = io.StringIO()
    with world() as there:
        names = {**page.defined(), **there}
        exec(block.comment, names)  # noqa: S102  # the page's own
        parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=FLAGS)
        test = parser.get_doctest(block.text, names, page.file.name, None, None)
        result = runner.run(test, out=output.write)
    return result.attempted, output.getvalue()
