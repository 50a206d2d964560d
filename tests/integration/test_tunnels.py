"""A proxy between us and the exchange: what it may receive, and what its silence means."""

from __future__ import annotations

import re
from typing import Any

import pytest

import adapter

from .host import ELSEWHERE, SYMBOL, Host, moved
from .server import Server

TUNNELS = ("httpsProxy", "https_proxy", "httpsProxyCallback", "proxies", "aiohttp_proxy")


def tunnelled(host: Host, setting: str, proxy: Server) -> Any:
    if setting == ("aiohttp_proxy" if host.is_sync else "proxies"):
        pytest.skip("a setting of the other mode")
    exchange = moved(host.attached({"verify": False}), "https://exchange.invalid")
    value: Any = {
        "proxies": {"https": proxy.url},
        "httpsProxyCallback": lambda *_: proxy.url,
    }.get(setting, proxy.url)
    setattr(exchange, setting, value)
    return exchange


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("setting", TUNNELS)
def test_a_cancel_goes_through_a_tunnel(host: Host, setting: str) -> None:
    """The proxy gets ``CONNECT`` and no more; the host, which it alone knows, gets the cancel."""
    with Server(tunnel=True) as proxy:
        order = host.cancel(tunnelled(host, setting, proxy), "7", SYMBOL)

    assert "canceled" == order["status"]
    connect, cancel = proxy.received
    assert connect.line.startswith("CONNECT exchange.invalid:443 ")
    assert connect.header("X-MBX-APIKEY") is None
    assert cancel.line.startswith("DELETE /fapi/v1/order?")


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("setting", TUNNELS)
def test_an_answer_lost_in_a_tunnel_is_unknown(host: Host, setting: str) -> None:
    """Behind a proxy too, a request that was taken and not answered may have been executed."""
    with Server(lambda _: None, tunnel=True) as proxy:
        exchange = tunnelled(host, setting, proxy)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL)

    assert proxy.received[1].line.startswith("DELETE /fapi/v1/order?")
    assert re.fullmatch("DG+", proxy.asked)


@pytest.mark.parametrize("setting", ["httpProxy", "proxies", "aiohttp_proxy"])
def test_a_proxy_that_took_the_request_and_went_away_leaves_it_unknown(
    host: Host, setting: str
) -> None:
    """The proxy may have passed it on."""
    if setting == ("aiohttp_proxy" if host.is_sync else "proxies"):
        pytest.skip("a setting of the other mode")
    with Server(lambda _: None) as proxy:
        exchange = moved(host.attached(), ELSEWHERE)
        setattr(exchange, setting, {"http": proxy.url} if setting == "proxies" else proxy.url)
        with pytest.raises(adapter.CancelUnknown):
            host.cancel(exchange, "7", SYMBOL)

    assert proxy.received[0].line.startswith(f"DELETE {ELSEWHERE}/fapi/v1/order?")
    assert re.fullmatch("DG+", proxy.asked)
