"""``ccxt-adapter demo --live`` with a simulator as the exchange."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt
import pytest
import requests
from pytest_mock import MockerFixture
from registry.site import Site

from adapter.cli import main
from adapter.cli.demo import checks, live
from adapter.cli.demo.samples import SAMPLES
from adapter.cli.keys import settings
from adapter.simulator import Fault, Simulator
from adapter.simulator.exchange import Exchange, Reply, Request

ALGO = Path(__file__).parent.parent / "contract" / "plugins" / "binance_algo.py"
THREE = ["by order id, twice", "by client id", "two in one call"]

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]
Change = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def fast(mocker: MockerFixture) -> None:
    """ccxt's request queue and the pauses between queries take no time."""
    mocker.patch(
        "adapter.cli.demo.live.settings",
        lambda file: {**settings(file), "enableRateLimit": False},
    )
    mocker.patch.object(checks, "PAUSE", 0.01)


@pytest.fixture
def usdm(mocker: MockerFixture) -> None:
    """No other product is checked."""
    product = next(each for each in live.PRODUCTS if each.plugin == "binance.usdm")
    mocker.patch.object(live, "PRODUCTS", (product,))


@pytest.fixture
def impatient(mocker: MockerFixture) -> None:
    """An order is queried once."""
    mocker.patch.object(checks, "LAG", 0.0)


@pytest.fixture
def ran(sim: Simulator, keys: None, printed: Printed) -> Callable[[], Any]:  # noqa: ARG001
    """Run the command against the simulator, and return the JSON that it prints."""

    def run() -> Any:
        code = main(["demo", "--live", "--url", sim.url, "--json"])
        found = printed()
        assert code == found["exit"]
        return found

    return run


def edited(change: Change, on: str) -> Fault:
    """A fault that changes the body of every answer to requests of this method."""

    def make_reply(exchange: Exchange, request: Request, done: Reply | None) -> Reply:
        assert done is not None
        body = json.dumps(change(json.loads(done.body))).encode()
        headers = {"Content-Type": "application/json"}
        return exchange.reply(request, done.status, body, headers)

    return Fault(
        name="edited", text="It is edited.", seen="", make_reply=make_reply, on=on, for_seconds=60
    )


def refused(code: int, on: str) -> Fault:
    """A fault by which every request of this method is refused, and not executed."""

    def make_reply(exchange: Exchange, request: Request, _: Reply | None) -> Reply:
        body = json.dumps({"code": code, "msg": "No."}).encode()
        return exchange.reply(request, 400, body, {"Content-Type": "application/json"})

    fault = edited(lambda body: body, on)
    return attrs.evolve(fault, executes=False, reaches=False, make_reply=make_reply)


def is_anything_open(sim: Simulator) -> bool:
    names = (sample.plugin.partition(".")[2] for sample in SAMPLES)
    return any(order.is_open for name in (*names, "usdm_algo") for order in sim.book.orders(name))


def test_every_product(sim: Simulator, ran: Printed) -> None:
    """Four orders on each, cancelled in three ways; the simulator answers as the simulator."""
    found = ran()

    assert 0 == found["exit"]
    assert [] == found["left_open"]
    assert [sample.plugin for sample in SAMPLES] == [each["plugin"] for each in found["products"]]
    for product in found["products"]:
        assert THREE == [check["name"] for check in product["checks"]]
        assert all(check["is_true"] for check in product["checks"])
        assert {} == product["differences"]
        assert 4 == len(sim.book.orders(product["plugin"].partition(".")[2]))
    assert not is_anything_open(sim)


@pytest.mark.usefixtures("usdm")
def test_what_the_exchange_answers_otherwise(sim: Simulator, ran: Printed) -> None:
    """A new field, a missing one, another type and another status are listed by request."""

    def change(body: Any) -> Any:
        if "status" not in body:  # it is an error, or the list of a batch
            return {**body, "code": -2013} if isinstance(body, dict) else body
        del body["cumQty"]
        return {**body, "extra": {"more": 1}, "updateTime": "1"}

    sim.faults.play(edited(lambda body: {**body, "status": "PENDING_NEW"}, "POST"))
    sim.faults.play(edited(change, "DELETE"))
    found = ran()

    assert 0 == found["exit"]
    assert found["products"][0]["differences"] == {
        "POST /fapi/v1/order": ["status is 'PENDING_NEW'; in the simulator 'NEW'"],
        "DELETE /fapi/v1/order": [
            "updateTime is a string; in the simulator a number",
            "extra is missing in the simulator",
            "cumQty is only in the simulator",
            "code is -2013; in the simulator -2011",
        ],
    }


@pytest.mark.usefixtures("usdm", "keys")
def test_a_table(sim: Simulator, capsys: Captured) -> None:
    """The table has a row for each check; differences are below it, and say which request."""
    sim.faults.play(edited(lambda body: {**body, "extra": 1}, "DELETE"))

    assert 0 == main(["demo", "--live", "--url", sim.url])
    text = capsys.readouterr().out
    assert all(name in text for name in THREE)
    assert "DELETE /fapi/v1/order is answered in another way than by the simulator:" in text
    assert "\n  extra is missing in the simulator\n" in text


@pytest.mark.usefixtures("usdm")
def test_an_order_that_was_filled_is_no_true_cancel(sim: Simulator, ran: Printed) -> None:
    """The check has the adapter's error, the other checks go on, and nothing is left open."""
    sim.faults.play("fill_before", on="DELETE")
    found = ran()

    assert 1 == found["exit"]
    first, *others = found["products"][0]["checks"]
    assert first["is_true"] is False
    assert "OrderGone" in first["text"]
    assert all(check["is_true"] for check in others)
    assert [] == found["left_open"]


@pytest.mark.usefixtures("usdm")
def test_queries_that_lag_are_awaited(sim: Simulator, ran: Printed) -> None:
    """An order that a query still shows open is queried until it is not."""
    sim.faults.play("query_lag", lag=0.2)

    assert 0 == ran()["exit"]


@pytest.mark.usefixtures("usdm", "impatient")
def test_a_cancel_that_no_query_confirms_is_not_true(sim: Simulator, ran: Printed) -> None:
    """What the adapter reports is compared with ccxt's own query, which shows the order open."""
    sim.faults.play("query_lag", lag=20.0)
    found = ran()

    assert 3 == found["exit"]
    assert {False} == {check["is_true"] for check in found["products"][0]["checks"]}
    assert "a query shows: " in found["products"][0]["checks"][0]["text"]
    assert 4 == len(found["left_open"])


@pytest.mark.usefixtures("usdm", "impatient")
def test_what_is_left_open_is_named(sim: Simulator, ran: Printed) -> None:
    """Cancels that the exchange refuses leave orders open, and they are named with their ids."""
    sim.faults.play(refused(-2015, "DELETE"))
    found = ran()

    assert 3 == found["exit"]
    open_orders = {
        (str(order.order_id), order.client_order_id) for order in sim.book.orders("usdm")
    }
    assert 4 == len(open_orders)
    assert open_orders == {(each["id"], each["client_id"]) for each in found["left_open"]}
    assert {"BTC/USDT:USDT"} == {each["symbol"] for each in found["left_open"]}
    assert {"open"} == {each["last_seen"] for each in found["left_open"]}


@pytest.mark.usefixtures("usdm", "impatient", "keys")
def test_what_is_left_open_is_printed(sim: Simulator, capsys: Captured) -> None:
    """For people too, on stderr."""
    sim.faults.play(refused(-2015, "DELETE"))

    assert 3 == main(["demo", "--live", "--url", sim.url])
    order = sim.book.orders("usdm")[0]
    ids = f"id {order.order_id}, client id {order.client_order_id}"
    assert f"May still be open: BTC/USDT:USDT, {ids}" in capsys.readouterr().err


@pytest.mark.usefixtures("usdm", "impatient")
def test_an_order_that_is_refused_is_not_left_open(sim: Simulator, ran: Printed) -> None:
    """Nothing was placed, so that no cancel was true; the reason is given."""
    sim.faults.play(refused(-2019, "POST"))
    found = ran()

    assert 1 == found["exit"]
    (check,) = found["products"][0]["checks"]
    assert check["is_true"] is None
    assert check["text"].startswith("not placed: ExchangeError: binance")
    assert [] == found["left_open"]
    words = "HTTP 400 with code -2019; the simulator HTTP 200"
    assert [words] == found["products"][0]["differences"]["POST /fapi/v1/order"]


@pytest.mark.usefixtures("usdm")
def test_an_order_whose_answer_is_lost_is_cancelled(sim: Simulator, ran: Printed) -> None:
    """It is found by its client id, which is known before it is sent."""
    sim.faults.play("drop_after", on="POST")
    found = ran()

    assert [] == found["left_open"]
    (order,) = sim.book.orders("usdm")
    assert "CANCELED" == order.status


@pytest.mark.usefixtures("usdm", "impatient", "no_time")
def test_an_order_that_may_come_late_is_named(sim: Simulator, ran: Printed) -> None:
    """One whose answer is lost and that no query finds may still arrive."""
    sim.faults.play("drop_before", on="POST")
    found = ran()

    assert 3 == found["exit"]
    (left,) = found["left_open"]
    assert left["id"] is None
    assert left["last_seen"].startswith("OrderNotFound")
    assert not sim.book.orders("usdm")


@pytest.mark.usefixtures("usdm", "keys")
def test_ctrl_c(sim: Simulator) -> None:
    """An order that was just placed is cancelled."""
    main_thread = threading.main_thread().ident or 0

    def interrupt(body: Any) -> Any:
        signal.pthread_kill(main_thread, signal.SIGINT)
        return body

    sim.faults.play(attrs.evolve(edited(interrupt, "POST"), for_seconds=None))

    assert 130 == main(["demo", "--live", "--url", sim.url])
    (order,) = sim.book.orders("usdm")
    assert "CANCELED" == order.status


@pytest.mark.usefixtures("usdm", "keys")
def test_ctrl_c_before_an_order_is_sent(
    sim: Simulator, mocker: MockerFixture, capsys: Captured
) -> None:
    """While ccxt holds it back in its request queue, there is nothing that may be open."""

    def throttle(*_: object) -> None:
        if sim.requests and sim.requests[-1].path == "/fapi/v1/ticker/24hr":
            raise KeyboardInterrupt

    mocker.patch("adapter.cli.demo.live.settings", settings)
    mocker.patch("ccxt.Exchange.throttle", throttle)
    placed = mocker.spy(checks, "Placed")

    assert 130 == main(["demo", "--live", "--url", sim.url])
    assert 4 + 1 == placed.call_count  # those of the comparison, and the one that was not sent
    assert not sim.book.orders("usdm")
    assert "" == capsys.readouterr().err


@pytest.mark.usefixtures("usdm", "impatient", "keys")
def test_a_mistake_of_the_program(sim: Simulator, mocker: MockerFixture, capsys: Captured) -> None:
    """It is not swallowed, and names what it leaves open."""
    sim.faults.play(refused(-2015, "DELETE"))
    mocker.patch.object(live, "differences", side_effect=ZeroDivisionError("oops"))

    assert 3 == main(["demo", "--live", "--url", sim.url])
    error = capsys.readouterr().err
    assert "May still be open: BTC/USDT:USDT" in error
    assert "ZeroDivisionError: oops" in error
    sim.faults.clear()
    with pytest.raises(ZeroDivisionError):
        main(["demo", "--live", "--url", sim.url])


@pytest.fixture
def conditional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A plugin for the conditional orders of USDⓈ-M is installed."""
    site = Site(tmp_path / "site", monkeypatch)
    files = {ALGO.name: ALGO.read_text(encoding="utf-8")}
    site.install("their-algo", plugins={"binance.usdm_algo": "binance_algo:USDM"}, files=files)
    yield
    site.close()


@pytest.mark.usefixtures("usdm", "conditional")
def test_conditional_orders(sim: Simulator, ran: Printed) -> None:
    """Where a plugin cancels them, they are checked as well."""
    found = ran()

    assert 0 == found["exit"]
    (product,) = found["products"]
    names = [*THREE, *(f"conditional, {name}" for name in THREE)]
    assert names == [check["name"] for check in product["checks"]]
    assert 4 == len(sim.book.orders("usdm_algo"))
    assert not is_anything_open(sim)


@pytest.mark.usefixtures("impatient")
def test_a_conditional_order_is_looked_for_among_the_open_ones(sim: Simulator) -> None:
    """By either id. One that is not listed has ended only if it was surely placed."""
    exchange = sim.connect(ccxt.binance({"enableRateLimit": False}))
    params = {"clientOrderId": "mine", "takeProfitPrice": "50000"}
    created = exchange.create_order("BTC/USDT:USDT", "limit", "buy", "1", "50000", params)
    by_id, by_client_id = (
        checks.Placed("BTC/USDT:USDT", {"trigger": True}, "mine", order_id)
        for order_id in (created["id"], None)
    )

    def seen(order: checks.Placed) -> tuple[str, bool]:
        checks.query(exchange, order)
        return order.last_seen, order.has_ended

    assert [("open", False)] * 2 == [seen(by_id), seen(by_client_id)]
    exchange.cancel_order(created["id"], "BTC/USDT:USDT", {"trigger": True})
    assert ("not among the open orders", True) == seen(by_id)
    assert ("not found", False) == seen(by_client_id)


class TestHosts:
    """What would be sent where."""

    @pytest.fixture
    def asked(self, mocker: MockerFixture, environment: pytest.MonkeyPatch) -> set[str]:
        """The hosts of the requests, none of which leaves this machine."""
        environment.setenv("BINANCE_API_KEY", "k")
        environment.setenv("BINANCE_SECRET", "s")
        hosts: set[str] = set()

        def request(_: object, _method: str, url: str, **_named: object) -> None:
            hosts.add(urlsplit(url).hostname or "")
            raise requests.ConnectionError

        mocker.patch("requests.Session.request", request)
        return hosts

    def test_demo_hosts(self, asked: set[str], printed: Printed) -> None:
        """Products that those do not have are skipped, and so are those that do not answer."""
        assert 1 == main(["demo", "--live", "--json"])
        assert {"demo-api.binance.com"} == asked
        skipped = {each["plugin"]: each["skipped"] for each in printed()["products"]}
        assert skipped["binance.usdm"].startswith("NetworkError")
        assert (
            "NotSupported: Binance's demo hosts do not have this product"
            == skipped["binance.pm_um"]
        )

    @pytest.mark.parametrize("url", ["https://api.binance.com", "http://10.0.0.1:8080"])
    def test_no_other_host(self, asked: set[str], url: str, capsys: Captured) -> None:
        """A real host, and one that may lead to it, must be allowed by a flag of its own."""
        assert 2 == main(["demo", "--live", "--url", url])
        assert set() == asked
        assert "--real-money" in capsys.readouterr().err

    def test_real_money(self, asked: set[str], capsys: Captured) -> None:
        """With the flag they are used."""
        assert 1 == main(["demo", "--live", "--real-money"])
        assert "api.binance.com" in asked
        assert not any(host.startswith("demo") for host in asked)
        assert "No order was placed." in capsys.readouterr().out

    def test_the_old_sandbox(self, asked: set[str], tmp_path: Path) -> None:
        """A config that selects ccxt's old sandbox contradicts the demo hosts."""
        file = tmp_path / "keys.toml"
        file.write_text('apiKey = "k"\nsecret = "s"\noptions = {sandbox = true}\n')

        assert 2 == main(["demo", "--live", "--config", str(file)])
        assert set() == asked


def test_without_keys(capsys: Captured) -> None:
    """It says where they are looked for."""
    assert 2 == main(["demo", "--live"])
    assert "BINANCE_API_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--real-money", "--url=http://127.0.0.1:1", "--config=f"])
def test_options_of_live(option: str, capsys: Captured) -> None:
    """They are refused where they have no effect."""
    assert 2 == main(["demo", option])
    assert "--live" in capsys.readouterr().err
