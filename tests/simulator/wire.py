"""A client that sends exactly the given bytes, and signs them like Binance."""

import hashlib
import hmac
import http.client
import json
import re
from collections.abc import Callable, Mapping
from email.message import Message
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import attrs
import pytest

from adapter.simulator import Simulator

NOW = 1_800_000_000_000
DAY = 86_400_000

GENERATED = re.compile(r"[a-zA-Z0-9]{22}")

UNKNOWN = (400, -2011, "Unknown order sent.")
NO_ORDER = (400, -2013, "Order does not exist.")
BAD_SIGNATURE = (400, -1022, "Signature for this request is not valid.")

Sign = Callable[[str], str]


@attrs.define
class Clock:
    """The exchange's time in ms, moved by hand."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * 1000)


@attrs.frozen
class Kind:
    """One product as a client sees it."""

    name: str
    path: str
    symbol: str
    unified: str
    params: Mapping[str, bool | str]
    client_id: str = "origClientOrderId"
    new_client_id: str = "newClientOrderId"
    first_id: int = 283194212


MARGIN = {"portfolioMargin": True}
USDM = Kind("usdm", "/fapi/v1", "BTCUSDT", "BTC/USDT:USDT", {})
OPTIONS = Kind(
    "options",
    "/eapi/v1",
    "BTC-260327-90000-C",
    "BTC/USDT:USDT-260327-90000-C",
    {},
    "clientOrderId",
    "clientOrderId",
    4611875134427365377,
)
PM_UM = Kind(
    "pm_um",
    "/papi/v1/um",
    "BTCUSDT",
    "BTC/USDT:USDT",
    MARGIN,
    first_id=4611875134427365377,
)
PM_CM = Kind("pm_cm", "/papi/v1/cm", "BTCUSD_PERP", "BTC/USD:BTC", MARGIN)
PM_MARGIN = Kind("pm_margin", "/papi/v1/margin", "LTCBTC", "LTC/BTC", MARGIN, first_id=28)
SPOT = Kind("spot", "/api/v3", "LTCBTC", "LTC/BTC", {}, first_id=28)
CROSS = Kind("margin", "/sapi/v1/margin", "LTCBTC", "LTC/BTC", {"marginMode": "cross"}, first_id=28)
COINM = Kind("coinm", "/dapi/v1", "BTCUSD_PERP", "BTC/USD:BTC", {})
KINDS = (USDM, COINM, OPTIONS, PM_UM, PM_CM, PM_MARGIN, SPOT, CROSS)
SPOTLIKE = (PM_MARGIN, SPOT, CROSS)
"""Those that have the fields of spot."""

kinds = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
futures = pytest.mark.parametrize("kind", [USDM, PM_UM, PM_CM], ids=["usdm", "pm_um", "pm_cm"])


def mandatory(name: str) -> tuple[int, int, str]:
    """Return the error for a mandatory parameter that was not sent."""
    text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    return 400, -1102, text


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, int, str]:
        """Status, code and text of Binance's error."""
        return self.status, self.json["code"], self.json["msg"]


def hmac_sign(secret: str) -> Sign:
    """Return the signature in hex, as Binance requires it with an HMAC key."""
    return lambda text: hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Wire:
    """One connection; ``sign`` returns the signature as it is to be sent."""

    def __init__(self, sim: Simulator, api_key: str | None = None, sign: Sign | None = None):
        host = sim.url.removeprefix("http://")
        self._connection = http.client.HTTPConnection(host, timeout=60)
        self._headers = {"X-MBX-APIKEY": api_key or sim.api_key}
        self._sign = sign or hmac_sign(sim.secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def send(
        self,
        method: str,
        path: str,
        query: str = "",
        body: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send exactly this."""
        url = f"{path}?{query}" if query else path
        sent = self._headers if headers is None else headers
        self._connection.request(method, url, body or None, dict(sent))
        with self._connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())

    def signed(self, method: str, path: str, **params: object) -> Answer:
        """Send ``params`` in the query, with a timestamp unless one is given, signed."""
        query = urlencode({"timestamp": NOW} | params)
        return self.send(method, path, f"{query}&signature={self._sign(query)}")

    def leave(self, method: str, path: str, until: Callable[[], object], **params: object) -> None:
        """Send a signed request, and disconnect without its answer as soon as ``until()`` is true.

        ``until`` is asked again and again; have it do something that takes a moment.
        """
        query = urlencode({"timestamp": NOW} | params)
        url = f"{path}?{query}&signature={self._sign(query)}"
        self._connection.request(method, url, None, dict(self._headers))
        while not until():
            continue
        self._connection.close()

    def place(self, kind: Kind, **params: object) -> Answer:
        """Place a good LIMIT order, but for ``params``; None leaves one out."""
        order = {
            "symbol": kind.symbol,
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "2",
            "price": "100",
        }
        sent = {name: value for name, value in (order | params).items() if value is not None}
        return self.signed("POST", f"{kind.path}/order", **sent)

    def query(self, kind: Kind, **params: object) -> Answer:
        """Query an order of the kind's symbol."""
        return self.signed("GET", f"{kind.path}/order", **{"symbol": kind.symbol, **params})

    def cancel(self, kind: Kind, **params: object) -> Answer:
        """Cancel an order of the kind's symbol."""
        return self.signed("DELETE", f"{kind.path}/order", **{"symbol": kind.symbol, **params})
