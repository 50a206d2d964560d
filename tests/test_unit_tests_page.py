"""docs/unit-tests.md: its snippets are run, and its tables are what is so."""

from __future__ import annotations

import importlib.metadata
import re

import pytest
from pages import DOCS, Block, Page, printed

from adapter.contract.endpoint import CancelEndpoint
from adapter.engine.user_code import METHODS, implicit_names

PAGE = Page(DOCS / "unit-tests.md")
CODE = re.compile(r"`([^`]+)`")

pytestmark = pytest.mark.skipif(not PAGE.text, reason="the page is not beside the tests")


@pytest.mark.parametrize("block", PAGE.of("pycon"), ids=lambda block: block.name)
def test_a_snippet_prints_what_it_shows(block: Block) -> None:
    """Each of them, to the letter."""
    attempted, differs = printed(PAGE, block)

    assert attempted
    assert "" == differs


def test_every_block_is_run() -> None:
    """None is there to look at only."""
    assert len(PAGE.of("pycon")) == len(PAGE.blocks) == 7


def test_links_lead_somewhere() -> None:
    """To files of this project, and to headings that they have."""
    assert [] == PAGE.dead_links()


def test_every_method_is_named() -> None:
    """The first row has all that are checked; the second spelling of one is implied."""
    first, *_ = PAGE.table("replaced or overridden")

    assert {*METHODS} - {"handleErrors"} == {*CODE.findall(first[0])}


def test_the_implicit_methods_are_those_of_the_products() -> None:
    """Of each plugin that is shipped and has them: ccxt calls those of the others."""
    points = importlib.metadata.entry_points(group="adapter.plugins")
    shipped = {point.name: point.load() for point in points if point.module.startswith("adapter.")}
    products = {name: e for name, e in shipped.items() if isinstance(e, CancelEndpoint)}

    assert {
        name: [
            [implicit_names("DELETE", product.api, product.path)[0]],
            [
                implicit_names("GET", product.api, query.path or product.path)[0]
                for query in product.queries
            ],
        ]
        for name, product in products.items()
    } == {
        CODE.findall(name)[0]: [CODE.findall(cell) for cell in cells]
        for name, *cells in PAGE.table("product")
    }
