"""What tests of every directory may want.

``HYPOTHESIS_PROFILE`` is ``default`` (the same few schedules on every run), ``ci`` (the same many,
also where ``CI`` is set) or ``explore`` (as many new ones).

Of a test with several parameters only a few cases that have every value run by default; the others,
and whatever takes seconds, are marked ``long``: ``pytest -m long``. Where another test has the same
values by default, ``one_in`` makes them fewer still.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Generator, Hashable, Iterator
from pathlib import Path
from typing import Any

import ccxt.async_support
import certifi
import pytest
from covering import covering
from hypothesis import HealthCheck, settings
from integration.instant import in_no_time
from policies import without_native

import adapter.integration.attach
import adapter.testing.suite
from adapter.engine.state import ExchangeState
from adapter.registry.config import ENVIRONMENT

COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("default", COMMON, derandomize=True, max_examples=50)
settings.register_profile("ci", COMMON, derandomize=True, max_examples=6_000)
settings.register_profile("explore", COMMON, max_examples=10_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
)


def pytest_xdist_auto_num_workers() -> int:
    """At least three: a test over a socket waits for a third of its time."""
    return max(3, os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the long run what the default run covers by other cases of the same test.

    Cases that are long anyway cover nothing.
    """
    tests: defaultdict[tuple[Any, ...], list[pytest.Function]] = defaultdict(list)
    for item in items:
        is_long = item.get_closest_marker("long") is not None
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and not is_long:
            tests[item.parent, item.originalname].append(item)
    for cases in tests.values():
        chosen = sorted(covering(_values(cases)))
        share = cases[0].get_closest_marker("one_in")
        chosen = chosen[:: share.args[0] if share else 1]
        for number, case in enumerate(cases):
            if number not in chosen:
                case.add_marker("long")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The garbage collector looks at nothing while tests are collected, nor at them afterwards."""
    gc.disable()
    result = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return result


def _values(cases: list[pytest.Function]) -> list[dict[str, Hashable]]:
    """What each case has of each of its parameters; those that are given together are one."""
    rows = [str(mark.args[0]) for mark in cases[0].iter_markers("parametrize")]
    together = {name.strip(): row for row in rows for name in row.split(",")}
    table: list[dict[str, Hashable]] = []
    for case in cases:
        values = defaultdict(list)
        for name, value in case.callspec.params.items():
            values[together.get(name, name)].append(id(value))
        table.append({name: tuple(ids) for name, ids in values.items()})
    return table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have to tell, whatever process they ran in."""
    for report in terminalreporter.getreports(""):
        for name, line in report.user_properties:
            if name == "told":
                terminalreporter.write_line(str(line))


@pytest.fixture(scope="session", autouse=True)
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of certifi's authorities two: each async exchange reads them all, which takes 50 ms."""
    end = "-----END CERTIFICATE-----\n"
    first, second, _ = Path(certifi.where()).read_text().split(end, 2)
    file = tmp_path_factory.mktemp("authorities") / "two.pem"
    file.write_text(first + end + second + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_ends() -> Iterator[None]:
    """An async exchange that is closed waits no 250 ms more for what TLS has left to say."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ccxt.async_support.Exchange, "timeout_on_exit", 0)
        yield


@pytest.fixture
def only_binance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugins of other venues are disabled, so that nothing serves their exchanges."""
    monkeypatch.setenv(ENVIRONMENT, str(without_native(tmp_path)))


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any exchange object the adapter's pauses take no time, and no call ends for being slow."""
    bind = adapter.integration.attach._bind

    def hung(exchange: object, state: ExchangeState) -> None:
        bind(exchange, state)
        in_no_time(exchange)

    monkeypatch.setattr(adapter.integration.attach, "_bind", hung)
    monkeypatch.delitem(adapter.testing.suite.SHORT_DEADLINE, "deadline")
