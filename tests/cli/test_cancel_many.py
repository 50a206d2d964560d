"""``ccxt-adapter cancel`` with several orders, against the simulator."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.cli import main
from adapter.cli.cancel_report import handled_by
from adapter.cli.exit_codes import worst
from adapter.simulator import Order, Simulator
from adapter.venues.binance.usdm import ENDPOINT

pytestmark = pytest.mark.usefixtures("keys", "no_time")

SYMBOL = "BTC/USDT:USDT"

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def placed(sim: Simulator, count: int) -> list[Order]:
    return [sim.place("usdm", "BTCUSDT", client_order_id=f"mine-{n}") for n in range(count)]


def ids(orders: list[Order]) -> list[str]:
    return [str(order.order_id) for order in orders]


def statuses(sim: Simulator, orders: list[Order]) -> set[str]:
    return {sim.book.now(order).status for order in orders}


def test_by_ids(sim: Simulator, printed: Printed) -> None:
    """Each is an object with the fields of one, in the order given; 0 if all are canceled."""
    orders = placed(sim, 12)

    assert 0 == main(["cancel", *ids(orders), SYMBOL, "--url", sim.url, "--json"])
    found = printed()
    assert ids(orders) == [each["id"] for each in found["orders"]]
    assert {("canceled", 0)} == {(each["outcome"], each["exit"]) for each in found["orders"]}
    assert {"CANCELED"} == statuses(sim, orders)


def test_by_client_ids(sim: Simulator, printed: Printed) -> None:
    """The option is given once for each."""
    orders = placed(sim, 2)
    line = ["cancel", SYMBOL, "--client-order-id", "mine-0", "--client-order-id", "mine-1"]

    assert 0 == main([*line, "--url", sim.url, "--json"])
    assert ["mine-0", "mine-1"] == [each["clientOrderId"] for each in printed()["orders"]]
    assert {"CANCELED"} == statuses(sim, orders)


@pytest.mark.parametrize(
    ("product", "market_id", "symbol"),
    [
        ("usdm", "BTCUSDT", SYMBOL),
        ("spot", "LTCBTC", "LTC/BTC"),
        ("coinm", "BTCUSD_PERP", "BTC/USD:BTC"),
    ],
)
def test_all(sim: Simulator, printed: Printed, product: str, market_id: str, symbol: str) -> None:
    """Those of the symbol; the others stay."""
    orders = [sim.place(product, market_id) for _ in range(3)]
    other = sim.place("pm_um", "BTCUSDT")

    assert 0 == main(["cancel", "--all", symbol, "--url", sim.url, "--json"])
    assert ids(orders) == [each["id"] for each in printed()["orders"]]
    assert {"CANCELED"} == statuses(sim, orders)
    assert sim.book.now(other).is_open


def test_all_conditional(sim: Simulator, capsys: Captured) -> None:
    """--trigger leaves the regular orders, and one that was triggered is named."""
    regular, stops = placed(sim, 1), [sim.place("usdm_algo", "BTCUSDT") for _ in range(2)]
    _, became = sim.trigger(stops[0])
    line = ["cancel", "--trigger", "--url", sim.url]

    assert 4 == main([*line, *ids(stops), SYMBOL])
    shown = capsys.readouterr().out
    assert f"gone: triggered, now order {became.order_id}" in shown
    assert "1 gone: triggered, 1 canceled" in shown
    assert 0 == main([*line, "--all", SYMBOL])
    assert f"No conditional order of {SYMBOL} is open.\n" == capsys.readouterr().out
    assert {"NEW"} == statuses(sim, regular)


def test_all_of_none(sim: Simulator, capsys: Captured) -> None:
    """Nothing is open: it says so, with 0."""
    assert 0 == main(["cancel", "--all", SYMBOL, "--url", sim.url])
    assert f"No order of {SYMBOL} is open.\n" == capsys.readouterr().out


def test_the_worst_of_many(sim: Simulator, capsys: Captured) -> None:
    """One that is gone makes it 4; the table has all, and stderr how they were sent."""
    orders = placed(sim, 2)
    sim.book.fill(orders[0])
    line = ["cancel", *ids(orders), "1", "2", SYMBOL, "--url", sim.url]

    assert 4 == main(line)
    captured = capsys.readouterr()
    shown = captured.out.splitlines()
    assert "closed (filled)" in next(row for row in shown if row.startswith(ids(orders)[0]))
    assert "1 gone: closed (filled), 1 canceled, 2 gone: not found" == shown[-1]
    assert "(orders 1, 2; handled by binance.usdm of ccxt-adapter" in captured.err
    assert f"DELETE {sim.url}/fapi/v1/order)" in captured.err


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 4, 0], 4), ([4, 1, 0], 1), ([1, 3, 4], 3)]
)
def test_which_is_worst(codes: list[int], code: int) -> None:
    """Unknown, then refused, then gone, then canceled."""
    assert code == worst(codes)


def test_many_messages_of_one_kind(sim: Simulator, capsys: Captured) -> None:
    """They are one line with the first ids."""
    assert 4 == main(["cancel", *map(str, range(1, 8)), SYMBOL, "--url", sim.url])
    captured = capsys.readouterr()
    assert 1 == captured.err.count("\n")
    assert "(orders 1, 2, 3 and 4 more; handled by" in captured.err


def test_what_was_filled_at_what_price(sim: Simulator, printed: Printed) -> None:
    """An answer to a cancel has no price: the order is queried for it."""
    orders = placed(sim, 2)
    sim.book.fill(orders[0], "0.5")

    assert 0 == main(["cancel", *ids(orders), SYMBOL, "--url", sim.url, "--json"])
    found = [(each["filled"], each["average"]) for each in printed()["orders"]]
    assert [(0.5, 100.0), (0.0, None)] == found


@pytest.mark.parametrize("error", [ccxt.RequestTimeout, KeyboardInterrupt])
def test_a_price_that_is_not_known(
    sim: Simulator, mocker: MockerFixture, printed: Printed, error: type[BaseException]
) -> None:
    """The orders are canceled all the same."""
    orders = placed(sim, 2)
    sim.book.fill(orders[0], "0.5")
    mocker.patch.object(ccxt.binance, "fetch_order", side_effect=error)

    assert 0 == main(["cancel", *ids(orders), SYMBOL, "--url", sim.url, "--json"])
    assert [(0.5, None), (0.0, None)] == [
        (each["filled"], each["average"]) for each in printed()["orders"]
    ]


def test_progress(sim: Simulator, environment: pytest.MonkeyPatch, capsys: Captured) -> None:
    """On a terminal, stderr shows how many orders are settled."""
    environment.setenv("FORCE_COLOR", "1")  # which makes rich see a terminal
    orders = placed(sim, 12)

    assert 0 == main(["cancel", *ids(orders), SYMBOL, "--url", sim.url, "--json"])
    assert "12/12" in capsys.readouterr().err


def test_nothing_was_sent(sim: Simulator, printed: Printed) -> None:
    """What is refused before a request is one error, with 2."""
    assert 2 == main(["cancel", "1", "x", SYMBOL, "--url", sim.url, "--json"])
    found = printed()
    assert ("BadRequest", 2, []) == (found["error"], found["exit"], found["orders"])
    assert [] == sim.requests


def test_a_secret_that_is_wrong(
    sim: Simulator, environment: pytest.MonkeyPatch, printed: Printed
) -> None:
    """Each is refused, with 1."""
    environment.setenv("BINANCE_SECRET", "not-to-be-seen")

    assert 1 == main(["cancel", "1", "2", SYMBOL, "--url", sim.url, "--json"])
    assert ["AuthenticationError"] * 2 == [each["error"] for each in printed()["orders"]]


def test_ctrl_c_after_sending(mocker: MockerFixture, capsys: Captured) -> None:
    """What had been sent is unknown."""
    mocker.patch("requests.Session.request", side_effect=KeyboardInterrupt)

    assert 3 == main(["cancel", "1", "2", SYMBOL])
    assert "interrupted after the cancel was sent" in capsys.readouterr().err


def test_where_ccxt_handles_it(sim: Simulator, tmp_path: Path, capsys: Captured) -> None:
    """What ccxt's method returns has no outcome, so it is unknown where it has no status."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.usdm]\nenabled = false\n")
    placed(sim, 2)
    line = ["cancel", "--all", SYMBOL, "--url", sim.url, "--plugins", str(file)]

    assert 3 == main(line)
    captured = capsys.readouterr()
    assert "(handled by ccxt's own method, because" in captured.err
    assert captured.out.endswith("They may still trade: run the same command again.\n")


def test_a_plugin_that_lists_no_orders(
    sim: Simulator, mocker: MockerFixture, capsys: Captured
) -> None:
    """Then ccxt's method cancels all, and it is named."""
    placed(sim, 1)
    endpoint = attrs.evolve(ENDPOINT, open_orders=None)
    mocker.patch("adapter.venues.binance.usdm.ENDPOINT", endpoint)

    assert 3 == main(["cancel", "--all", SYMBOL, "--url", sim.url])
    assert "ccxt's own method, because binance.usdm does not list" in capsys.readouterr().err


@pytest.mark.parametrize("is_all", [True, False])
def test_an_exchange_with_a_row_is_named_with_ccxts_method(is_all: bool) -> None:
    """Its plugin lists the orders, and cancels each, by ccxt's methods."""
    exchange = adapter.attach(ccxt.okx())
    named = handled_by(exchange, "BTC/USDT", {}, is_all=is_all)

    assert named is not None
    assert re.fullmatch(r"okx of ccxt-adapter \S+, ccxt's cancelOrder", named)
