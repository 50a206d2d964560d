"""docs/migration.md: its tables are what ccxt and the adapter do, and its line is enough."""

from __future__ import annotations

import re

import pytest
from pages import DOCS, Page, printed

from .difference import Difference
from .migration import CALLS, ERRORS, ORDERS, PAGE, TABLES, written

MIGRATION = Page(DOCS / "migration.md")

ROWS = [
    row if number % 5 == 0 else pytest.param(row, marks=pytest.mark.long)
    for number, row in enumerate([*ORDERS, *ERRORS, *CALLS])
]
"""Each makes some fourteen calls, so one in five runs by default."""

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the page is not beside the tests")


@pytest.mark.long
def test_the_tables_are_what_comes_of_running_both() -> None:
    """Word for word; the command in the page writes them again."""
    assert written(MIGRATION.text) == MIGRATION.text
    assert "PYTHONPATH=tests python -m parity.migration" in MIGRATION.text
    assert [*TABLES] == re.findall(r"^<!-- table: (\w+) -->$", MIGRATION.text, re.MULTILINE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_row_is_a_difference(row: Difference) -> None:
    """Where both do the same, there is nothing to know."""
    what, ccxts, ours = row.cells()

    assert ccxts != ours, what


def test_no_order_that_lives_is_not_found_by_the_adapter() -> None:
    """The rows in which a query finds the order open."""
    rows = [row for row in ERRORS if row.query == "NEW"]

    assert len(rows) > 3
    assert [] == [row.what for row in rows if "OrderGone" in row.made(ours=True)]


def test_the_line_is_enough() -> None:
    """Against the simulator, as it is."""
    [block] = MIGRATION.blocks
    attempted, differs = printed(MIGRATION, block)

    assert attempted > 2
    assert "" == differs


def test_links_lead_somewhere() -> None:
    """To files of this project, and to headings that they have."""
    assert [] == MIGRATION.dead_links()
