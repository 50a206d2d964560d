"""The connections under a ``requests`` session, for whoever does without the rest of it.

They are taken from the session's own urllib3 pool and given back to it, so that the exchange's
other calls share them. Where anything is set that only the whole library honours, there is none.
"""

from __future__ import annotations

import operator
import queue
import ssl
import time
from types import FunctionType
from typing import Any

import attrs
import requests
import requests.adapters
import requests.sessions
import urllib3
import urllib3.connectionpool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import wait_for_read

from adapter.transports.bounded import Bounded, GivenUpError
from adapter.transports.host import Outgoing, is_plain_url, root_of

WHOLE = (
    (requests.Session, "request", requests.sessions),
    (requests.Session, "send", requests.sessions),
    (requests.Session, "get_adapter", requests.sessions),
    (requests.adapters.HTTPAdapter, "send", requests.adapters),
    (requests.adapters.HTTPAdapter, "get_connection_with_tls_context", requests.adapters),
    (HTTPConnectionPool, "urlopen", urllib3.connectionpool),
)
"""What tools that watch or fake HTTP replace, and the module of the original."""
OWNERS, NAMES = [owner for owner, _, _ in WHOLE], [name for _, name, _ in WHOLE]
KINDS = ((HTTPConnectionPool, HTTPConnection), (HTTPSConnectionPool, HTTPSConnection))
"""The pools and their connections that are known here."""
FAILURES = (OSError, urllib3.exceptions.HTTPError)
"""What `Pools.connected` raises; until then not a byte of a request has left."""


@attrs.frozen
class Place:
    """The pool of a host."""

    root: str
    """A URL up to its path."""
    adapter: requests.adapters.HTTPAdapter = attrs.field(repr=False)
    pool: Any = attrs.field(repr=False)
    host: str
    """As the header has it."""
    functions: list[Any] = attrs.field(repr=False)
    """Those of `WHOLE`, in whose stead nobody had put others."""

    def is_known(self) -> bool:
        """Whether nobody has put parts of his own in place of the libraries', or limits."""
        known = (type(self.pool), self.pool.ConnectionCls) in KINDS
        return known and not self.pool.block and "send" not in vars(self.adapter)

    def taken(self) -> Any:
        """A connection that stands, or None in place of one."""
        try:
            connection = self.pool.pool.get(block=False)
        except queue.Empty:
            return None
        if connection is None or connection.sock is None:
            return None
        if is_alive(connection.sock):
            return connection
        connection.close()
        return None

    def make_room(self, n: int) -> None:
        """Let the pool keep so many, as ``pool_maxsize`` of a session's adapter does."""
        self.pool.pool.maxsize = max(self.pool.pool.maxsize, n)

    def give_back(self, connection: Any, *, keep: bool) -> None:
        """Let the exchange's other calls have it, too, or its place where it is not to be kept."""
        if connection is not None and not keep:
            connection.close()
        try:
            self.pool.pool.put(connection, block=False)
        except (queue.Full, AttributeError):  # a closed pool has no queue
            if connection is not None:
                connection.close()


@attrs.define
class Pools:
    """The pools through which one exchange object's cancels go, and their one TLS context."""

    places: dict[str, Place] = attrs.field(factory=dict)
    """By root."""
    contexts: dict[str | None, ssl.SSLContext] = attrs.field(factory=dict)
    """By the file of authorities."""

    def __deepcopy__(self, memo: object) -> Pools:
        """A copy of an exchange has a session, and connections, of its own."""
        return Pools()

    def place(self, exchange: Any, sent: Outgoing) -> Place | None:
        """The pool for a request, or None: it is for the whole library to send."""
        if not is_plain_url(sent.url) or not is_plain(exchange, sent):
            return None
        root, functions = root_of(sent.url), [*map(getattr, OWNERS, NAMES)]
        place = self.places.get(root)
        if place is None or not all(map(operator.is_, functions, place.functions)):
            if not all(map(_is_its_own, functions, WHOLE)):
                return None
            place = None
        adapter = exchange.session.get_adapter(root)
        if place is None or place.adapter is not adapter or place.pool.pool is None:
            place = _place(adapter, root, functions)
            if place is not None:
                self.places[root] = place
        return place if place is not None and place.is_known() else None

    def connected(self, place: Place, ends: float) -> Any:
        """A new connection that stands. The first TLS context, long in the making, serves all.

        Raises one of `FAILURES`.
        """
        connection = place.pool._new_conn()
        connection.timeout = max(ends - time.monotonic(), 0.001)
        authorities = getattr(connection, "ca_certs", None)
        shares = isinstance(connection, HTTPSConnection) and connection.ssl_context is None
        if shares and authorities in self.contexts:
            connection.ssl_context, connection.ca_certs = self.contexts[authorities], None
        try:
            Bounded(connection.connect, too_late=connection.close).start().by(ends)
        except GivenUpError:
            raise
        except BaseException:
            connection.close()
            raise
        if shares:
            self.contexts.setdefault(authorities, connection.sock.context)
        return connection


def is_plain(exchange: Any, sent: Outgoing) -> bool:
    """Whether nothing is set on the exchange or its session but what a bare request honours."""
    session, own = exchange.session, vars(exchange.session)
    if type(session) is not requests.Session or "request" in own or "send" in own:
        return False
    if session.trust_env or session.auth or session.cert or session.params or session.proxies:
        return False
    if any(session.hooks.values()) or "get_adapter" in own:
        return False
    if exchange.proxies is not None or sent.http_proxy or sent.https_proxy or sent.socks_proxy:
        return False
    return exchange.verify is True and exchange.validateServerSsl is True


def _is_its_own(function: Any, of: tuple[type, str, Any]) -> bool:
    # a wrapper of the wrapt kind shows the attributes of what it wraps, but its type is another
    return type(function) is FunctionType and function.__globals__ is vars(of[2])


def _place(adapter: Any, root: str, functions: list[Any]) -> Place | None:
    retries = getattr(adapter, "max_retries", None)
    if type(adapter) is not requests.adapters.HTTPAdapter or getattr(retries, "total", 1) != 0:
        return None
    wanted = requests.PreparedRequest()
    wanted.url = root
    try:
        pool: Any = adapter.get_connection_with_tls_context(wanted, verify=True)
        verified: Any = adapter.cert_verify
        verified(pool, root, verify=True, cert=None)
    except (OSError, urllib3.exceptions.HTTPError):  # as every error of requests is
        return None
    default = getattr(getattr(pool, "ConnectionCls", None), "default_port", None)
    host = root.partition("://")[2].removesuffix(f":{default}")
    return Place(root, adapter, pool, host, functions)


def is_alive(connected: Any) -> bool:
    """Whether the other side has not hung up, as far as can be known without sending."""
    if not wait_for_read(connected, timeout=0.0):
        return True
    if not isinstance(connected, ssl.SSLSocket):
        return False
    connected.settimeout(0.0)
    try:
        connected.recv(1)
    except ssl.SSLWantReadError:
        return True  # the tickets of TLS 1.3 looked like data
    except OSError:
        return False
    return False
