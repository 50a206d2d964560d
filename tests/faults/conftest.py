"""Tells at the end of a run how the schedules ended."""

from __future__ import annotations

import pytest

from .tally import lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often nobody could say what became of a cancel, among others."""
    for line in lines():
        terminalreporter.write_line(line)
