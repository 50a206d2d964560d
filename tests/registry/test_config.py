"""plugins.toml: which file sets what, and the errors for wrong settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
import pytest_mock
from policies import shipped_policy

import adapter
import adapter.engine.direct
from adapter.core.policy import Policy
from adapter.registry import config
from adapter.testing import Answer, Replay

from .conftest import Write

USDM = "binance.usdm"
SYMBOL = "BTC/USDT:USDT"
CANCELED = Answer(body='{"orderId":1,"clientOrderId":"a","status":"CANCELED"}')


def cancel(plugins: Path | None, params: dict[str, Any] | None = None) -> dict[str, str]:
    """The parameters that a cancel sends under a user's file."""
    with Replay([CANCELED]) as replay:
        exchange = adapter.attach(replay.connect(ccxt.binance()), plugins=plugins)
        exchange.cancel_order("1", SYMBOL, params or {})
    [request] = replay.received
    return request.params


def fault(path: Path) -> str:
    with pytest.raises(adapter.PluginError) as caught:
        config.load(path)
    return str(caught.value)


def test_the_shipped_file_has_the_default_of_every_setting() -> None:
    """The code has none, but for the two that may be left out; and no plugin has others."""
    shipped = config.load()
    optional = {"recv_window", "docs"}

    assert (config.FILE, {}) == (shipped.file, shipped.user_tables)
    assert {*attrs.fields_dict(Policy)} - optional == {*shipped.tables[config.DEFAULTS]}
    for name in shipped.tables.keys() - {config.DEFAULTS}:
        assert {"docs"} == {*shipped.tables[name]}


def test_overlay_goes_key_by_key(write: Write) -> None:
    """The user's file changes the keys that it has, and leaves the others as they are shipped."""
    mine = config.load(write("[binance.usdm]\ndeadline = 3"))

    assert attrs.evolve(config.load().policy(USDM), deadline=3) == mine.policy(USDM)
    assert mine.policy(USDM).docs.startswith("https://")
    assert config.load().policy("binance.pm_um") == mine.policy("binance.pm_um")


def test_a_plugins_table_wins_over_defaults(write: Write) -> None:
    """``[defaults]`` is for every plugin that has no message of its own on a setting."""
    mine = config.load(write("[defaults]\ndeadline=3\nattempts=2\n[binance.usdm]\nattempts=5"))

    assert (3, 5) == (mine.policy(USDM).deadline, mine.policy(USDM).attempts)
    assert (3, 2) == (mine.policy("binance.pm_um").deadline, mine.policy("binance.pm_um").attempts)


def test_a_plugin_without_a_table_has_the_defaults(write: Write) -> None:
    """A third party's plugin needs no table: ``[defaults]`` applies to it."""
    assert shipped_policy(deadline=3) == config.load(write("[defaults]\ndeadline = 3")).policy(
        "a.b"
    )


@pytest.mark.parametrize("table", ["binance.usdm", '"binance.usdm"', "'binance.usdm'"])
def test_a_name_with_a_dot_may_be_quoted(write: Write, table: str) -> None:
    """TOML reads ``[binance.usdm]`` as a table in a table; it is the same plugin."""
    mine = config.load(write(f"[{table}]\nenabled = false"))

    assert {USDM: {"enabled": False}} == mine.user_tables
    assert not mine.policy(USDM).enabled


@pytest.mark.parametrize("text", ["", "# nothing yet", "[defaults]", "[binance]", "[binance.usdm]"])
def test_an_empty_file_or_table_changes_nothing(write: Write, text: str) -> None:
    """What is not set stays as it was."""
    mine, ours = config.load(write(text)), config.load()

    assert ours.policy(USDM) == mine.policy(USDM)


def test_only_the_users_own_table_insists_on_a_plugin(write: Write) -> None:
    """``enabled = true`` in ``[defaults]`` or in the shipped file asks for no plugin by name."""
    mine = config.load(write("[defaults]\nenabled = true\n[binance.usdm]\nenabled = true"))

    assert mine.is_enabled_by_user(USDM)
    assert not mine.is_enabled_by_user("binance.pm_um")
    assert not config.load(write("[binance.usdm]\nenabled = false")).is_enabled_by_user(USDM)
    assert not config.Settings({USDM: {"enabled": True}}).is_enabled_by_user(USDM)


def test_the_environment_names_the_users_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``ADAPTER_PLUGINS`` is the file of a user who passes none."""
    path = write("[defaults]\nrecv_window = 1234")
    monkeypatch.setenv("ADAPTER_PLUGINS", str(path))

    assert str(path) == config.load().file
    assert "1234" == cancel(None)["recvWindow"]


def test_the_argument_wins_over_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`attach(plugins=…)` is the whole of the user's file: the environment's is not even read."""
    monkeypatch.setenv("ADAPTER_PLUGINS", str(tmp_path / "missing.toml"))

    assert "99" == cancel(write("[defaults]\nrecv_window = 99"))["recvWindow"]


def test_an_empty_environment_variable_names_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ADAPTER_PLUGINS=`` is how a shell reports that there is none."""
    monkeypatch.setenv("ADAPTER_PLUGINS", "")

    assert config.FILE == config.load().file


def test_the_working_directory_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugins.toml in the bot's working directory is not read."""
    (tmp_path / "plugins.toml").write_text("this is not TOML", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert config.FILE == config.load().file
    assert "10000" == cancel(None)["recvWindow"]


def test_recv_window_reaches_the_wire_and_a_calls_own_wins(write: Write) -> None:
    """The call, then plugins.toml, then ``exchange.options``."""
    path = write("[binance.usdm]\nrecv_window = 1234")

    assert "1234" == cancel(path)["recvWindow"]
    assert "777" == cancel(path, {"recvWindow": 777})["recvWindow"]
    assert str(ccxt.binance().options["recvWindow"]) == cancel(None)["recvWindow"]


@pytest.mark.parametrize(("throttle", "waits"), [("wait", 1), ("bypass", 0)])
def test_throttle_chooses_ccxts_queue(
    write: Write, mocker: pytest_mock.MockerFixture, throttle: str, waits: int
) -> None:
    """``throttle = "wait"`` waits in ccxt's throttle, ``"bypass"`` does not."""
    with Replay([CANCELED]) as replay:
        exchange = replay.connect(ccxt.binance())
        queued = mocker.spy(adapter.engine.direct, "WaitForThrottle")
        adapter.attach(exchange, plugins=write(f'[binance.usdm]\nthrottle = "{throttle}"'))
        exchange.cancel_order("1", SYMBOL)

    assert waits == queued.call_count


def test_deadline_bounds_the_request(write: Write, mocker: pytest_mock.MockerFixture) -> None:
    """No request is given more time than the whole call has."""
    with Replay([CANCELED]) as replay:
        exchange = replay.connect(ccxt.binance())
        request = mocker.spy(exchange.session, "request")
        adapter.attach(exchange, plugins=write("[defaults]\ndeadline = 9")).cancel_order(
            "1", SYMBOL
        )

    assert 0 < request.call_args.kwargs["timeout"].total <= 9


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


def test_plugins_reads_the_environments_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """`plugins` shows what the user's file disables, and which file it is; a broken one raises."""
    path = write("[binance.usdm]\nenabled = false")
    monkeypatch.setenv("ADAPTER_PLUGINS", str(path))
    reasons = {plugin.name: plugin.reason for plugin in adapter.plugins()}

    assert [(USDM, f"disabled by {path}")] == [item for item in reasons.items() if item[1]]
    write("[binance.usdn]")
    with pytest.raises(adapter.PluginError, match="names no installed plugin"):
        adapter.plugins()


def test_the_shipped_file_is_the_one_at_the_top_of_the_repository() -> None:
    """Two copies of one text: the package's is what is read."""
    top = Path(__file__).parents[2] / config.FILE
    if not top.is_file():
        pytest.skip("no checkout: there is no plugins.toml at the top")

    assert top.read_bytes() == config.shipped_file().read_bytes()


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
