"""No key, no secret, no signature and no signed URL in anything that people read."""

from __future__ import annotations

import html
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import ccxt
import pytest

import adapter

from .host import SECRET, SYMBOL, Host, moved, pem
from .server import CANCELED, ReceivedRequest, Server, http, self_signed
from .unreachable import closed_port


def quoting(write: Callable[[ReceivedRequest], Any], status: str, kind: str = "text/html") -> Any:
    """A server's answer that quotes the request."""
    return lambda received: http(write(received), status, kind)


def page(received: ReceivedRequest) -> str:
    return f"<html><body>Cannot {html.escape(received.line)}</body></html>"


def link(received: ReceivedRequest) -> str:
    return f'<a href="/login?next={quote(received.target, safe="")}">{received.target}</a>'


def twice(received: ReceivedRequest) -> str:
    return f"<p>{html.escape(received.target)}</p><p>{received.target.replace('=', '&#61;')}</p>"


def whole_request(received: ReceivedRequest) -> str:
    return "<pre>" + "\n".join([received.line, *received.headers]) + "</pre>"


def whole_request_as_json(received: ReceivedRequest) -> Any:
    names = dict(line.split(": ", 1) for line in received.headers)
    return {"code": -1, "msg": "blocked", "url": received.target, "headers": names}


def query_as_json(received: ReceivedRequest) -> Any:
    pairs = (pair.partition("=") for pair in received.query.split("&"))
    return {"code": -1022, "msg": "bad", "query": {k: v for k, _, v in pairs}}


def escaped_json(received: ReceivedRequest) -> str:
    return json.dumps({"code": -1, "msg": received.line}).replace("=", "\\u003d")


REFUSED = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
SERVED: dict[str, Any] = {
    "canceled": http(CANCELED),
    "wrong key": http(REFUSED, "401 Unauthorized"),
    "wrong signature": http({"code": -1022, "msg": "Signature not valid."}, "400 Bad"),
    "cut off": http(CANCELED, length=5000),
    "closed": lambda _: None,
    "no HTTP": b"nonsense\r\n\r\n",
    "page 404": quoting(page, "404 Not Found"),
    "page 403": quoting(page, "403 Forbidden"),
    "page 502": quoting(page, "502 Bad Gateway"),
    "page 200": quoting(page, "200 OK"),
    "link 503": quoting(link, "503 No"),
    "twice 400": quoting(twice, "400 Bad"),
    "request 403": quoting(whole_request, "403 Forbidden"),
    "request 500": quoting(whole_request, "500 Oops"),
    "request as JSON": quoting(whole_request_as_json, "400 Bad", "application/json"),
    "query as JSON": quoting(query_as_json, "400 Bad", "application/json"),
    "escaped JSON": quoting(escaped_json, "400 Bad", "application/json"),
    "request in the reason": lambda received: http("", f"400 {received.target}"),
}
FAULTS = [*SERVED, "silent", "refused", "no such host", "bad host", "TLS", "proxy refused"]
SECRETS = {"hmac": SECRET, "rsa": pem("rsa"), "ed25519": pem("ed25519")}


@pytest.fixture
def noise(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def failing(host: Host, fault: str, config: dict[str, Any]) -> tuple[Any, BaseException | None]:
    """The exchange after one cancel with this fault, and the error."""
    tls = self_signed() if fault == "TLS" else None
    with ExitStack() as stack:
        server = stack.enter_context(Server(SERVED.get(fault), tls=tls, silent=fault == "silent"))
        url = {
            "no such host": "https://exchange.invalid",
            "bad host": "http://exa mple.invalid",
            "proxy refused": "http://exchange.invalid",
        }.get(fault, server.url)
        nobody = stack.enter_context(closed_port())
        if fault == "refused":
            url = f"http://{nobody}"
        silent = {"timeout": 300} if fault == "silent" else {}
        exchange = moved(host.attached({**config, **silent}), url)
        if fault == "proxy refused":
            exchange.httpProxy = f"http://{nobody}"
        try:
            host.cancel(exchange, "7", SYMBOL, {"deadline": 1} if silent else {})
        except Exception as e:
            return exchange, e
        return exchange, None


def forbidden(exchange: Any) -> Iterator[str]:
    """What nobody may read: the key, each line of the secret, every signature that was made."""
    yield exchange.apiKey
    yield from (line for line in exchange.secret.splitlines() if line and "-----" not in line)
    signature = re.search(r"signature=([^&]+)", exchange.last_request_url or "")
    assert signature, "nothing was signed"
    yield signature[1]


def ours(noise: pytest.LogCaptureFixture, exchange: Any) -> str:
    """Every record of the adapter's loggers and of the exchange's own."""
    return "\n".join(
        noise.handler.format(record)
        for record in noise.records
        if record.name.partition(".")[0] == "adapter" or record.name == exchange.logger.name
    )


@pytest.mark.parametrize("kind", ["hmac", "rsa"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_in_an_error_or_a_log(
    host: Host, fault: str, kind: str, noise: pytest.LogCaptureFixture
) -> None:
    """Not in the message, not in the traceback with all causes and contexts, not in a record."""
    exchange, error = failing(host, fault, {"secret": SECRETS[kind]})

    assert (fault == "canceled") == (error is None)
    text = ours(noise, exchange)
    if error is not None:
        text += str(error) + repr(error) + "".join(traceback.format_exception(error))
    for word in forbidden(exchange):
        assert word not in text
    assert not re.search(r"signature(=|%3D|&#61;)(?!…)[^\s&\"'<]", text)


@pytest.mark.parametrize("fault", ["canceled", "wrong key", "request 403", "no such host"])
def test_verbose_shows_what_ccxt_shows_without_the_secrets(
    host: Host, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """``verbose`` prints request and answer; key, secret and signature are not in it."""
    exchange, _ = failing(host, fault, {"verbose": True})

    printed = capsys.readouterr().out
    assert "fetch Request: binance DELETE" in printed
    assert "/fapi/v1/order?" in printed
    assert "symbol=BTCUSDT" in printed
    assert ("fetch Response: binance DELETE" in printed) == (fault != "no such host")
    for word in forbidden(exchange):
        assert word not in printed


def test_a_log_method_of_the_users_own_is_used(host: Host) -> None:
    """``verbose`` goes through ``exchange.log``, where users redirect it."""
    lines: list[str] = []
    with Server() as server:
        exchange = moved(host.attached({"verbose": True}), server.url)
        exchange.log = lambda *words: lines.append(" ".join(map(str, words)))
        host.cancel(exchange, "7", SYMBOL)

    assert 2 == len(lines)
    assert "Request" in lines[0]
    assert "CANCELED" in lines[1]


def test_the_exchanges_logger_hears_of_it(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG request and answer are there, as in ccxt; without verbose nothing is printed."""
    with Server() as server, caplog.at_level(logging.DEBUG):
        exchange = moved(host.attached(), server.url)
        host.cancel(exchange, "7", SYMBOL)

    text = [r.getMessage() for r in caplog.records if r.name == exchange.logger.name]
    assert any("Request" in line and "DELETE" in line for line in text)
    assert any("Response" in line and "CANCELED" in line for line in text)


def test_a_success_is_silent(
    host: Host, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """How it ended is one line at INFO; nothing above that, nothing on the terminal."""
    with Server() as server, caplog.at_level(logging.INFO):
        host.cancel(moved(host.attached(), server.url), "7", SYMBOL)

    [line] = caplog.records
    assert ("adapter", logging.INFO) == (line.name, line.levelno)
    assert line.getMessage().endswith("settled status=canceled outcome=canceled")
    captured = capsys.readouterr()
    assert ("", "") == (captured.out, captured.err)


@pytest.mark.parametrize("kind", ["hmac", "rsa", "ed25519"])
def test_no_secret_in_what_the_adapter_keeps(host: Host, kind: str) -> None:
    """What is attached to the exchange object shows neither key nor secret when it is printed."""
    with Server() as server:
        exchange = moved(host.attached({"secret": SECRETS[kind]}), server.url)
        host.cancel(exchange, "7", SYMBOL)

    kept = {k: v for k, v in vars(exchange).items() if k.startswith("_adapter")}
    assert kept
    shown = repr(kept) + repr(exchange.cancel_order) + repr(adapter.explain(exchange, SYMBOL))
    for word in forbidden(exchange):
        assert word not in shown


def test_explain_signs_nothing(host: Host) -> None:
    """No network, no signature, and no keys needed."""
    with Server() as server:
        exchange = moved(host.attached({"apiKey": None, "secret": None}), server.url)
        route = adapter.explain(exchange, SYMBOL)
        expected = f"{server.url}/fapi/v1/order"

    assert [] == server.received
    assert expected == route.url
    assert "?" not in str(route.url)


def test_the_body_is_in_the_message(host: Host) -> None:
    """Binance's raw body is what bots search for."""
    body = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    _, error = failing(host, "wrong key", {})

    assert isinstance(error, ccxt.AuthenticationError)
    assert f"binance {json.dumps(body)}" == str(error)
