"""What ccxt's own ``fetch`` does around a request, for both colours: headers, proxies, hooks, logs.

The signed URL stays inside `SignedRequest` and `Outgoing`, out of every log, message and repr.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import ccxt
from requests.structures import CaseInsensitiveDict

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.core.redact import redact

log = logging.getLogger("adapter")

Fields = Iterable[tuple[str, str]]

REDIRECTS = (301, 302, 303, 307, 308)
PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/[!$-;=?-Z_a-z~]*")
"""A URL that goes on the wire as it stands."""
SYSTEM = ("builtins", "socket", "ssl", "http.client")


@attrs.define(kw_only=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    reason: str
    headers: Fields
    """As they came, repeated ones included."""
    text: str
    """The body as UTF-8, without its content encoding."""
    keep: bool = False
    """Whether the connection may be used again."""
    lowered: Mapping[str, str] | None = None
    """The headers by lower-case names, where no name comes twice and no value has spaces around."""


class Shown(CaseInsensitiveDict[str]):
    """Headers as ``requests`` has them, made when somebody looks: it takes longer than signing."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    def __getattr__(self, name: str) -> Any:
        """Become a whole one, when the first of its own attributes is missed."""
        fields = self.__dict__.pop("fields", None)
        if fields is None:
            raise AttributeError(name)
        super().__init__(fields)
        return getattr(self, name)


@attrs.define(kw_only=True)
class Outgoing:
    """A signed request with all that the exchange object adds to it."""

    method: str
    url: str = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    body: str | None = attrs.field(repr=False)
    http_proxy: str | None = attrs.field(repr=False)
    https_proxy: str | None = attrs.field(repr=False)
    socks_proxy: str | None = attrs.field(repr=False)
    secrets: tuple[str, ...] = attrs.field(repr=False)


def outgoing(exchange: Any, signed: SignedRequest) -> Outgoing:
    """Apply ``headers``, ``userAgent``, ``proxyUrl`` and the proxy settings, and log the request.

    Raises ``ccxt.InvalidProxySettings`` when they conflict, as ccxt does.
    """
    url, headers = signed.url, exchange.prepare_request_headers(dict(signed.headers))
    exchange.last_request_headers = headers
    exchange.last_request_body = signed.body
    exchange.last_request_url = url
    prefix = exchange.check_proxy_url_settings(url, signed.method, headers, signed.body)
    if prefix is not None:
        headers["Origin"] = exchange.origin
        url = prefix + exchange.url_encoder_for_proxy_url(url)
    proxies = exchange.check_proxy_settings(url, signed.method, headers, signed.body)
    exchange.check_conflicting_proxies(any(proxies), prefix)
    http_proxy, https_proxy, socks_proxy = [proxy or None for proxy in proxies]
    sent = Outgoing(
        method=signed.method,
        url=url,
        headers=headers,
        body=signed.body,
        http_proxy=http_proxy,
        https_proxy=https_proxy,
        socks_proxy=socks_proxy,
        secrets=signed.secrets,
    )
    if _is_heard(exchange):
        _log(exchange, "Request", sent, f"RequestHeaders: {headers}")
    return sent


def bare(exchange: Any, url: str) -> Outgoing:
    """As much of a request as tells the way to its host; nothing of the exchange changes."""
    prefix = exchange.check_proxy_url_settings(url, "GET", {}, None)
    url = url if prefix is None else prefix + url
    proxies = exchange.check_proxy_settings(url, "GET", {}, None)
    http_proxy, https_proxy, socks_proxy = (proxy or None for proxy in proxies)
    return Outgoing(
        method="GET",
        url=url,
        headers={},
        body=None,
        http_proxy=http_proxy,
        https_proxy=https_proxy,
        socks_proxy=socks_proxy,
        secrets=(),
    )


def unreached(exchange: Any, root: str, error: BaseException) -> None:
    """Log that a connection could not be opened."""
    log.warning("%s: no connection to %s: %s", exchange.id, root, type(error).__name__)


def is_plain_url(url: str) -> bool:
    """Whether it goes on the wire as it stands: no user, no fragment, nothing to be encoded."""
    return PLAIN.fullmatch(url) is not None and "/." not in url


def root_of(url: str) -> str:
    """A URL up to its path."""
    return url[: url.index("/", len("https://"))]


def conflict(exchange: Any, also: str) -> ccxt.ExchangeError:
    """The error for a proxy that is set beside another one, as ccxt has it."""
    return ccxt.InvalidProxySettings(
        f"{exchange.id} you have conflicting proxy settings: use either .{also} or one of"
        " proxyUrl, httpProxy, httpsProxy and socksProxy"
    )


def received(exchange: Any, sent: Outgoing, answer: Answer) -> Response | NoResponse:
    """The answer as a value, after ccxt's hook, ``last_*`` attributes and log have seen it.

    Where one of them fails, which may be the user's own code, there is none.
    """
    try:
        return _received(exchange, sent, answer)
    except Exception as e:
        return unread(e)


def _received(exchange: Any, sent: Outgoing, answer: Answer) -> Response:
    status, lowered = answer.status, answer.lowered
    headers = _joined(answer.headers) if lowered is None else dict(answer.headers)
    shown = Shown(headers) if exchange.synchronous else headers  # as in ccxt
    body = exchange.on_rest_response(
        status, answer.reason, sent.url, sent.method, shown, answer.text, sent.headers, sent.body
    )
    data = exchange.parse_json(body)
    if exchange.enableLastHttpResponse:
        exchange.last_http_response = body
    if exchange.enableLastJsonResponse:
        exchange.last_json_response = data
    if exchange.enableLastResponseHeaders:
        exchange.last_response_headers = shown
    if _is_heard(exchange):
        rest = f"{status} ResponseHeaders: {headers} ResponseBody: {body}"
        _log(exchange, "Response", sent, rest)
    if isinstance(data, dict) and exchange.returnResponseHeaders:
        data["responseHeaders"] = shown
    return Response(
        status=status,
        body=redact(body, sent.secrets),
        data=data,
        headers=lowered or {name.lower(): field for name, field in headers.items()},
        time=exchange.milliseconds(),
    )


def _joined(fields: Fields) -> dict[str, str]:
    """Repeated headers as one, and spaces around a value gone, which not every parser drops."""
    values = [(name, field.strip()) for name, field in fields]
    whole = dict(values)
    if len(whole) < len(values):
        whole = {name: ", ".join(v for n, v in values if n == name) for name in whole}
    return whole


def no_reply(error: BaseException, *, sent: bool) -> NoResponse:
    """A transport's failure as a value.

    The library's own text quotes the signed URL, so only its class and the error of the operating
    system underneath are kept.
    """
    name = type(error).__name__
    root = next((e for e in chain(error) if type(e).__module__ in SYSTEM), None)
    if root is None or root is error:
        return NoResponse(may_have_been_sent=sent, reason=name)
    root.__context__ = root.__cause__ = None
    return NoResponse(
        may_have_been_sent=sent, reason=f"{name}: {root}", cause=root.with_traceback(None)
    )


def unread(error: Exception) -> NoResponse:
    """What came up after the request had left, and is no failure of the line."""
    return NoResponse(
        may_have_been_sent=True, reason=f"{type(error).__name__} at the answer", cause=error
    )


def after_redirect(result: Response | NoResponse) -> Response | NoResponse:
    """What became of a request that went out again because its answer said so: it had left."""
    return (
        attrs.evolve(result, may_have_been_sent=True) if isinstance(result, NoResponse) else result
    )


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it wraps and what it was raised from, outermost first."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        e = waiting.pop(0)
        if isinstance(e, BaseException) and id(e) not in seen:
            seen.add(id(e))
            yield e
            waiting += [*e.args, getattr(e, "reason", None), e.__cause__, e.__context__]


def raised_in(error: BaseException, module: str, function: str) -> bool:
    """Whether the error, or what it wraps, came up through that function of that module."""
    return any(
        frame.f_code.co_name == function and frame.f_globals.get("__name__") == module
        for e in chain(error)
        for frame, _ in traceback.walk_tb(e.__traceback__)
    )


def _is_heard(exchange: Any) -> bool:
    return bool(exchange.verbose or exchange.logger.isEnabledFor(logging.DEBUG))


def _log(exchange: Any, what: str, sent: Outgoing, rest: str) -> None:
    """ccxt's ``verbose`` and debug lines, with the signature and the key hidden."""
    line = redact(f"{sent.method} {sent.url} {rest}", sent.secrets)
    if exchange.verbose:
        exchange.log(f"\nfetch {what}:", exchange.id, line)
    exchange.logger.debug("%s: %s", what, line)
