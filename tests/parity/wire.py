"""A recorded wire for sync and async: what would have gone out, and what came back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import ccxt
import ccxt.async_support
import requests
from integration.instant import in_no_time

import adapter

from .markets import some_markets

NOW = 1_700_000_000_000
API_KEY = "KEY"
SECRET = "SECRET"
MODES = ("sync", "async")
CONFIG = {"apiKey": API_KEY, "secret": SECRET, "enableRateLimit": False}


@attrs.frozen(kw_only=True)
class Seen:
    """One request as it would have gone out."""

    method: str
    url: str
    headers: Mapping[str, str]

    @property
    def place(self) -> str:
        """Method and URL, without the query."""
        return f"{self.method} {self.url.partition('?')[0]}"

    @property
    def query(self) -> list[tuple[str, str]]:
        """Names and values, in their order on the wire."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def params(self) -> dict[str, str]:
        """What is asked, without the signature."""
        return {name: value for name, value in self.query if name != "signature"}

    @property
    def asked(self) -> dict[str, str]:
        """Without what every signed request has."""
        common = ("timestamp", "recvWindow")
        return {name: value for name, value in self.params.items() if name not in common}


@attrs.frozen
class Canned:
    """An answer; ``body`` is sent as it is, or as JSON."""

    body: Any
    status: int = 200

    @property
    def text(self) -> str:
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


Answers = Callable[[Seen], Canned]


class Wire:
    """Answers every request by ``answers`` and keeps what it saw; no byte leaves the machine."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.seen: list[Seen] = []

    def exchanged(self, method: str, url: str, headers: Mapping[str, str]) -> Canned:
        seen = Seen(method=method, url=url, headers=dict(headers))
        self.seen.append(seen)
        return self.answers(seen)


class Recorder(requests.adapters.BaseAdapter):
    """Replaces the connections of ``requests``."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        canned = self.wire.exchanged(request.method or "", request.url or "", request.headers)
        response = requests.Response()
        response.status_code = canned.status
        response.reason = "OK" if canned.status == 200 else "No"
        response.url = request.url or ""
        response.request = request
        response.headers["Content-Type"] = "application/json"
        response._content = canned.text.encode()
        return response

    def close(self) -> None:
        """Nothing is open."""


class FakeAnswer:
    """As much of ``aiohttp.ClientResponse`` as an exchange reads."""

    def __init__(self, canned: Canned) -> None:
        self.status = canned.status
        self.reason = "OK" if canned.status == 200 else "No"
        self.headers = {"Content-Type": "application/json"}
        self._text = canned.text

    async def text(self, **_: Any) -> str:
        return self._text

    async def __aenter__(self) -> FakeAnswer:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing is open."""


class FakeSession:
    """As much of ``aiohttp.ClientSession`` as an exchange uses."""

    closed = False
    headers: Mapping[str, str] = {}

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def request(self, method: str, url: Any, *, headers: Any, **_: Any) -> FakeAnswer:
        return FakeAnswer(self.wire.exchanged(method, str(url), headers))

    def get(self, url: Any, **options: Any) -> FakeAnswer:
        return self.request("GET", url, **options)

    def delete(self, url: Any, **options: Any) -> FakeAnswer:
        return self.request("DELETE", url, **options)

    def post(self, url: Any, **options: Any) -> FakeAnswer:
        return self.request("POST", url, **options)

    async def close(self) -> None:
        """Nothing is open."""


Form = Callable[[Any], Any]
"""Calls a method of an exchange; in async what it returns is awaited."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What a call led to: what went out, and an order or an error."""

    seen: list[Seen]
    order: Any = None
    error: BaseException | None = None

    @property
    def request(self) -> Seen:
        """The only request; raises ValueError when there were others, or none."""
        [seen] = self.seen
        return seen


def run(
    form: Form,
    answers: Answers,
    *,
    mode: str = "sync",
    ours: bool = False,
    exchange_id: str = "binance",
    config: Mapping[str, Any] | None = None,
    markets: bool = True,
    account: str | None = None,
    prepare: Callable[[Any], object] = lambda _: None,
) -> Outcome:
    """Make an exchange, call ``form`` on it, and return what happened. The clock is `NOW`."""
    wire = Wire(answers)
    whole = {**CONFIG, **(config or {})}

    def dressed(exchange: Any) -> Any:
        exchange.milliseconds = lambda: NOW
        if markets:
            exchange.set_markets(some_markets(exchange))
        prepare(exchange)
        return in_no_time(adapter.attach(exchange, account=account)) if ours else exchange

    if mode == "sync":
        with requests.Session() as session:
            session.mount("https://", Recorder(wire))
            session.mount("http://", Recorder(wire))
            exchange = dressed(getattr(ccxt, exchange_id)({**whole, "session": session}))
            try:
                return Outcome(seen=wire.seen, order=form(exchange))
            except Exception as e:
                return Outcome(seen=wire.seen, error=e)

    async def call() -> Outcome:
        made = getattr(ccxt.async_support, exchange_id)({**whole, "session": FakeSession(wire)})
        made.timeout_on_exit = 0
        made.ssl_context = False  # nothing is verified, as nothing is sent
        exchange = dressed(made)
        try:
            return Outcome(seen=wire.seen, order=await form(exchange))
        except Exception as e:
            return Outcome(seen=wire.seen, error=e)
        finally:
            await exchange.close()

    return asyncio.run(call())


def always(body: Any, status: int = 200) -> Answers:
    """The same answer to everything."""
    return lambda _: Canned(body, status)


def then_nothing(body: Any, status: int = 200) -> Answers:
    """``body`` to the cancel; to a query that there is no such order."""
    return lambda seen: (
        Canned(body, status)
        if seen.method == "DELETE"
        else Canned({"code": -2013, "msg": "Order does not exist."}, 400)
    )
