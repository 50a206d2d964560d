"""The connections under an ``aiohttp`` session, for whoever does without the rest of it.

They come from the session's own connector and go back to it, so that the exchange's other calls
share them. Where anything is set that only the whole library honours, there is none.
"""

from __future__ import annotations

import asyncio
from types import FunctionType
from typing import Any

import aiohttp
import aiohttp.client
import attrs
import yarl
from aiohttp.http import SERVER_SOFTWARE, HttpProcessingError, HttpVersion11
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse
from adapter.transports.answering import answered, can_be_stood_in_for
from adapter.transports.host import Answer, Outgoing, is_plain_url, no_reply, root_of, unread

KNOWN = "3.14."
"""The aiohttp whose inner parts are known here; ccxt allows no other."""
FAILURES = (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError, UnicodeError)
NO_LIMITS = aiohttp.ClientTimeout()
DEFAULTS = {"Accept": "*/*", "User-Agent": SERVER_SOFTWARE}
"""What aiohttp says of itself."""


@attrs.frozen
class Place:
    """A host, by a session's connector."""

    root: str
    """A URL up to its path."""
    connector: aiohttp.TCPConnector = attrs.field(repr=False)
    wanted: aiohttp.ClientRequest = attrs.field(repr=False)
    """Says to the connector where to."""

    async def opened(self, n: int, timeout: float) -> tuple[int, list[BaseException]]:
        """Let ``n`` connections stand at a time, as far as the connector allows.

        Gives how many do, and what became of the others. ``timeout`` is in seconds.
        """
        tasks = [
            asyncio.ensure_future(self._connected())
            for _ in range(min(n, self.connector.limit or n, self.connector.limit_per_host or n))
        ]
        try:
            await asyncio.wait(tasks, timeout=timeout)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            stand = [one for one in ended if not isinstance(one, BaseException)]
            for connection in stand:
                connection.release()
        errors = [one for one in ended if isinstance(one, BaseException)]
        late = (TimeoutError() if isinstance(e, asyncio.CancelledError) else e for e in errors)
        return len(stand), list(late)

    @property
    def host(self) -> str:
        """As the header has it."""
        return self.root.partition("://")[2]

    async def asked(self, request: bytes, timeout: float) -> Answer | NoResponse:
        """Send one request and read its answer. ``timeout`` is in seconds, for all of it."""
        left = False
        try:
            async with asyncio.timeout(timeout):
                connection = await self._connected()
                try:
                    left = True
                    answer = await _exchanged(connection.protocol, request)
                except BaseException:
                    connection.close()
                    raise
                connection.release()
                return answer
        except FAILURES as e:
            return no_reply(e, sent=left)
        except Exception as e:
            if not left:
                raise
            return unread(e)

    async def _connected(self) -> Any:
        """A connection that stands and is silent: what was said on it before is no answer."""
        while True:
            connection: Any = await self.connector.connect(self.wanted, [], NO_LIMITS)
            try:
                if await _is_silent(connection):
                    return connection
            except BaseException:
                connection.close()
                raise
            connection.close()


async def _is_silent(connection: Any) -> bool:
    """Whether nothing has come on it, its end neither. The event loop may have yet to hear of it.

    Under TLS 1.3 what came may be no more than session tickets.
    """
    protocol = connection.protocol
    while protocol.is_connected() and not protocol.should_close:
        if not wait_for_read(protocol.transport.get_extra_info("socket"), timeout=0.0):
            return True
        await asyncio.sleep(0)
    return False


async def _exchanged(protocol: Any, request: bytes) -> Answer:
    if can_be_stood_in_for(protocol):
        answer = await answered(protocol, request)
        if answer is not None:
            return answer
    else:
        protocol.set_response_params(read_until_eof=True)
        protocol.transport.write(request)
    message, payload = await protocol.read()
    while message.code < 200:
        message, payload = await protocol.read()
    body: bytes = await payload.read()
    return Answer(
        status=message.code,
        reason=message.reason,
        headers=message.headers.items(),
        text=body.decode("utf-8", errors="replace"),
        keep=not message.should_close,
    )


@attrs.define
class Places:
    """The hosts to which one exchange object's cancels go."""

    places: dict[str, Place] = attrs.field(factory=dict)
    """By root."""

    def __deepcopy__(self, memo: object) -> Places:
        """A copy of an exchange has a session, and connections, of its own."""
        return Places()

    def place(self, exchange: Any, sent: Outgoing) -> Place | None:
        """The host for a request, or None: it is for the whole library to send."""
        if not is_plain_url(sent.url) or not is_plain(exchange, sent):
            return None
        root, connector = root_of(sent.url), exchange.session.connector
        place = self.places.get(root)
        if place is None or place.connector is not connector:
            place = _place(root, connector)
            if place is not None:
                self.places[root] = place
        return place


def _place(root: str, connector: aiohttp.TCPConnector) -> Place | None:
    try:
        url = yarl.URL(root)
        wanted = aiohttp.ClientRequest("DELETE", url, loop=asyncio.get_running_loop())
    except ValueError:  # a port that is none
        return None
    return Place(root, connector, wanted)


def is_plain(exchange: Any, sent: Outgoing) -> bool:
    """Whether nothing is set on the exchange or its session but what a bare request honours."""
    session = exchange.session
    if type(session) is not aiohttp.ClientSession or not aiohttp.__version__.startswith(KNOWN):
        return False
    if type(session.connector) is not aiohttp.TCPConnector or session.connector.closed:
        return False
    if not all(_is_its_own(session, name) for name in ("request", "_request")):
        return False
    if exchange.aiohttp_proxy or sent.http_proxy or sent.https_proxy or sent.socks_proxy:
        return False
    return not (
        session._default_auth
        or session._default_proxy
        or session._middlewares
        or session._trace_configs
        or session._trust_env
        or session._base_url
        or session._skip_auto_headers
        or session._raise_for_status
        or len(session.cookie_jar)
        or session._version != HttpVersion11
        or session._request_class is not aiohttp.ClientRequest
        or session._response_class is not aiohttp.ClientResponse
    )


def _is_its_own(session: aiohttp.ClientSession, name: str) -> bool:
    function = getattr(aiohttp.ClientSession, name)
    # a wrapper of the wrapt kind shows the attributes of what it wraps, but its type is another
    own = type(function) is FunctionType and function.__globals__ is vars(aiohttp.client)
    return own and name not in vars(session)
