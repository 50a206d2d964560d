"""Keys, signatures and the timestamp rule."""

import pytest

from adapter.simulator import Simulator

from .wire import (
    BAD_SIGNATURE,
    NOW,
    PM_MARGIN,
    UNKNOWN,
    USDM,
    Clock,
    Kind,
    Wire,
    hmac_sign,
    kinds,
)

ORDER = "/fapi/v1/order"
QUERY = f"symbol=BTCUSDT&orderId=1&timestamp={NOW}"
LATE = (400, -1021, "Timestamp for this request is outside of the recvWindow.")
EARLY = (400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")


def test_without_a_key_nobody_comes_in(wire: Wire) -> None:
    """A request without X-MBX-APIKEY is answered -2014 with HTTP 401."""
    answer = wire.send("DELETE", ORDER, QUERY, headers={})

    assert answer.error == (401, -2014, "API-key format invalid.")


@kinds
def test_an_unknown_key_is_refused(sim: Simulator, kind: Kind) -> None:
    """A key nobody registered is answered -2015 with HTTP 401, and nothing is cancelled."""
    order = sim.place(kind.name, kind.symbol)
    with Wire(sim, "stranger") as wire:
        answer = wire.cancel(kind, orderId=order.order_id)

    assert answer.error == (401, -2015, "Invalid API-key, IP, or permissions for action.")
    assert sim.book.now(order).is_open


@kinds
def test_a_bad_signature_changes_nothing(sim: Simulator, kind: Kind) -> None:
    """A signature made with another secret is answered -1022, and nothing is cancelled."""
    order = sim.place(kind.name, kind.symbol)
    with Wire(sim, sign=hmac_sign("other")) as wire:
        answer = wire.cancel(kind, orderId=order.order_id)

    assert answer.error == BAD_SIGNATURE
    assert sim.book.now(order).is_open


@pytest.mark.parametrize("missing", ["timestamp", "signature"])
def test_timestamp_and_signature_are_mandatory(sim: Simulator, wire: Wire, missing: str) -> None:
    """A signed endpoint without timestamp or signature answers -1102."""
    query = "symbol=BTCUSDT&orderId=1" if missing == "timestamp" else QUERY
    tail = "" if missing == "signature" else f"&signature={hmac_sign(sim.secret)(query)}"
    answer = wire.send("DELETE", ORDER, query + tail)
    text = f"Mandatory parameter '{missing}' was not sent, was empty/null, or malformed."

    assert answer.error == (400, -1102, text)


def test_hmac_signatures_ignore_case(sim: Simulator) -> None:
    """The hex of an HMAC signature may be written in capitals."""
    with Wire(sim, sign=lambda text: hmac_sign(sim.secret)(text).upper()) as wire:
        assert wire.cancel(USDM, orderId=1).error == UNKNOWN


@pytest.mark.parametrize("signature", ["%C3%A4", "0", "%ff", "a" * 64])
def test_nonsense_is_no_signature(wire: Wire, signature: str) -> None:
    """Whatever is not the HMAC of the payload is answered -1022."""
    assert wire.send("DELETE", ORDER, f"{QUERY}&signature={signature}").error == BAD_SIGNATURE


def test_exactly_the_bytes_on_the_wire_are_signed(sim: Simulator, wire: Wire) -> None:
    """The same parameter in another spelling needs another signature."""
    spelled = f"symbol=%42TCUSDT&orderId=1&timestamp={NOW}"
    sign = hmac_sign(sim.secret)

    assert wire.send("DELETE", ORDER, f"{spelled}&signature={sign(QUERY)}").error == BAD_SIGNATURE
    assert wire.send("DELETE", ORDER, f"{spelled}&signature={sign(spelled)}").error == UNKNOWN


def test_spellings_that_url_libraries_change_arrive_unchanged(sim: Simulator, wire: Wire) -> None:
    """Needless and missing percent-escapes are signed as they were sent."""
    sign = hmac_sign(sim.secret)
    for client_id in ("a%2Fb%3Ac", "a/b:c", "%61%2fb:c", "a%2Db%5F"):
        query = f"symbol=BTCUSDT&origClientOrderId={client_id}&timestamp={NOW}"
        answer = wire.send("DELETE", ORDER, f"{query}&signature={sign(query)}")
        assert answer.error == UNKNOWN


def test_the_signature_comes_last(sim: Simulator, wire: Wire) -> None:
    """A signature in the middle of the parameters is answered -1022."""
    query = f"signature={hmac_sign(sim.secret)(QUERY)}&{QUERY}"

    assert wire.send("DELETE", ORDER, query).error == BAD_SIGNATURE


def test_query_and_body_are_signed_without_an_ampersand(sim: Simulator, wire: Wire) -> None:
    """The payload is the query string and the body, one right after the other."""
    order = sim.place("usdm", "BTCUSDT")
    query, body = "symbol=BTCUSDT", f"orderId={order.order_id}&timestamp={NOW}"
    sign = hmac_sign(sim.secret)
    glued = f"{body}&signature={sign(query + body)}"
    joined = f"{body}&signature={sign(f'{query}&{body}')}"

    assert wire.send("DELETE", ORDER, query, joined).error == BAD_SIGNATURE
    assert wire.send("DELETE", ORDER, query, glued).json["status"] == "CANCELED"


def test_the_signature_may_end_the_query_before_a_body(sim: Simulator, wire: Wire) -> None:
    """A signature at the end of the query covers the body too."""
    order = sim.place("usdm", "BTCUSDT")
    query, body = f"timestamp={NOW}", f"symbol=BTCUSDT&orderId={order.order_id}"
    signature = hmac_sign(sim.secret)(query + body)
    answer = wire.send("DELETE", ORDER, f"{query}&signature={signature}", body)

    assert answer.json["orderId"] == order.order_id


def test_the_query_wins_over_the_body(sim: Simulator, wire: Wire) -> None:
    """A parameter sent in query and body is read from the query."""
    first, second = sim.place("usdm", "BTCUSDT"), sim.place("usdm", "BTCUSDT")
    query = f"symbol=BTCUSDT&orderId={second.order_id}"
    body = f"orderId={first.order_id}&timestamp={NOW}"
    signature = hmac_sign(sim.secret)(query + body)
    answer = wire.send("DELETE", ORDER, query, f"{body}&signature={signature}")

    assert answer.json["orderId"] == second.order_id
    assert sim.book.now(first).is_open


def test_the_documented_example_is_accepted(sim: Simulator, wire: Wire) -> None:
    """Binance's own mixed example carries a valid signature, and only its symbol is unknown."""
    sim.add_key("doc", "YtP1BudNOWZE1ag5uzCkh4hIC7qSmQOu797r5EJBFGhxBYivjj8HIX0iiiPof5yG")
    query = "symbol=BTC-210129-40000-C&side=BUY&type=LIMIT&timeInForce=GTC"
    body = "quantity=0.01&price=2000&recvWindow=5000&timestamp=1611825601400"
    signature = "fa6045c54fb02912b766442be1f66fab619217e551a4fb4f8a1ee000df914d8e"
    headers = {"X-MBX-APIKEY": "doc"}
    good = wire.send("POST", "/eapi/v1/order", query, f"{body}&signature={signature}", headers)
    bad = wire.send("POST", "/eapi/v1/order", query, f"{body}0&signature={signature}", headers)

    assert good.error == LATE
    assert bad.error == BAD_SIGNATURE


@pytest.mark.parametrize(
    ("offset", "window", "error"),
    [
        (999, None, UNKNOWN),
        (1000, None, EARLY),
        (-5000, None, UNKNOWN),
        (-5001, None, LATE),
        (-100, 100, UNKNOWN),
        (-101, 100, LATE),
        (-1, 0, LATE),
        (0, 0, UNKNOWN),
        (-60_000, 60_000, UNKNOWN),
        (0, 60_001, (400, -1131, "recvWindow must be less than 60000")),
        (NOW * 999, None, EARLY),
    ],
)
def test_the_timestamp_rule(
    wire: Wire, offset: int, window: int | None, error: tuple[int, int, str]
) -> None:
    """``timestamp < now + 1000 and now - timestamp <= recvWindow``, by default 5000."""
    given = {} if window is None else {"recvWindow": window}
    answer = wire.cancel(USDM, orderId=1, timestamp=NOW + offset, **given)

    assert answer.error == error


def test_the_clock_is_the_simulators_own(wire: Wire, clock: Clock) -> None:
    """The same request becomes too old when the simulator's clock moves."""
    assert wire.cancel(USDM, orderId=1).error == UNKNOWN
    clock.now += 5001

    assert wire.cancel(USDM, orderId=1).error == LATE


@pytest.mark.parametrize("name", ["timestamp", "recvWindow"])
def test_times_are_whole_numbers(wire: Wire, name: str) -> None:
    """A timestamp or window that is no whole number is answered -1100."""
    given: dict[str, object] = {name: "1.5"}
    answer = wire.cancel(USDM, orderId=1, **given)
    text = f"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'."

    assert answer.error == (400, -1100, text)


def test_wallet_endpoints_are_signed(wire: Wire) -> None:
    """The sapi endpoints ccxt loads markets from need a signature too."""
    path = "/sapi/v1/capital/config/getall"

    assert wire.send("GET", path).status == 400
    assert wire.signed("GET", path).status == 200


def test_security_comes_before_the_order(sim: Simulator, wire: Wire) -> None:
    """A bad signature is reported even when the order parameters are bad as well."""
    answer = wire.send("DELETE", "/papi/v1/margin/order", f"timestamp={NOW}&signature=0")

    assert answer.error == BAD_SIGNATURE
    assert not sim.book.orders(PM_MARGIN.name)
