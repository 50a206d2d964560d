"""plugins.toml: how often a cancel is sent, and whether client ids are used again."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.host import Host

import adapter
from adapter.registry.config import load

from .answers import Handler, closed, in_turn, unknown_order
from .checks import canceled
from .world import DEADLINE, KINDS, MOST_REQUESTS, MOST_SENDS, Kind, World, by_ids, kinds


def written(tmp_path: Path, text: str) -> Path:
    """A plugins.toml of the user's own."""
    file = tmp_path / "plugins.toml"
    file.write_text(text)
    return file


def test_a_cancel_is_sent_six_times_by_default() -> None:
    """For each of our plugins."""
    shipped = load()

    assert {6} == {shipped.policy(f"binance.{kind.name}").attempts for kind in KINDS}


@kinds
@by_ids
def test_six_sends_are_spread_over_the_deadline(host: Host, kind: Kind, by_client_id: bool) -> None:
    """About 0, 0.25, 0.75, 1.75, 3.75 and 7.75 s after the first, and then only looks."""
    with World(host, kind, deletes=closed) as world:
        order = world.place()
        result = world.cancel(order, by_client_id=by_client_id)
        ended = world.now

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert "NEW" == world.book(order)
    sends = [asked.at for asked in world.asked if asked.method == "DELETE"]
    assert MOST_SENDS == len(sends)
    about = [0, 0.25, 0.75, 1.75, 3.75, 7.75]
    assert all(abs(at - when) <= 0.25 + when / 4 for at, when in zip(sends, about, strict=True))
    assert len(world.path) <= MOST_REQUESTS
    assert DEADLINE - 2.1 <= ended <= DEADLINE


@kinds
def test_a_file_may_say_fewer(host: Host, kind: Kind, tmp_path: Path) -> None:
    """``attempts = 2``: two sends, and the call goes on looking until its deadline."""
    file = written(tmp_path, "[defaults]\nattempts = 2\n")
    with World(host, kind, deletes=closed, attached={"plugins": file}) as world:
        order = world.place()
        result = world.cancel(order)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert 2 == world.path.count("D")
    assert len(world.path) <= MOST_REQUESTS
    assert DEADLINE - 2.1 <= max(asked.at for asked in world.asked)


@kinds
def test_a_short_deadline_gives_a_quick_word(host: Host, kind: Kind) -> None:
    """With ``deadline`` 1 it is unknown within a second, and not before half of it."""
    with World(host, kind, deletes=closed) as world:
        order = world.place()
        result = world.cancel(order, deadline=1)
        ended = world.now

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert 0.5 <= ended <= 1


@kinds
@pytest.mark.parametrize("fault", [closed, unknown_order], ids=["a closed line", "-2011"])
@pytest.mark.parametrize("skew", [-1.0, 0.0, 1.0])
def test_unique_client_ids_lift_the_doubt(
    host: Host, kind: Kind, tmp_path: Path, fault: Handler, skew: float
) -> None:
    """``client_ids = "unique"``: an order of this very moment is cancelled again by its name."""
    file = written(tmp_path, '[defaults]\nclient_ids = "unique"\n')
    attached = {"plugins": file}
    with World(host, kind, deletes=in_turn(fault), attached=attached, skew=skew) as world:
        order = world.place(age=0)
        result = world.cancel(order, by_client_id=True)

    canceled(result, order)
    assert "CANCELED" == world.book(order)


@kinds
def test_unique_client_ids_may_come_in_after_the_call_began(
    host: Host, kind: Kind, tmp_path: Path
) -> None:
    """Not found, then open: who never uses a name twice means this order."""
    file = written(tmp_path, f'["binance.{kind.name}"]\nclient_ids = "unique"\n')
    with World(host, kind, attached={"plugins": file}) as world:
        world.later(0.1, lambda: world.place("mine", age=0))
        result = world.call(None, kind.unified, {**kind.params, "clientOrderId": "mine"})

    [order] = world.exchange.book.orders()
    canceled(result, order)
    assert "CANCELED" == world.book(order)


@pytest.mark.parametrize("value", ["true", '"once"', "1"])
def test_any_other_word_for_client_ids_is_an_error(tmp_path: Path, value: str) -> None:
    """It names the file, the table and the key."""
    file = written(tmp_path, f"[defaults]\nclient_ids = {value}\n")
    with pytest.raises(adapter.PluginError, match=r"\[defaults\] client_ids ") as caught:
        load(file)

    assert str(file) in str(caught.value)
