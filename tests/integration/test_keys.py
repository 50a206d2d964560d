"""The exchange's own keys, of each kind, as they are at the moment of the call."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

import adapter.venues.binance.signing
from adapter.simulator import Simulator

from .host import SYMBOL, Host, moved, pem
from .server import Server

KINDS = ("hmac", "rsa", "ed25519")


def secret_of(kind: str) -> str:
    return "an-hmac-secret" if kind == "hmac" else pem(kind)


def cancelled(host: Host, sim: Simulator, exchange: Any) -> dict[str, Any]:
    placed = sim.place("usdm", "BTCUSDT")
    order: dict[str, Any] = host.cancel(exchange, placed.order_id, SYMBOL)
    return order


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_key_signs(host: Host, sim: Simulator, kind: str) -> None:
    """HMAC, RSA-2048 and Ed25519 keys are taken as ccxt takes them, in ``secret``."""
    exchange = sim.connect(host.attached({"apiKey": kind, "secret": secret_of(kind)}))

    assert "canceled" == cancelled(host, sim, exchange)["status"]


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize(
    "shape",
    [
        str.strip,
        lambda text: f"\n{text}\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", r"\n"),
        lambda text: text.replace("\n", r"\r\n"),
    ],
    ids=["stripped", "with blank lines", "with CRLF", "with escapes", "with escapes of CRLF"],
)
def test_a_pem_may_be_dressed_as_files_dress_it(
    host: Host, sim: Simulator, kind: str, shape: Any
) -> None:
    """A missing or a doubled line end does not hurt, nor one that JSON left as an escape."""
    sim.add_key(kind, pem(kind))
    exchange = sim.connect(host.attached())
    exchange.apiKey, exchange.secret = kind, shape(pem(kind))

    assert "canceled" == cancelled(host, sim, exchange)["status"]


@pytest.mark.parametrize("after", KINDS)
@pytest.mark.parametrize("before", KINDS)
def test_a_changed_secret_is_noticed(host: Host, sim: Simulator, before: str, after: str) -> None:
    """Key and secret are read at each call: what the user sets between two calls applies."""
    sim.add_key("before", secret_of(before))
    sim.add_key("after", secret_of(after) if after != "hmac" else "another-hmac-secret")
    exchange = sim.connect(host.attached())
    exchange.apiKey, exchange.secret = "before", secret_of(before)
    first = cancelled(host, sim, exchange)

    exchange.apiKey = "after"
    exchange.secret = secret_of(after) if after != "hmac" else "another-hmac-secret"
    second = cancelled(host, sim, exchange)

    assert ["canceled"] * 2 == [first["status"], second["status"]]
    assert ["before", "after"] == [r.headers["X-MBX-APIKEY"] for r in sim.requests]


def test_a_changed_api_key_alone_is_noticed(host: Host, sim: Simulator) -> None:
    """Two API keys may share a secret."""
    sim.add_key("one", pem("rsa"))
    sim.add_key("two", pem("rsa"))
    exchange = sim.connect(host.attached())
    exchange.secret = pem("rsa")
    for exchange.apiKey in ("one", "two", "one"):
        assert "canceled" == cancelled(host, sim, exchange)["status"]

    assert ["one", "two", "one"] == [r.headers["X-MBX-APIKEY"] for r in sim.requests]


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_pem_is_parsed_once(host: Host, sim: Simulator, kind: str, mocker: MockerFixture) -> None:
    """ccxt parses an RSA key for 28 ms at each call; here once per secret."""
    exchange = sim.connect(host.attached({"apiKey": kind, "secret": pem(kind)}))
    parse = mocker.spy(adapter.venues.binance.signing, "load_pem_private_key")
    for _ in range(3):
        cancelled(host, sim, exchange)

    assert 1 == parse.call_count

    sim.add_key("other", pem(f"{kind} two"))
    exchange.apiKey, exchange.secret = "other", pem(f"{kind} two")
    for _ in range(2):
        cancelled(host, sim, exchange)

    assert 2 == parse.call_count


def test_each_exchange_object_has_its_own_key(host: Host, sim: Simulator) -> None:
    """Two objects of one class sign with their own secrets, alternately."""
    one = sim.connect(host.attached({"apiKey": "one", "secret": pem("rsa")}))
    two = sim.connect(host.attached({"apiKey": "two", "secret": pem("rsa two")}))
    for exchange in (one, two, one, two):
        assert "canceled" == cancelled(host, sim, exchange)["status"]


def _broken() -> dict[str, str]:
    good = pem("rsa")
    lines = good.splitlines()
    return {
        "cut off": "\n".join(lines[:5]),
        "garbled": good.replace(lines[3], "?" * len(lines[3])),
        "no end": "\n".join(lines[:-1]),
        "empty": "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "encrypted": good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
        "a kind that Binance does not take": pem("ec"),
        "not ASCII": "-----BEGIN PRIVATE KEY-----\nключ\n-----END PRIVATE KEY-----\n",
    }


@pytest.mark.parametrize("fault", _broken())
def test_a_broken_pem_is_refused_before_anything_is_sent(host: Host, fault: str) -> None:
    """It is ``AuthenticationError``, and no line of the key is in its text or in its causes."""
    secret = _broken()[fault]
    with Server() as server:
        exchange = moved(host.attached({"secret": secret}), server.url)
        with pytest.raises(ccxt.AuthenticationError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert [] == server.received
    assert caught.value.__cause__ is None
    for line in secret.splitlines():
        assert "PRIVATE KEY" in line or not line or line not in repr(caught.getrepr(style="native"))


@pytest.mark.parametrize("missing", ["apiKey", "secret", "both"])
@pytest.mark.parametrize("absent", [None, ""], ids=["None", "empty"])
def test_a_missing_key_is_refused_before_anything_is_sent(
    host: Host, missing: str, absent: str | None
) -> None:
    """It is ``AuthenticationError`` that names what is missing, as in ccxt."""
    names = ("apiKey", "secret") if missing == "both" else (missing,)
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        for name in names:
            setattr(exchange, name, absent)
        with pytest.raises(ccxt.AuthenticationError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert [] == server.received
    assert names[0] in str(caught.value)


@pytest.mark.parametrize("fault", ["key", "secret"])
def test_a_wrong_key_is_reported_at_once(host: Host, sim: Simulator, fault: str) -> None:
    """-2015 and -1022 end the call with one request, whatever the product."""
    exchange = sim.connect(host.attached({"apiKey": "mine", "secret": "right"}))
    if fault == "key":
        exchange.apiKey = "nobody's"
    else:
        exchange.secret = "wrong"
    with pytest.raises(ccxt.AuthenticationError):
        cancelled(host, sim, exchange)

    assert 1 == len(sim.requests)
