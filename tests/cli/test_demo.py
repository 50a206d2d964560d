"""``ccxt-adapter demo``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture
from rich.cells import cell_len

from adapter.cli import main
from adapter.cli.demo import comparison
from adapter.cli.demo.attempt import Attempt
from adapter.cli.demo.comparison import Row
from adapter.cli.demo.samples import SAMPLES
from adapter.contract.endpoint import CancelEndpoint
from adapter.engine.flow import CancelFlow

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def found() -> list[Row]:
    """The cancels are made once for all tests that only look at them."""
    return comparison.rows()


@pytest.fixture
def rows(found: list[Row]) -> list[dict[str, Any]]:
    return [row.described() for row in found]


@pytest.fixture
def shown(found: list[Row], mocker: MockerFixture) -> None:
    """The command shows these rows again."""
    mocker.patch.object(comparison, "rows", return_value=found)


@pytest.fixture
def few(mocker: MockerFixture) -> None:
    """Spot, margin and USDⓈ-M are enough where the demo runs once more."""
    mocker.patch.object(comparison, "SAMPLES", SAMPLES[:3])


class TestJson:
    """What a program reads."""

    def test_two_rows_of_each(self, rows: list[dict[str, Any]]) -> None:
        """Each product is cancelled by id, sync, and by client id, async."""
        expected = [(s.plugin, mode) for s in SAMPLES for mode in ("sync", "async")]
        assert expected == [(row["product"], row["mode"]) for row in rows]
        assert {"orderId"} == {row["sent_as"] for row in rows[::2]}
        names = {row["product"]: row["sent_as"] for row in rows[1::2]}
        assert "clientOrderId" == names.pop("binance.options")
        assert {"origClientOrderId"} == {*names.values()}

    def test_requests(self, rows: list[dict[str, Any]]) -> None:
        """The request line is the one that arrived."""
        assert [
            "DELETE /api/v3/order",
            "DELETE /sapi/v1/margin/order",
            "DELETE /fapi/v1/order",
            "DELETE /dapi/v1/order",
            "DELETE /eapi/v1/order",
            "DELETE /papi/v1/um/order",
            "DELETE /papi/v1/cm/order",
            "DELETE /papi/v1/margin/order",
        ] == [row["request"] for row in rows[::2]]

    def test_the_adapter_is_right(self, rows: list[dict[str, Any]]) -> None:
        """Every answer of the adapter is true of an order that the book has as CANCELED."""
        for ours in (row["adapter"] for row in rows):
            assert ours["true"]
            assert "CANCELED" == ours["book_status"]
            assert ours["order_id"] == ours["id"]
            assert ours["order_client_id"] == ours["client_order_id"]
            assert ("canceled", "canceled") == (ours["status"], ours["outcome"])
            assert ours["milliseconds"] > 0

    def test_ccxt_is_wrong_twice(self, rows: list[dict[str, Any]]) -> None:
        """ccxt calls a cancelled option open; on spot and margin it names the cancel request."""
        wrong = {row["product"]: row["ccxt"] for row in rows if not row["ccxt"]["true"]}
        names = {"binance.spot", "binance.margin", "binance.pm_margin"}
        assert names | {"binance.options"} == set(wrong)
        assert "open" == wrong.pop("binance.options")["status"]
        assert {"canceled"} == {found["status"] for found in wrong.values()}

    def test_requests_before_the_first_cancel(self, rows: list[dict[str, Any]]) -> None:
        """ccxt loads markets first, once for each exchange object; the adapter loads none."""
        assert 0 == sum(row["adapter"]["requests_before"] for row in rows)
        before = [row["ccxt"]["requests_before"] for row in rows]
        assert min(before[:2]) >= 7
        assert {0} == {*before[2:]}


@pytest.mark.usefixtures("shown")
def test_json_is_all_there_is(capsys: Captured, printed: Printed) -> None:
    """With --json stdout is one array, and the exit code reports that all is true."""
    assert 0 == main(["demo", "--json"])
    assert 2 * len(SAMPLES) == len(printed())
    assert "" == capsys.readouterr().err


@pytest.mark.usefixtures("shown")
def test_table(capsys: Captured) -> None:
    """In a pipe it is 120 columns of plain text, two lines to a product, and a summary below."""
    assert 0 == main(["demo"])
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert all(cell_len(line) <= 120 for line in lines)
    assert "\x1b" not in text
    for sample in SAMPLES:
        assert 1 == sum(line.startswith(f"{sample.plugin} ") for line in lines)
    assert 2 * len(SAMPLES) == sum(" mine-1 " in line or " mine-2 " in line for line in lines)
    assert "ccxt 7 (it loads the markets), adapter 0." in text
    assert "32 of the 32 orders are CANCELED" in text
    words = " ".join(text.split())
    assert "ccxt reports open for binance.options." in words
    assert "Every row of the adapter agrees with the book." in words


@pytest.mark.usefixtures("shown")
def test_narrow_terminal(environment: pytest.MonkeyPatch, capsys: Captured) -> None:
    """In 80 columns a row takes three lines, and no message is broken."""
    environment.setenv("COLUMNS", "80")

    assert 0 == main(["demo"])
    lines = capsys.readouterr().out.splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    assert any("DELETE /papi/v1/margin/order" in line for line in lines)
    assert any("by origClientOrderId" in line for line in lines)


@pytest.mark.usefixtures("few")
def test_the_users_settings_stay_out(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    """A plugin that the user has disabled is shown all the same: it was shipped."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.usdm]\nenabled = false\n")
    environment.setenv("ADAPTER_PLUGINS", str(file))

    assert 0 == main(["demo"])
    assert "Every row" in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("few")
def test_a_wrong_answer_is_not_covered_up(mocker: MockerFixture, capsys: Captured) -> None:
    """Where the adapter is wrong about a product, the summary names it and the exit code is 1."""
    own = CancelEndpoint.response_client_id_field.__get__  # type: ignore[attr-defined]  # a slot
    mocker.patch.object(
        CancelEndpoint,
        "response_client_id_field",
        property(
            lambda p: own(p) if p.path == "order" and p.root == "/fapi/v1" else "clientOrderId"
        ),
    )

    assert 1 == main(["demo"])
    assert "The adapter is wrong for binance.spot and binance.margin." in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.usefixtures("few")
def test_an_error_stands_in_the_table(
    mocker: MockerFixture, environment: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A cancel that fails shows the class of its exception, and the order is open in the book."""
    steps = mocker.patch.object(CancelFlow, "parse", side_effect=ccxt.NotSupported("not today"))
    rows = comparison.rows()
    mocker.patch.object(comparison, "rows", return_value=rows)
    for columns in ("120", "80"):
        environment.setenv("COLUMNS", columns)
        assert 1 == main(["demo"])
        text = capsys.readouterr().out
        assert 6 == text.count("NotSupported")
        assert "6 of the 12 orders" in text
    assert 6 == steps.call_count


def test_other_errors_are_not_swallowed(mocker: MockerFixture) -> None:
    """A mistake of the program is no answer of an exchange."""
    mocker.patch.object(CancelFlow, "parse", side_effect=ZeroDivisionError)

    with pytest.raises(ZeroDivisionError):
        main(["demo"])


@pytest.mark.usefixtures("shown")
def test_ccxt_as_true_as_the_adapter(mocker: MockerFixture, capsys: Captured) -> None:
    """Where ccxt is right, the summary has nothing about it."""
    for fact in ("status_is_true", "client_id_is_true"):
        mocker.patch.object(Attempt, fact, True)

    assert 0 == main(["demo"])
    text = capsys.readouterr().out
    assert "ccxt reports" not in text
    assert "client id that is not" not in text
