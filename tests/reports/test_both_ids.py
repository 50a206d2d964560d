"""Row 24: an order id and a client id in one call."""

from __future__ import annotations

import logging

import pytest
from integration.host import Host

from .answers import Handler, closed, in_turn, lost
from .checks import canceled, gone
from .world import Kind, World, all_kinds


@all_kinds
def test_the_client_id_goes_out_alone(host: Host, kind: Kind) -> None:
    """As in ccxt: the exchange is asked to cancel by the client id."""
    with World(host, kind) as world:
        order = world.place("b")
        named = {**kind.params, "clientOrderId": "b"}
        result = world.call(str(order.order_id), kind.unified, named)

    canceled(result, order)
    sent = world.asked[0]
    assert ("DELETE", "b") == (sent.method, sent.params[kind.client_id])
    assert "orderId" not in sent.params


@all_kinds
@pytest.mark.parametrize("fault", [lost, closed], ids=["it took", "it did not take"])
def test_in_doubt_the_look_goes_by_the_order_id(host: Host, kind: Kind, fault: Handler) -> None:
    """The answer is lost: the id is never used again, so it names the right order."""
    with World(host, kind, deletes=in_turn(fault)) as world:
        order = world.place("b")
        named = {**kind.params, "clientOrderId": "b"}
        result = world.call(str(order.order_id), kind.unified, named)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    looks = [asked for asked in world.asked if asked.letter == "q"]
    assert looks
    assert {str(order.order_id)} == {look.params.get("orderId") for look in looks}
    assert all(kind.client_id not in look.params for look in looks)


@all_kinds
def test_a_newer_order_with_that_name_is_not_what_is_looked_at(host: Host, kind: Kind) -> None:
    """The answer is lost, the order has traded, and its name is used again: closed, by its id."""
    newer = []
    with World(host, kind, deletes=in_turn(closed)) as world:
        order = world.place("b")

        def reused() -> None:
            world.end(order, "FILLED")
            newer.append(world.place("b", age=0))

        world.meanwhile = reused
        named = {**kind.params, "clientOrderId": "b"}
        result = world.call(str(order.order_id), kind.unified, named)

    gone(result, "closed", order)
    assert "NEW" == world.book(newer[0])


@all_kinds
def test_an_answer_about_another_order_is_warned_of(
    host: Host, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """The client id is that of B, and A was given too: B is canceled, and a warning names both."""
    with World(host, kind) as world:
        meant, named = world.place("a"), world.place("b")
        with caplog.at_level(logging.WARNING, logger="adapter"):
            params = {**kind.params, "clientOrderId": "b"}
            result = world.call(str(meant.order_id), kind.unified, params)

    assert "NEW" == world.book(meant)
    assert "CANCELED" == world.book(named)
    canceled(result, named)
    [warning] = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert "adapter" == warning.name
    assert str(meant.order_id) in warning.getMessage()
    assert str(named.order_id) in warning.getMessage()


@all_kinds
def test_an_answer_about_the_order_itself_is_not_warned_of(
    host: Host, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """Both ids are those of one order."""
    with World(host, kind) as world:
        order = world.place("b")
        with caplog.at_level(logging.WARNING, logger="adapter"):
            params = {**kind.params, "clientOrderId": "b"}
            world.call(str(order.order_id), kind.unified, params)

    assert [] == [r for r in caplog.records if r.name == "adapter"]
