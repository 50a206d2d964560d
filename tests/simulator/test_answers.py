"""What each product answers, field by field."""

from adapter.simulator import Simulator

from .wire import (
    GENERATED,
    NOW,
    OPTIONS,
    PM_CM,
    PM_MARGIN,
    PM_UM,
    SPOTLIKE,
    USDM,
    Clock,
    Kind,
    Wire,
    kinds,
)

FUTURE = {
    "symbol": "BTCUSDT",
    "status": "CANCELED",
    "clientOrderId": "mine",
    "price": "100",
    "origQty": "2",
    "executedQty": "0.5",
    "cumQty": "0.5",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "reduceOnly": False,
    "side": "BUY",
    "positionSide": "BOTH",
    "updateTime": NOW + 7,
}
MATCHING = {"priceMatch": "NONE", "selfTradePreventionMode": "NONE", "goodTillDate": 0}
MARGIN = {
    "symbol": "LTCBTC",
    "orderId": 28,
    "origClientOrderId": "mine",
    "clientOrderId": "cancelMyOrder1",
    "price": "100.00000000",
    "origQty": "2.00000000",
    "executedQty": "0.50000000",
    "cummulativeQuoteQty": "50.00000000",
    "status": "CANCELED",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "BUY",
}
CANCELED: dict[str, dict[str, object]] = {
    "usdm": {
        **FUTURE,
        **MATCHING,
        "orderId": 283194212,
        "origType": "LIMIT",
        "stopPrice": "0",
        "closePosition": False,
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
    },
    "options": {
        "orderId": 4611875134427365377,
        "symbol": "BTC-260327-90000-C",
        "price": "100",
        "quantity": "2",
        "executedQty": "0.5",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "reduceOnly": False,
        "createDate": NOW,
        "updateTime": NOW + 7,
        "status": "ACCEPTED",
        "avgPrice": "100",
        "source": "API",
        "clientOrderId": "mine",
        "priceScale": 1,
        "quantityScale": 2,
        "optionSide": "CALL",
        "quoteAsset": "USDT",
        "mmp": False,
        "selfTradePreventionMode": "EXPIRE_MAKER",
    },
    "pm_um": {**FUTURE, **MATCHING, "orderId": 4611875134427365377},
    "pm_cm": {**FUTURE, "symbol": "BTCUSD_PERP", "pair": "BTCUSD", "orderId": 283194212},
    "pm_margin": {**MARGIN, "selfTradePreventionMode": "EXPIRE_MAKER"},
    "coinm": {
        **FUTURE,
        "symbol": "BTCUSD_PERP",
        "pair": "BTCUSD",
        "orderId": 283194212,
        "origType": "LIMIT",
        "stopPrice": "0",
        "closePosition": False,
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE",
    },
    "margin": {
        **MARGIN,
        "orderId": "28",
        "isIsolated": False,
        "selfTradePreventionMode": "EXPIRE_MAKER",
    },
    "spot": {
        **MARGIN,
        "orderListId": -1,
        "transactTime": NOW + 7,
        "origQuoteOrderQty": "0.00000000",
        "selfTradePreventionMode": "NONE",
    },
}


@kinds
def test_the_answer_to_a_cancel(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """A partly filled order is cancelled with what it traded, in the fields Binance has today."""
    sim.place(kind.name, kind.symbol, client_order_id="mine", quantity="2.00", filled="0.50")
    clock.now += 7
    named = {"newClientOrderId": "cancelMyOrder1"} if kind in SPOTLIKE else {}
    answer = wire.cancel(kind, **{kind.client_id: "mine"}, timestamp=clock.now, **named)

    assert answer.json == CANCELED[kind.name]
    assert answer.status == 200


def test_options_can_answer_what_was_seen_in_2023(clock: Clock) -> None:
    """With options_cancel_status the cancel answers that status, and createTime."""
    with Simulator(clock=clock, options_cancel_status="CANCELLED") as sim, Wire(sim) as wire:
        number = sim.place("options", OPTIONS.symbol).order_id
        answer = wire.cancel(OPTIONS, orderId=number).json
        found = wire.query(OPTIONS, orderId=number).json

    assert (answer["status"], answer["createTime"]) == ("CANCELLED", NOW)
    assert "createDate" not in answer
    assert found["status"] == "CANCELED"


def test_a_margin_cancel_names_itself(sim: Simulator, wire: Wire) -> None:
    """Without newClientOrderId the cancel request of margin has a made-up id."""
    order = sim.place("pm_margin", "LTCBTC")
    answer = wire.cancel(PM_MARGIN, orderId=order.order_id).json

    assert GENERATED.fullmatch(answer["clientOrderId"])
    assert answer["origClientOrderId"] == order.client_order_id != answer["clientOrderId"]


QUERY_TIME = {"usdm": "time", "options": "createTime", "pm_um": "time", "pm_cm": "time"}


@kinds
def test_a_query_tells_when_the_order_was_made(
    sim: Simulator, wire: Wire, clock: Clock, kind: Kind
) -> None:
    """Every query has a creation time and an update time in ms."""
    order = sim.place(kind.name, kind.symbol)
    clock.now += 50
    sim.book.fill(order, "0.5")
    found = wire.query(kind, orderId=order.order_id, timestamp=clock.now).json

    assert found[QUERY_TIME.get(kind.name, "time")] == NOW
    assert found["updateTime"] == NOW + 50
    assert found["status"] == "PARTIALLY_FILLED"


def test_what_a_fill_is_worth(sim: Simulator, wire: Wire) -> None:
    """Queries have the price and value of the fill; contracts of 100 USD are worth coins."""
    usdm = sim.place("usdm", "BTCUSDT", quantity=2, price=50_000, filled=1)
    cm = sim.place("pm_cm", "BTCUSD_PERP", quantity=2, price=50_000, filled=2)
    linear = wire.query(USDM, orderId=usdm.order_id).json
    inverse = wire.query(PM_CM, orderId=cm.order_id).json

    assert (linear["avgPrice"], linear["cumQuote"], linear["cumBase"]) == ("50000", "50000", "0")
    assert (inverse["avgPrice"], inverse["cumBase"]) == ("50000", "0.004")
    assert (linear["pair"], inverse["pair"]) == ("BTCUSDT", "BTCUSD")


def test_an_answer_to_placing_has_no_cancelled_words(wire: Wire) -> None:
    """Since 2026-06 placing a futures order answers without average price and value."""
    for kind in (USDM, PM_UM, PM_CM):
        answer = wire.place(kind).json
        assert not {"avgPrice", "cumQuote", "cumBase"} & set(answer)
        assert (answer["status"], answer["updateTime"]) == ("NEW", NOW)


def test_margin_acknowledges_in_four_fields(wire: Wire) -> None:
    """ACK has the ids and the time only; the default is FULL."""
    short = wire.place(PM_MARGIN, newOrderRespType="ACK").json
    full = wire.place(PM_MARGIN).json

    assert set(short) == {"symbol", "orderId", "clientOrderId", "transactTime"}
    assert (full["status"], full["fills"], full["transactTime"]) == ("NEW", [], NOW)


def test_the_error_body_is_binances_to_the_byte(wire: Wire) -> None:
    """The body of -2011 has the 42 bytes seen in the wild."""
    answer = wire.cancel(USDM, orderId=1)

    assert answer.body == b'{"code":-2011,"msg":"Unknown order sent."}'
    assert answer.headers["Content-Length"] == "42"
    assert answer.headers["Content-Type"] == "application/json"


def test_what_only_cancels_and_placings_tell(wire: Wire) -> None:
    """Queries have no ``cumQty`` on USDⓈ-M and no ``source`` on Options, as in the SDK of 2026."""
    for kind, name in ((USDM, "cumQty"), (OPTIONS, "source")):
        number = wire.place(kind).json["orderId"]
        assert name not in wire.query(kind, orderId=number).json
        assert name in wire.cancel(kind, orderId=number).json
