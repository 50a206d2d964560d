"""The endpoints without a key, the headers of every answer, and the weights they count."""

import json

import pytest

from adapter.simulator import Simulator

from .wire import CROSS, NOW, OPTIONS, PM_MARGIN, PM_UM, USDM, Clock, Kind, Wire, kinds

HOSTS = ["/api/v3", "/fapi/v1", "/dapi/v1", "/eapi/v1"]
WEIGHT = "X-MBX-USED-WEIGHT-1M"


def used_weight(kind: Kind) -> str:
    """The header of a product's answers."""
    return "X-SAPI-USED-IP-WEIGHT-1M" if kind is CROSS else WEIGHT


@pytest.mark.parametrize("host", HOSTS)
def test_time_is_the_simulators(wire: Wire, clock: Clock, host: str) -> None:
    """``time`` answers the simulator's clock in ms."""
    clock.now += 5

    assert wire.send("GET", f"{host}/time", headers={}).json == {"serverTime": NOW + 5}


@pytest.mark.parametrize("host", [*HOSTS, "/papi/v1"])
def test_ping(wire: Wire, host: str) -> None:
    """``ping`` answers an empty object; Portfolio Margin has one too."""
    assert wire.send("GET", f"{host}/ping", headers={}).json == {}


def test_portfolio_margin_has_no_time(wire: Wire) -> None:
    """There is no time endpoint on papi: the Date header is all there is."""
    assert wire.send("GET", "/papi/v1/time").status == 404


@pytest.mark.parametrize("host", HOSTS)
def test_exchange_info_tells_time_and_limit(wire: Wire, host: str) -> None:
    """``exchangeInfo`` has the server's time, a weight limit per minute, and symbols."""
    info = wire.send("GET", f"{host}/exchangeInfo", headers={}).json

    assert info["serverTime"] == NOW
    assert info["rateLimits"][0]["limit"] == (6000 if host == "/api/v3" else 2400)
    assert info.get("symbols") or info.get("optionSymbols")


def test_dated_contracts_end_at_eight(wire: Wire) -> None:
    """Delivery and expiry are 08:00 UTC of the day in the symbol; perpetuals never end."""
    linear = wire.send("GET", "/fapi/v1/exchangeInfo").json["symbols"]
    options = wire.send("GET", "/eapi/v1/exchangeInfo").json["optionSymbols"]
    dates = {market["symbol"]: market["deliveryDate"] for market in linear}
    expiries = {market["symbol"]: market["expiryDate"] for market in options}

    assert dates["BTCUSDT_260327"] == expiries[OPTIONS.symbol] == 1_774_598_400_000
    assert dates["BTCUSDT"] == 4_133_404_800_000


def test_every_symbol_of_the_exchange_info_takes_orders(sim: Simulator, wire: Wire) -> None:
    """Whatever exchangeInfo lists can be traded on the product."""
    for path, product in (
        ("/api/v3", "spot"),
        ("/api/v3", "pm_margin"),
        ("/fapi/v1", "usdm"),
        ("/api/v3", "margin"),
        ("/dapi/v1", "coinm"),
        ("/dapi/v1", "pm_cm"),
        ("/eapi/v1", "options"),
    ):
        info = wire.send("GET", f"{path}/exchangeInfo").json
        for market in info.get("symbols") or info["optionSymbols"]:
            assert sim.place(product, market["symbol"]).is_open


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("DELETE", "/fapi/v2/order"),
        ("DELETE", "/fapi/v1/order/"),
        ("DELETE", "/papi/v1/um/conditional/order"),
        ("DELETE", "/sapi/v1/order"),
        ("DELETE", "/fapi/v1/%6Frder"),
        ("PUT", "/eapi/v1/order"),
        ("GET", "/eapi/v1/openOrder"),
    ],
)
def test_unknown_paths_get_a_page(wire: Wire, method: str, path: str) -> None:
    """A path or method the exchange does not have is answered 404 in HTML, as a CDN does."""
    answer = wire.send(method, path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.body.startswith(b"<html>")


def test_every_answer_has_binances_headers(wire: Wire) -> None:
    """Date comes from the simulator's clock; the response time and the weight are there."""
    for answer in (wire.send("GET", "/fapi/v1/time"), wire.cancel(USDM, orderId=1)):
        assert answer.headers["Date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
        assert answer.headers["x-response-time"].endswith("ms")
        assert answer.headers["Content-Type"] == "application/json"
        assert WEIGHT in answer.headers


@kinds
def test_weights(wire: Wire, kind: Kind) -> None:
    """A cancel weighs 1 and a query 1; on margin 10 and 10 or 2 and 10, on spot 1 and 4."""
    cancel = wire.cancel(kind, orderId=1).headers[used_weight(kind)]
    query = wire.query(kind, orderId=1).headers[used_weight(kind)]

    weights = {"pm_margin": ("2", "12"), "spot": ("1", "5"), "margin": ("10", "20")}
    assert (cancel, query) == weights.get(kind.name, ("1", "2"))


def test_weights_are_counted_per_family(wire: Wire) -> None:
    """The products of papi share one count, fapi and dapi share another, eapi has its own."""
    wire.cancel(PM_UM, orderId=1)

    assert wire.cancel(PM_MARGIN, orderId=1).headers[WEIGHT] == "3"
    assert wire.cancel(USDM, orderId=1).headers[WEIGHT] == "1"
    assert wire.send("GET", "/dapi/v1/time").headers[WEIGHT] == "2"
    assert wire.cancel(OPTIONS, orderId=1).headers[WEIGHT] == "1"
    assert wire.send("GET", "/api/v3/exchangeInfo").headers[WEIGHT] == "20"


def test_refused_requests_weigh_too(wire: Wire) -> None:
    """An unsigned cancel is counted like any other."""
    wire.send("DELETE", "/fapi/v1/order")

    assert wire.send("DELETE", "/fapi/v1/order").headers[WEIGHT] == "2"


def test_weights_start_again_each_minute(wire: Wire, clock: Clock) -> None:
    """The count is that of the current minute."""
    wire.send("GET", "/fapi/v1/time")
    clock.now += 59_999
    assert wire.send("GET", "/fapi/v1/time").headers[WEIGHT] == "2"
    clock.now += 1

    assert wire.send("GET", "/fapi/v1/time").headers[WEIGHT] == "1"


@kinds
def test_others_of_the_same_ip_use_weight(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """The weight that a test sets is in the next answer of that host, and nothing is refused."""
    sim.use(kind.name, 2399)
    answer = wire.signed("GET", f"{kind.path}/openOrders", symbol=kind.symbol)

    assert 2400 <= int(answer.headers[used_weight(kind)])
    with pytest.raises(KeyError):
        sim.use("equity", 1)


def test_listing_everything_is_dear(wire: Wire) -> None:
    """``openOrders`` weighs 1 for a symbol and 40 for all; on margin always 5."""
    assert wire.signed("GET", "/fapi/v1/openOrders", symbol="BTCUSDT").headers[WEIGHT] == "1"
    assert wire.signed("GET", "/fapi/v1/openOrders").headers[WEIGHT] == "41"
    margin = wire.signed("GET", "/papi/v1/margin/openOrders", symbol="LTCBTC")
    assert margin.headers[WEIGHT] == "5"


def test_wallet_weights_have_their_own_header(wire: Wire) -> None:
    """The sapi endpoints count in X-SAPI-USED-IP-WEIGHT-1M."""
    answer = wire.signed("GET", "/sapi/v1/capital/config/getall")

    assert answer.headers["X-SAPI-USED-IP-WEIGHT-1M"] == "10"
    assert WEIGHT not in answer.headers


def test_json_is_compact_and_numbers_are_whole(sim: Simulator, wire: Wire) -> None:
    """Ids above 2^53 are JSON numbers with every digit, and no space is wasted."""
    order = sim.place("options", OPTIONS.symbol)
    body = wire.query(OPTIONS, orderId=order.order_id).body

    assert b'"orderId":4611875134427365377,' in body
    assert json.dumps(json.loads(body), separators=(",", ":")).encode() == body
