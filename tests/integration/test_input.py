"""What cannot be right is refused before anything is sent, with a hint; what can be, is sent."""

from __future__ import annotations

import copy
import re
from typing import Any

import ccxt
import pytest

from .host import SYMBOL, Host, moved
from .server import CANCELED, Server, http


class Whole(int):
    """An integer of another library: a registered ``numbers.Integral``."""


class NumpyLike:
    """An integer of another library: not an ``int``, but registered as a whole number."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __int__(self) -> int:
        return self.value

    __index__ = __int__

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"np.int64({self.value})"


def _registered() -> None:
    import numbers

    numbers.Integral.register(NumpyLike)


_registered()

CID = "clientOrderId"
NEEDED, BAD, SYMBOLS = ccxt.ArgumentsRequired, ccxt.BadRequest, ccxt.BadSymbol

REFUSED: dict[str, tuple[tuple[Any, ...], type[Exception], str]] = {
    "id None": ((None, SYMBOL), NEEDED, "clientOrderId"),
    "id empty": (("", SYMBOL), NEEDED, "clientOrderId"),
    "id abc": (("abc", SYMBOL), BAD, r"'clientOrderId': 'abc'"),
    "id float": ((7.0, SYMBOL), BAD, "float"),
    "id big float": ((4.611875134427365e18, SYMBOL), BAD, "float"),
    "id True": ((True, SYMBOL), BAD, "id"),
    "id False": ((False, SYMBOL), BAD, "id"),
    "id 0": ((0, SYMBOL), BAD, "from 1"),
    "id '0'": (("0", SYMBOL), BAD, "from 1"),
    "id -1": ((-1, SYMBOL), BAD, "from 1"),
    "id '-1'": (("-1", SYMBOL), BAD, "id"),
    "id '+1'": (("+1", SYMBOL), BAD, "id"),
    "id '1.0'": (("1.0", SYMBOL), BAD, "id"),
    "id '1e3'": (("1e3", SYMBOL), BAD, "id"),
    "id '0x7'": (("0x7", SYMBOL), BAD, "id"),
    "id '1_000'": (("1_000", SYMBOL), BAD, "id"),
    "id ' 7'": ((" 7", SYMBOL), BAD, "id"),
    "id '7\\n'": (("7\n", SYMBOL), BAD, "id"),
    "id 2**63": ((2**63, SYMBOL), BAD, str(2**63 - 1)),
    "id '2**63'": ((str(2**63), SYMBOL), BAD, str(2**63 - 1)),
    "id huge int": ((10**5000, SYMBOL), BAD, "id"),
    "id huge str": (("9" * 5000, SYMBOL), BAD, "id"),
    "id negative huge": ((-(10**5000), SYMBOL), BAD, "id"),
    "id bytes": ((b"7", SYMBOL), BAD, "id"),
    "id list": ((["7"], SYMBOL), BAD, "id"),
    "id an order": (({"id": "7"}, SYMBOL), BAD, "id"),
    "id Arabic digits": (("\u0667", SYMBOL), BAD, "id"),
    "id wide digits": (("\uff17", SYMBOL), BAD, "id"),
    "id superscript": (("²", SYMBOL), BAD, "id"),
    "id nan": ((float("nan"), SYMBOL), BAD, "float"),
    "orderId abc": ((None, SYMBOL, {"orderId": "abc"}), BAD, "id"),
    "numpy-like too big": ((NumpyLike(2**63), SYMBOL), BAD, str(2**63 - 1)),
    "client id space": ((None, SYMBOL, {CID: "a b"}), BAD, "visible ASCII"),
    "client id newline": ((None, SYMBOL, {CID: "ab\n"}), BAD, "visible ASCII"),
    "client id NUL": ((None, SYMBOL, {CID: "a\0b"}), BAD, "visible ASCII"),
    "client id 65": ((None, SYMBOL, {CID: "a" * 65}), BAD, "64"),
    "client id True": ((None, SYMBOL, {CID: True}), BAD, CID),
    "client id False": ((None, SYMBOL, {CID: False}), BAD, CID),
    "client id float": ((None, SYMBOL, {CID: 1.5}), BAD, CID),
    "client id unicode": ((None, SYMBOL, {CID: "ордер"}), BAD, "visible ASCII"),
    "client id emoji": ((None, SYMBOL, {CID: "🚀"}), BAD, "visible ASCII"),
    "client id bytes": ((None, SYMBOL, {CID: b"abc"}), BAD, CID),
    "client id list": ((None, SYMBOL, {CID: ["abc"]}), BAD, CID),
    "client id dict": ((None, SYMBOL, {CID: {}}), BAD, CID),
    "client id huge int": ((None, SYMBOL, {CID: 10**5000}), BAD, CID),
    "clOrdId bad": ((None, SYMBOL, {"clOrdId": "a b"}), BAD, "clOrdId"),
    "a bad client id is not rescued by an id": (("7", SYMBOL, {CID: "a b"}), BAD, CID),
    "recvWindow abc": (("7", SYMBOL, {"recvWindow": "abc"}), BAD, "recvWindow"),
    "recvWindow -1": (("7", SYMBOL, {"recvWindow": -1}), BAD, "recvWindow"),
    "recvWindow 0": (("7", SYMBOL, {"recvWindow": 0}), BAD, "recvWindow"),
    "recvWindow True": (("7", SYMBOL, {"recvWindow": True}), BAD, "recvWindow"),
    "recvWindow list": (("7", SYMBOL, {"recvWindow": [1]}), BAD, "recvWindow"),
    "deadline 0": (("7", SYMBOL, {"deadline": 0}), BAD, "deadline"),
    "deadline -1": (("7", SYMBOL, {"deadline": -1}), BAD, "deadline"),
    "deadline x": (("7", SYMBOL, {"deadline": "x"}), BAD, "deadline"),
    "deadline nan": (("7", SYMBOL, {"deadline": float("nan")}), BAD, "deadline"),
    "deadline inf": (("7", SYMBOL, {"deadline": float("inf")}), BAD, "deadline"),
    "deadline True": (("7", SYMBOL, {"deadline": True}), BAD, "deadline"),
    "deadline huge": (("7", SYMBOL, {"deadline": 10**400}), BAD, "deadline"),
    "confirm x": (("7", SYMBOL, {"confirm": "x"}), BAD, "confirm"),
    "confirm 1": (("7", SYMBOL, {"confirm": 1}), BAD, "confirm"),
    "params list": (("7", SYMBOL, ["clientOrderId"]), BAD, "dict"),
    "params str": (("7", SYMBOL, "clientOrderId"), BAD, "dict"),
    "params int": (("7", SYMBOL, 5), BAD, "dict"),
    "params an empty list": (("7", SYMBOL, []), BAD, "dict"),
    "symbol None": (("7", None), NEEDED, "symbol"),
    "symbol empty": (("7", ""), NEEDED, "symbol"),
    "symbol missing": (("7",), NEEDED, "symbol"),
    "symbol int": (("7", 5), SYMBOLS, "symbol"),
    "symbol dict": (("7", {"symbol": SYMBOL}), SYMBOLS, "symbol"),
    "symbol list": (("7", [SYMBOL]), SYMBOLS, "symbol"),
    "symbol bytes": (("7", SYMBOL.encode()), SYMBOLS, "symbol"),
    "symbol True": (("7", True), SYMBOLS, "symbol"),
    "another symbol in params": (("7", SYMBOL, {"symbol": "ETHUSDT"}), BAD, "symbol"),
}


@pytest.mark.parametrize(("arguments", "error", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_right_is_not_sent(
    host: Host, arguments: tuple[Any, ...], error: type[Exception], hint: str
) -> None:
    """Nothing leaves; the class is ccxt's own, and the message shows what to do."""
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        with pytest.raises(error) as caught:
            host.cancel(exchange, *arguments)

    assert [] == server.received
    assert re.search(hint, str(caught.value))
    assert len(str(caught.value)) < 500


TAKEN: dict[str, tuple[tuple[Any, ...], str]] = {
    "int": ((7, SYMBOL), "orderId=7"),
    "str": (("7", SYMBOL), "orderId=7"),
    "an int of a subclass": ((Whole(7), SYMBOL), "orderId=7"),
    "numpy-like": ((NumpyLike(7), SYMBOL), "orderId=7"),
    "leading zeros": (("007", SYMBOL), "orderId=7"),
    "2**63 - 1": ((2**63 - 1, SYMBOL), f"orderId={2**63 - 1}"),
    "'2**53 + 1'": ((str(2**53 + 1), SYMBOL), f"orderId={2**53 + 1}"),
    "client id of one character": ((None, SYMBOL, {CID: "a"}), "origClientOrderId=a"),
    "client id of 64": ((None, SYMBOL, {CID: "a" * 64}), f"origClientOrderId={'a' * 64}"),
    "client id int": ((None, SYMBOL, {CID: 12}), "origClientOrderId=12"),
    "client id 0": ((None, SYMBOL, {CID: 0}), "origClientOrderId=0"),
    "client id numpy-like": ((None, SYMBOL, {CID: NumpyLike(12)}), "origClientOrderId=12"),
    "client id of signs": ((None, SYMBOL, {CID: "&=?#%+"}), "origClientOrderId=%26%3D%3F%23%25%2B"),
    "client id beats a bad id": (("abc", SYMBOL, {CID: "x"}), "origClientOrderId=x"),
    "client id beats a float": ((1.5, SYMBOL, {CID: "x"}), "origClientOrderId=x"),
    "empty client id, and an id": (("7", SYMBOL, {CID: ""}), "orderId=7"),
    "client id None, and an id": (("7", SYMBOL, {CID: None}), "orderId=7"),
    "recvWindow '5000'": (("7", SYMBOL, {"recvWindow": "5000"}), "recvWindow=5000"),
    "recvWindow 1": (("7", SYMBOL, {"recvWindow": 1}), "recvWindow=1&"),
    "recvWindow None": (("7", SYMBOL, {"recvWindow": None}), "recvWindow=10000"),
    "its own symbol in params": (("7", SYMBOL, {"symbol": "BTCUSDT"}), "symbol=BTCUSDT"),
    "deadline a float": (("7", SYMBOL, {"deadline": 60.5}), "orderId=7"),
    "confirm": (("7", SYMBOL, {"confirm": False}), "orderId=7"),
}


@pytest.mark.parametrize(("arguments", "sent"), TAKEN.values(), ids=TAKEN.keys())
def test_what_may_be_right_is_sent(host: Host, arguments: tuple[Any, ...], sent: str) -> None:
    """A cancel refused by mistake is worse than one round trip."""
    answer = {k: v for k, v in CANCELED.items() if k not in ("clientOrderId", "orderId")}

    def reply(received: Any) -> bytes:
        asked = re.search(r"orderId=(\d+)", received.query)
        return http({**answer, "orderId": int(asked[1]) if asked else 9})

    with Server(reply) as server:
        order = host.cancel(moved(host.attached(), server.url), *arguments)

    assert "canceled" == order["status"]
    [received] = server.received
    assert sent in received.query
    assert 1 == received.query.count("symbol=")
    assert ("orderId=" in received.query) != ("origClientOrderId=" in received.query)


@pytest.mark.parametrize("id", [2**53 + 1, 4611875134427365377, 2**63 - 1])
@pytest.mark.parametrize("kind", [int, str])
def test_a_long_id_survives_to_the_wire_and_back(host: Host, id: int, kind: Any) -> None:
    """No float in between: every digit goes out and comes back."""
    with Server(http({**CANCELED, "orderId": id})) as server:
        order = host.cancel(moved(host.attached(), server.url), kind(id), SYMBOL)

    assert f"&orderId={id}&" in server.received[0].query
    assert str(id) == order["id"]
    assert str(id) == str(order["info"]["orderId"])


def test_the_callers_dict_is_never_changed(host: Host) -> None:
    """Neither on success nor on a refusal, and nothing in it is shared with the order."""
    params = {
        "clientOrderId": "mine",
        "recvWindow": 99999,
        "newClientOrderId": "x",
        "portfolioMargin": False,
        "type": "swap",
        "deadline": 60,
        "more": {"deep": [1]},
    }
    before = copy.deepcopy(params)
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        order = host.cancel(exchange, "7", SYMBOL, params)
        with pytest.raises(ccxt.BadSymbol):
            host.cancel(exchange, "7", 5, params)

    assert before == params
    assert "more" not in order


def test_the_default_params_are_not_shared_between_calls(host: Host) -> None:
    """A client id given to one call does not reappear in the next."""
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        host.cancel(exchange, None, SYMBOL, {"clientOrderId": "mine"})
        host.cancel(exchange, "7", SYMBOL)

    assert "mine" in server.received[0].query
    assert "mine" not in server.received[1].query
