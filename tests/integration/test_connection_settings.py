"""Time-outs, certificates, addresses and keys of the exchange object: no error but ccxt's."""

from __future__ import annotations

import logging

import ccxt
import pytest

import adapter

from .host import SYMBOL, Host, moved, outcome, still
from .server import CANCELED, Server, http, self_signed


def test_the_deadline_holds_before_a_longer_time_out(host: Host) -> None:
    """The call ends by its own deadline, though ``timeout`` is ten minutes."""
    with Server(silent=True) as server:
        exchange = moved(host.attached({"timeout": 600_000}), server.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL, {"deadline": 1})

    assert "DG" == server.asked


@pytest.mark.parametrize("way", ["by default", "verify True"])
def test_a_certificate_that_nobody_vouches_for_is_refused(host: Host, way: str) -> None:
    """No request leaves, so it is ``NetworkError`` and not unknown."""
    config = {} if way == "by default" else {"verify": True}
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached(config), server.url)
        with pytest.raises(ccxt.NetworkError) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)
    assert [] == server.received


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_verify_false_takes_any_certificate(host: Host) -> None:
    """``verify`` in the constructor is the user's decision."""
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached({"verify": False}), server.url)
        order = host.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["status"]
    assert 1 == len(server.received)


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_validate_server_ssl_false_takes_any_certificate() -> None:
    """``validateServerSsl`` of the sync classes is honoured as well."""
    host = Host("sync")
    with Server(tls=self_signed()) as server:
        exchange = moved(host.attached({"validateServerSsl": False}), server.url)
        order = host.cancel(exchange, "7", SYMBOL)
    host.close()

    assert "canceled" == order["status"]


@pytest.mark.parametrize(
    "url",
    [
        f"http://{'a' * 64}.invalid",
        "http://127.0.0.1:99999",
        "http://exa mple.invalid",
        "http://[::1",
        "http://",
        "127.0.0.1:80",
        "ftp://exchange.invalid",
    ],
)
def test_a_broken_host_is_an_error_of_ccxts(host: Host, url: str) -> None:
    """A typing mistake in ``exchange.urls`` is no foreign exception, and quotes no signed URL."""
    exchange = host.attached()
    exchange.urls["api"]["fapiPrivate"] = f"{url}/fapi/v1"
    with pytest.raises(ccxt.BaseError) as caught:
        host.cancel(exchange, "7", SYMBOL)

    assert not isinstance(caught.value, adapter.CancelUnknown)
    assert "signature" not in str(caught.getrepr(style="native")).replace("_signature", "")


@pytest.mark.parametrize("key", ["key\n", "key\r\nX-Evil: 1", "a\x7fb", "a\0b", "ключ"])
def test_a_key_that_no_header_can_carry_is_no_foreign_error(host: Host, key: str) -> None:
    """A key read from a file with its line end: an error of ccxt's, if any."""
    with Server() as server:
        exchange = moved(host.attached({"apiKey": key}), server.url)
        result = outcome(host, exchange)

    carried = isinstance(result, dict)
    assert carried == bool(server.received)
    assert carried or not issubclass(result, adapter.CancelUnknown)
    assert all(received.header("X-Evil") is None for received in server.received)


@pytest.mark.parametrize("encoding", ["identity", "utf-8 BOM", "latin-1"])
def test_an_answer_in_an_odd_dress_is_read_as_ccxt_reads_it(
    host: Host, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The body's encoding is UTF-8 whatever the headers have, as in ccxt."""
    body = {**CANCELED, "symbol": "BTCUSDT", "note": "é"}
    kind = "application/json; charset=iso-8859-1" if encoding == "latin-1" else "application/json"
    answer = http(body, kind=kind)
    if encoding == "utf-8 BOM":
        answer = http("\ufeff" + '{"orderId": 7, "status": "CANCELED"}')
    with Server(answer) as server, caplog.at_level(logging.DEBUG):
        ccxts = outcome(host, still(moved(host.exchange(), server.url)))
        ours = outcome(host, adapter.attach(still(moved(host.exchange(), server.url))))

    if isinstance(ccxts, dict) and encoding != "utf-8 BOM":
        assert ccxts["info"] == ours["info"]
    else:
        assert isinstance(ours, dict) or issubclass(ours, adapter.CancelUnknown)
