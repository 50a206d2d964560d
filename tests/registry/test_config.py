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
