"""A plugins.toml that is wrong is refused by file, table and key."""

from __future__ import annotations

from pathlib import Path

import attrs
import ccxt
import pytest

import adapter
import adapter.engine.direct
from adapter.core.policy import Policy
from adapter.registry import config

from .conftest import Write

USDM = "binance.usdm"


def fault(path: Path) -> str:
    with pytest.raises(adapter.PluginError) as caught:
        config.load(path)
    return str(caught.value)


def test_unknown_key_is_refused_with_the_ones_there_are(write: Write) -> None:
    """A misspelt setting would be one that is silently not in force."""
    path = write("[binance.usdm]\nrecvWindow = 5000")
    known = ", ".join(field.name for field in attrs.fields(Policy))

    assert f"{path}: [binance.usdm] has no setting 'recvWindow'; there are {known}" == fault(path)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('enabled = "yes"', "enabled must be true or false; got 'yes'"),
        ("enabled = 1", "enabled must be true or false; got 1"),
        ("confirm = 0", "confirm must be true or false; got 0"),
        ("priority = true", "priority must be a whole number, from -1000 to 1000; got True"),
        ("priority = 1001", "priority must be a whole number, from -1000 to 1000; got 1001"),
        ("priority = 1.0", "priority must be a whole number, from -1000 to 1000; got 1.0"),
        (
            'recv_window = "5000"',
            "recv_window must be a whole number of ms, from 1 to 60000; got '5",
        ),
        ("recv_window = 0", "recv_window must be a whole number of ms, from 1 to 60000; got 0"),
        (
            "recv_window = 60001",
            "recv_window must be a whole number of ms, from 1 to 60000; got 600",
        ),
        (
            "recv_window = true",
            "recv_window must be a whole number of ms, from 1 to 60000; got True",
        ),
        ("attempts = 0", "attempts must be a whole number, from 1 to 10; got 0"),
        ("attempts = 11", "attempts must be a whole number, from 1 to 10; got 11"),
        ("attempts = [3]", "attempts must be a whole number, from 1 to 10; got [3]"),
        ("deadline = 0", "deadline must be a number of seconds, above 0; got 0"),
        ("deadline = -1.5", "deadline must be a number of seconds, above 0; got -1.5"),
        ("deadline = inf", "deadline must be a number of seconds, above 0; got inf"),
        ("deadline = nan", "deadline must be a number of seconds, above 0; got nan"),
        ("deadline = true", "deadline must be a number of seconds, above 0; got True"),
        (
            'confirm_timeout = "5s"',
            "confirm_timeout must be a number of seconds, above 0",
        ),
        ("confirm_timeout = 0", "confirm_timeout must be a number of seconds, above 0; got 0"),
        ('throttle = "fast"', 'throttle must be "bypass" or "wait"; got \'fast\''),
        ("throttle = []", 'throttle must be "bypass" or "wait"; got []'),
        ("docs = 1", "docs must be a string; got 1"),
    ],
)
@pytest.mark.parametrize("table", ["defaults", USDM])
def test_wrong_value_is_refused_by_file_table_and_key(
    write: Write, table: str, line: str, complaint: str
) -> None:
    """The message has the file and table, what is required and what was found."""
    path = write(f"[{table}]\n{line}")

    assert fault(path).startswith(f"{path}: [{table}] {complaint}")


@pytest.mark.parametrize(
    "line",
    [
        "priority = -1000",
        "priority = 1000",
        "recv_window = 1",
        "recv_window = 60000",
        "attempts = 1",
        "attempts = 10",
        "deadline = 0.001",
        "deadline = 3600",
        "confirm_timeout = 1",
    ],
)
def test_the_ends_of_a_range_are_in_it(write: Write, line: str) -> None:
    """What the message calls the limits is allowed."""
    name, value = line.split(" = ")

    policy = config.load(write(f"[binance.usdm]\n{line}")).policy(USDM)
    assert float(value) == getattr(policy, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("enabled = false", "enabled"),
        ("[defaults]\n[[kraken]]\nenabled = true", "kraken"),
        ("binance = true", "binance"),
    ],
)
def test_a_key_outside_a_table_is_refused(write: Write, text: str, name: str) -> None:
    """A setting belongs to ``[defaults]`` or to a plugin."""
    path = write(text)

    assert fault(path).startswith(f"{path}: {name} is outside of a table: put it under [defaults]")


def test_settings_for_a_whole_venue_are_refused(write: Write) -> None:
    """There are tables for plugins and for all of them, none for a venue."""
    path = write("[binance]\nenabled = false\n[binance.usdm]\nenabled = true")

    assert fault(path).startswith(f"{path}: [binance] is not a plugin but contains [binance.usdm]")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"enabled: no", id="another language"),
        pytest.param(b"[defaults]\n[defaults]", id="a table twice"),
    ],
)
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """TOML allows each key once."""
    path = tmp_path / "mine.toml"
    path.write_bytes(content)

    assert fault(path).startswith(f"{path}: is not TOML (")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A file that the user named and that is not there, or is a folder, is never passed over."""
    missing = tmp_path / "missing.toml"

    assert f"{missing}: cannot be read (No such file or directory)" == fault(missing)
    assert fault(tmp_path).startswith(f"{tmp_path}: cannot be read (")


@pytest.mark.parametrize("name", ["binance.usdn", "binance", "kraken.spot", "defaults.usdm"])
def test_a_table_that_names_no_plugin_is_refused(write: Write, name: str) -> None:
    """A misspelt plugin would be one whose settings are silently not in force."""
    path = write(f"[{name}]\nenabled = false")

    with pytest.raises(adapter.PluginError) as caught:
        adapter.attach(ccxt.binance(), plugins=path)

    assert str(caught.value).startswith(f"{path}: [{name}] names no installed plugin; there are")
    assert "binance.pm_um_algo, binance.spot, binance.usdm, binance.usdm_algo" in str(caught.value)


@pytest.mark.parametrize("text", ["[binance.usdn]", "[binance.usdm]\nnope = 1", "nope"])
def test_attach_with_a_broken_file_leaves_the_exchange_as_it_was(write: Write, text: str) -> None:
    """A refused file changes nothing, also where the adapter is attached already."""
    fresh, served = ccxt.binance(), adapter.attach(ccxt.binance())
    before = {**vars(fresh)}, {**vars(served)}
    for exchange in (fresh, served):
        with pytest.raises(adapter.PluginError):
            adapter.attach(exchange, plugins=write(text))

    assert before == (vars(fresh), vars(served))


def test_a_lost_shipped_file_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A distribution without its plugins.toml is a broken installation."""
    monkeypatch.setattr(config, "__file__", str(tmp_path / "config.py"))

    with pytest.raises(adapter.PluginError, match="is missing: install ccxt-adapter again"):
        config.load()


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """TOML is UTF-8, and the remedy is the editor's."""
    path = tmp_path / "mine.toml"
    path.write_bytes("# Zürich".encode("latin-1"))

    assert f"{path}: is not UTF-8: save it as UTF-8" == fault(path)
