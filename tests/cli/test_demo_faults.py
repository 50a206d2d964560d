"""``ccxt-adapter demo --faults``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
from pytest_mock import MockerFixture
from rich.cells import cell_len

from adapter.cli import main
from adapter.cli.demo import faults
from adapter.cli.demo.faults import FaultRow
from adapter.cli.demo.samples import SAMPLES
from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN
from adapter.simulator.faults import FAULTS, Fault

PLAYED = (
    *("drop_after", "fill_before", "expire_before", "cancel_before", "reject_before"),
    *("refused_2011_generic", "unknown_2011", "other_order_200", "code_1007", "code_1007_executed"),
    *("accepted_only", "delay_before", "empty_200"),
    *("http_503_burst", "fill_before_lag", "drop_after_lag"),
)

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", autouse=True)
def in_their_own_time() -> Iterator[None]:
    """Only an answer that is delayed comes too late, however slow the machine is."""
    real = faults._attempt

    def attempt(
        exchange: Any, sim: Any, sample: Any, fault: Fault, *rest: Any, **named: Any
    ) -> Any:
        exchange.timeout = 500 if fault.delay else 60_000
        return real(exchange, sim, sample, fault, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faults, "_attempt", attempt)
        patch.setattr(faults, "LATE", 30.0)
        yield


def _short(case: Fault) -> Fault:
    return attrs.evolve(case, for_seconds=0.3) if case.name == "http_503_burst" else case


@pytest.fixture(scope="module")
def rows(in_their_own_time: None) -> list[FaultRow]:  # noqa: ARG001  # it must come first
    """The cancels are made once for all; tests/faults has every fault, and more of each."""
    played = {c.name: (c, faults._sample(c, i)) for i, c in enumerate(faults.cases())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            faults, "cases", lambda: [case for case, _ in (played[name] for name in PLAYED)]
        )
        patch.setattr(faults, "_sample", lambda case, _: played[case.name][1])
        return list(faults.rows())


@pytest.fixture
def shown(rows: list[FaultRow], mocker: MockerFixture) -> list[FaultRow]:
    """The command shows these rows again."""
    mocker.patch.object(faults, "rows", return_value=rows)
    return rows


@pytest.fixture
def few(mocker: MockerFixture) -> None:
    """There are only two faults."""
    two = [FAULTS["refused_2011_generic"], FAULTS["drop_after"]]
    mocker.patch.object(faults, "cases", return_value=two)


def named(rows: list[FaultRow], name: str) -> FaultRow:
    return next(row for row in rows if row.fault.name == name)


@pytest.mark.long
class TestRows:
    """What happened under each fault."""

    def test_every_fault_that_a_cancel_meets(self) -> None:
        """All faults are there but those that do nothing to a cancel, and three that last."""
        found = {case.name for case in faults.cases()}
        others = {"none", "hang_up", "placed_lag", "skew_undo", "query_lag", "cancel_all_skips"}
        assert others == set(FAULTS) - found
        assert {"http_503_burst", "fill_before_lag", "drop_after_lag"} == found - set(FAULTS)
        assert set(PLAYED) <= found

    def test_every_product(self) -> None:
        """Each product has many faults."""
        samples = [faults._sample(case, i).plugin for i, case in enumerate(faults.cases())]
        counted = Counter(samples)
        assert {sample.plugin for sample in SAMPLES} == set(counted)
        assert min(counted.values()) >= 8

    def test_every_cancel_met_its_fault(self, rows: list[FaultRow]) -> None:
        """ccxt sends each cancel once; the adapter sends it at most three times, or in a burst six.

        Six are its `attempts`.
        """
        assert {1} == {row.ccxts.sends for row in rows}
        burst = named(rows, "http_503_burst")
        sends = {row.ours.sends for row in rows if row is not burst}
        assert {1, 2} <= sends <= {1, 2, 3}
        assert burst.ours.sends in range(2, 7)

    def test_the_adapter_shows_nothing_false(self, rows: list[FaultRow]) -> None:
        """Not under any fault, nor does it leave anything unknown."""
        assert [] == [row.described() for row in rows if row.verdict != TRUE]

    def test_lost_answer(self, rows: list[FaultRow]) -> None:
        """ccxt does not know what became of a canceled order, the adapter does."""
        row = named(rows, "drop_after")
        assert ("NetworkError", "CANCELED", UNKNOWN) == (
            row.ccxts.error,
            row.ccxts.book_status,
            row.ccxts_verdict,
        )
        assert ("canceled", 1) == (row.ours.answer["status"], row.ours.sends)

    def test_ccxt_is_wrong(self, rows: list[FaultRow]) -> None:
        """ccxt reports open orders as gone, and believes an answer about another order."""
        wrong = {row.fault.name: row.ccxts.status for row in rows if row.ccxts_verdict == FALSE}
        assert "OrderNotFound" == wrong["refused_2011_generic"]
        assert "OrderNotFound" == wrong["unknown_2011"]
        assert "canceled" == wrong["other_order_200"]
        assert "open" == wrong["accepted_only"]

    def test_ended_otherwise(self, rows: list[FaultRow]) -> None:
        """The adapter reports how an order that was gone had ended."""
        names = ("fill_before", "expire_before", "cancel_before", "reject_before")
        states = [named(rows, name).ours.state for name in names]
        assert ["closed", "expired", "canceled", "rejected"] == states

    def test_the_book_is_read_when_all_has_happened(self, rows: list[FaultRow]) -> None:
        """A cancel that is executed after ccxt gave up is in the book."""
        row = named(rows, "delay_before")
        assert ("RequestTimeout", "CANCELED") == (row.ccxts.error, row.ccxts.book_status)

    def test_a_burst(self, rows: list[FaultRow]) -> None:
        """After a burst of 503 the adapter has canceled the order, and ccxt has given up."""
        row = named(rows, "http_503_burst")
        assert ("ExchangeNotAvailable", "NEW", UNKNOWN) == (
            row.ccxts.error,
            row.ccxts.book_status,
            row.ccxts_verdict,
        )
        assert ("canceled", "CANCELED") == (row.ours.answer.get("status"), row.ours.book_status)

    def test_queries_that_lag(self, rows: list[FaultRow]) -> None:
        """The adapter asks until it sees the fill, or its own cancel, though it is shown later."""
        filled, lost = (named(rows, name) for name in ("fill_before_lag", "drop_after_lag"))
        assert ("OrderGone", "closed") == (filled.ours.error, filled.ours.state)
        assert ("canceled", "CANCELED") == (lost.ours.answer.get("status"), lost.ours.book_status)
        for row in (filled, lost):
            assert "GET GET" in " ".join(request.method for request in row.ours.requests)

    def test_few_words(self, rows: list[FaultRow]) -> None:
        """A fault's text shows whether the cancel was executed, and ends without a full stop."""
        assert "executed; answer: HTTP 400 with -1007" == named(rows, "code_1007_executed").words
        assert "not executed; answer: HTTP 400 with -1007" == named(rows, "code_1007").words
        assert named(rows, "fill_before").words.startswith("the order trades")


@pytest.mark.long
class TestShown:
    """The table and the JSON."""

    @pytest.mark.parametrize("columns", [120, 80])
    def test_table(
        self,
        shown: list[FaultRow],
        environment: pytest.MonkeyPatch,
        capsys: Captured,
        columns: int,
    ) -> None:
        """It is plain text in a pipe, and each fault is whole at the beginning of a line."""
        if columns != 120:
            environment.setenv("COLUMNS", str(columns))

        assert 0 == main(["demo", "--faults"])
        captured = capsys.readouterr()
        lines = captured.out.splitlines()
        assert all(cell_len(line) <= columns for line in lines)
        assert "\x1b" not in captured.out
        assert "" == captured.err
        starts = [line.split(" ")[0] for line in lines]
        for row in shown:
            assert row.fault.name in starts

    def test_cells(self, shown: list[FaultRow], capsys: Captured) -> None:
        """A cell is the report, and below it the book's status and the verdict."""
        assert 0 == main(["demo", "--faults"])
        lines = capsys.readouterr().out.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("fill_before "))
        said, book = lines[first : first + 2]
        assert [shown[0].fault.name, "NetworkError", "canceled"] == lines[3].split()
        assert book.startswith(f"{named(shown, 'fill_before').product}: the order trades in full")
        assert said.split()[1:] == ["OrderNotFound", "OrderGone", "(closed)"]
        assert book.split()[-4:] == ["FILLED:", TRUE, "FILLED:", TRUE]
        assert any("no status" in line for line in lines)

    def test_sums(self, shown: list[FaultRow], capsys: Captured) -> None:
        """Below it is how often ccxt and the adapter were right, and what the verdicts mean."""
        assert 0 == main(["demo", "--faults"])
        words = " ".join(capsys.readouterr().out.split())
        counted = Counter(row.ccxts_verdict for row in shown)
        ccxts = ", ".join(f"{counted[word]} {word}" for word in (TRUE, UNKNOWN, FALSE))
        number = len(shown)
        assert f"{number} faults. ccxt: {ccxts}." in words
        assert f"The adapter: {number} true, 0 unknown, 0 FALSE." in words
        assert "unknown: the report does not show" in words

    def test_json(self, shown: list[FaultRow], printed: Printed) -> None:
        """With --json it is one array with the same verdicts."""
        assert 0 == main(["demo", "--faults", "--json"])
        found = printed()
        assert [row.fault.name for row in shown] == [row["fault"] for row in found]
        assert [row.ccxts_verdict for row in shown] == [row["ccxt"]["verdict"] for row in found]
        assert {"CANCELED", "NEW"} <= {row["adapter"]["book_status"] for row in found}
        assert {row["request"].partition(" ")[0] for row in found} == {"DELETE"}


@pytest.mark.usefixtures("few")
class TestRun:
    """Two faults, played for each test."""

    def test_the_users_settings_stay_out(
        self, environment: pytest.MonkeyPatch, tmp_path: Path, printed: Printed
    ) -> None:
        """A plugin that the user has disabled is shown all the same: it was shipped."""
        file = tmp_path / "plugins.toml"
        file.write_text("[binance.usdm]\nenabled = false\n")
        environment.setenv("ADAPTER_PLUGINS", str(file))

        assert 0 == main(["demo", "--faults", "--json"])
        assert "OperationRejected" == printed()[0]["adapter"]["error"]

    def test_a_false_row_of_the_adapter_is_not_covered_up(
        self, mocker: MockerFixture, capsys: Captured
    ) -> None:
        """A false report of the adapter is in the table, and the exit code is 1."""
        mocker.patch("adapter.attach", side_effect=lambda exchange, **_: exchange)

        assert 1 == main(["demo", "--faults"])
        words = " ".join(capsys.readouterr().out.split())
        assert "The adapter: 0 true, 1 unknown, 1 FALSE." in words

    def test_unknown_is_no_falsehood(self, mocker: MockerFixture) -> None:
        """An adapter that reports unknown is not wrong."""
        mocker.patch("adapter.attach", side_effect=lambda exchange, **_: exchange)
        mocker.patch.object(faults, "cases", return_value=[FAULTS["drop_after"]])

        assert 0 == main(["demo", "--faults"])

    def test_what_ccxt_trips_over_stands_in_the_table(
        self, mocker: MockerFixture, printed: Printed
    ) -> None:
        """An error of Python's own out of ccxt shows nothing of the order."""
        mocker.patch.object(ccxt.binance, "market", side_effect=TypeError)

        assert 0 == main(["demo", "--faults", "--json"])
        ccxts = [row["ccxt"] for row in printed()]
        assert [("TypeError", UNKNOWN)] * 2 == [(c["error"], c["verdict"]) for c in ccxts]

    def test_what_the_adapter_trips_over_is_not_swallowed(self, mocker: MockerFixture) -> None:
        """A mistake of the program is no answer of an exchange."""
        mocker.patch("adapter.engine.flow.parse_arguments", side_effect=ZeroDivisionError)

        with pytest.raises(ZeroDivisionError):
            main(["demo", "--faults"])
