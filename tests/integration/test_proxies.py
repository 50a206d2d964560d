"""Every proxy setting of ccxt's is used, and refused, as ccxt does."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import pytest

import adapter

from .host import ELSEWHERE, SYMBOL, Host, moved, outcome, still
from .server import Server, http, the_same

Settings = Callable[[str], dict[str, Any]]

FORWARDING: dict[str, Settings] = {
    "httpProxy": lambda url: {"httpProxy": url},
    "http_proxy": lambda url: {"http_proxy": url},
    "httpProxyCallback": lambda url: {"httpProxyCallback": lambda *_: url},
    "http_proxy_callback": lambda url: {"http_proxy_callback": lambda *_: url},
    "httpsProxy": lambda url: {"httpsProxy": url},
    "https_proxy": lambda url: {"https_proxy": url},
    "httpsProxyCallback": lambda url: {"httpsProxyCallback": lambda *_: url},
    "https_proxy_callback": lambda url: {"https_proxy_callback": lambda *_: url},
}
PREFIXING: dict[str, Settings] = {
    "proxyUrl": lambda url: {"proxyUrl": f"{url}/?to="},
    "proxy_url": lambda url: {"proxy_url": f"{url}/"},
    "proxyUrlCallback": lambda url: {"proxyUrlCallback": lambda *_: f"{url}/"},
    "proxy_url_callback": lambda url: {"proxy_url_callback": lambda *_: f"{url}/"},
    "proxy": lambda url: {"proxy": f"{url}/"},
    "proxy as a callback": lambda url: {"proxy": lambda *_: f"{url}/"},
}
OF_A_COLOUR: dict[str, Settings] = {
    "proxies": lambda url: {"proxies": {"http": url, "https": url}},
    "aiohttp_proxy": lambda url: {"aiohttp_proxy": url},
}
NOWHERE = "http://127.0.0.1:9"
CONFLICTS: dict[str, Settings] = {
    "two of a kind": lambda url: {"httpProxy": url, "httpsProxy": url},
    "http and socks": lambda url: {"httpProxy": url, "socksProxy": "socks5://127.0.0.1:9"},
    "setting and callback": lambda url: {"httpProxy": url, "httpProxyCallback": lambda *_: url},
    "two prefixes": lambda url: {"proxyUrl": url, "proxy_url": url},
    "prefix and callback": lambda url: {"proxyUrl": url, "proxyUrlCallback": lambda *_: url},
    "prefix and old prefix": lambda url: {"proxyUrl": url, "proxy": url},
    "prefix and proxy": lambda url: {"proxyUrl": url, "httpProxy": url},
    "prefix and https proxy": lambda url: {"proxyUrl": url, "httpsProxy": url},
    "proxies and http": lambda url: {"proxies": {"http": url}, "httpProxy": url},
    "proxies and https": lambda url: {"proxies": {"http": url}, "httpsProxy": url},
    "proxies and prefix": lambda url: {"proxies": {"http": url}, "proxyUrl": url},
    "aiohttp_proxy and http": lambda url: {"aiohttp_proxy": url, "httpProxy": url},
    "aiohttp_proxy and https": lambda url: {"aiohttp_proxy": url, "httpsProxy": url},
    "aiohttp_proxy and prefix": lambda url: {"aiohttp_proxy": url, "proxyUrl": url},
}


def through(host: Host, settings: dict[str, Any], target: str, *, ours: bool) -> Any:
    exchange = still(moved(host.exchange(), target))
    for name, value in settings.items():
        setattr(exchange, name, value)
    return outcome(host, adapter.attach(exchange) if ours else exchange)


@pytest.mark.parametrize("name", [*FORWARDING, *PREFIXING, *OF_A_COLOUR])
def test_a_proxy_gets_what_ccxt_gives_it(host: Host, name: str) -> None:
    """Each setting: the same request line and headers at the proxy, or ccxt's own refusal."""
    settings = {**FORWARDING, **PREFIXING, **OF_A_COLOUR}[name]
    with Server() as proxy, Server() as exchange:
        # requests sends what is plain http past a proxy for https, as it should
        ccxts = through(host, settings(proxy.url), exchange.url, ours=False)
        seen = [len(proxy.received), len(exchange.received)]
        ours = through(host, settings(proxy.url), exchange.url, ours=True)

    assert seen == [len(proxy.received) - seen[0], len(exchange.received) - seen[1]]
    for server in (proxy, exchange):
        half = len(server.received) // 2
        assert [the_same(h) for h in server.received[:half]] == [
            the_same(h) for h in server.received[half:]
        ]
    if isinstance(ccxts, type):
        assert issubclass(ours, ccxts)
    else:
        assert "canceled" == ours["status"]


@pytest.mark.parametrize("name", [*FORWARDING, "proxies", "aiohttp_proxy"])
def test_an_https_host_is_reached_through_a_tunnel(host: Host, name: str) -> None:
    """The proxy gets ``CONNECT`` as from ccxt; its refusal means that nothing was sent."""
    if name == ("aiohttp_proxy" if host.is_sync else "proxies"):
        pytest.skip("a setting of the other mode")
    settings = {**FORWARDING, **OF_A_COLOUR}[name]
    if host.is_sync and name.startswith("http") and not name.startswith("https"):
        pytest.skip("requests uses it for plain http only")
    with Server(http("", "502 Bad Gateway")) as proxy:
        through(host, settings(proxy.url), "https://exchange.invalid", ours=False)
        [ccxts] = proxy.received
        ours = through(host, settings(proxy.url), "https://exchange.invalid", ours=True)

    # libcurl speaks HTTP/1.1 to a proxy, and requests 1.0
    assert {ccxts.line[:-1]} == {received.line[:-1] for received in proxy.received}
    assert ccxts.line.startswith("CONNECT exchange.invalid:443")
    assert all(received.header("X-MBX-APIKEY") is None for received in proxy.received)
    assert issubclass(ours, ccxt.NetworkError)
    assert not issubclass(ours, adapter.CancelUnknown)


@pytest.mark.parametrize("name", PREFIXING)
def test_a_prefix_proxy_gets_the_signed_url_encoded(host: Host, name: str) -> None:
    """``proxyUrl`` of ccxt for Python refuses itself; where a user has mended it, it is served."""
    with Server() as proxy:
        settings = {
            **PREFIXING[name](proxy.url),
            "check_conflicting_proxies": lambda *_: None,
        }
        ccxts = through(host, settings, ELSEWHERE, ours=False)
        ours = through(host, settings, ELSEWHERE, ours=True)

    assert ("canceled", "canceled") == (ccxts["status"], ours["status"])
    one, other = proxy.received
    assert the_same(one) == the_same(other)
    assert other.header("Origin")
    assert "signature%3D" in other.target


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicting_settings_are_ccxts_error(host: Host, name: str) -> None:
    """The class that ccxt raises, or one below it, and nothing is sent."""
    with Server() as proxy:
        settings = CONFLICTS[name](proxy.url)
        ccxts = through(host, settings, ELSEWHERE, ours=False)
        before = len(proxy.received)
        ours = through(host, settings, ELSEWHERE, ours=True)

    if isinstance(ccxts, type):
        assert issubclass(ours, ccxts)
        assert before == len(proxy.received)
    else:
        assert "canceled" == ours["status"]


@pytest.mark.parametrize("name", ["socksProxy", "socks_proxy", "socksProxyCallback"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_without_its_library_shows_which(
    host: Host, name: str, scheme: str, tmp_path: Path
) -> None:
    """The session: ``NotSupported`` that names the module, as in ccxt, and nothing is sent."""
    module = "socks" if host.is_sync else "aiohttp_socks"
    if importlib.util.find_spec(module):
        pytest.skip(f"{module} is installed")
    file = tmp_path / "plugins.toml"
    file.write_text('[defaults]\ntransport = "session"\n')
    with Server() as target:
        url = f"{scheme}://127.0.0.1:{target.port}"
        exchange = moved(host.attached(plugins=file), ELSEWHERE)
        setattr(exchange, name, (lambda *_: url) if "Callback" in name else url)
        with pytest.raises(ccxt.NotSupported) as caught:
            host.cancel(exchange, "7", SYMBOL)

    assert ("pysocks" if host.is_sync else "aiohttp_socks") in str(caught.value)
    assert [] == target.received


@pytest.mark.parametrize("name", ["trust_env", "aiohttp_trust_env", "requests_trust_env"])
@pytest.mark.parametrize("trusted", [True, False])
def test_the_environments_proxy_is_used_where_ccxt_uses_it(
    host: Host, name: str, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``trust_env`` and two like it: the proxy gets the same from both, or nothing."""
    with Server() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        config = {name: trusted}
        ccxts = outcome(host, still(moved(host.exchange(config), ELSEWHERE)))
        count = len(proxy.received)
        ours = outcome(host, adapter.attach(still(moved(host.exchange(config), ELSEWHERE))))

    assert (count == 1) == (len(proxy.received) == 2)
    assert isinstance(ccxts, type) == isinstance(ours, type)
    if count:
        assert the_same(proxy.received[0]) == the_same(proxy.received[1])
    else:
        assert issubclass(ours, ccxt.NetworkError)
