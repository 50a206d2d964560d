"""What ccxt's ``fetch`` does around a request, sync and async: headers, proxies, hooks, logs.

The signed URL stays inside `SignedRequest` and `PreparedRequest`, out of every log, message and
repr.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
from requests.structures import CaseInsensitiveDict

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.core.redact import redact

log = logging.getLogger("adapter")

Fields = Iterable[tuple[str, str]]

SYSTEM = ("builtins", "socket", "ssl", "http.client")


@attrs.define(kw_only=True)
class RawResponse:
    """An HTTP response, complete."""

    status: int
    reason: str
    headers: Fields
    """As received, with repeated names."""
    text: str
    """The body as UTF-8, without its content encoding."""


Result = RawResponse | NoResponse


@attrs.define(kw_only=True)
class PreparedRequest:
    """A signed request with all that the exchange object adds to it."""

    method: str
    url: str = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    http_proxy: str | None = attrs.field(repr=False)
    https_proxy: str | None = attrs.field(repr=False)
    socks_proxy: str | None = attrs.field(repr=False)
    is_prefixed: bool = False
    """Whether the URL is that of a ``proxyUrl``."""
    secrets: tuple[str, ...] = attrs.field(repr=False, default=())
    body: str | None = attrs.field(repr=False, default=None)

    @property
    def has_proxy(self) -> bool:
        """Whether one of ccxt's proxy settings applies."""
        return bool(self.http_proxy or self.https_proxy or self.socks_proxy)


def prepare(exchange: Any, signed: SignedRequest) -> PreparedRequest:
    """Apply ``headers``, ``userAgent``, ``proxyUrl`` and the proxy settings, and log the request.

    Raises ``ccxt.InvalidProxySettings`` when they conflict, as ccxt does.
    """
    headers = exchange.prepare_request_headers(dict(signed.headers))
    exchange.last_request_headers = headers
    exchange.last_request_body = signed.body
    exchange.last_request_url = signed.url
    request = _prepare(exchange, signed.method, signed.url, headers, signed.secrets, signed.body)
    if _has_log(exchange):
        _log(exchange, "Request", request, f"RequestHeaders: {headers}")
    return request


def prepare_ping(exchange: Any, url: str) -> PreparedRequest:
    """An unsigned GET; nothing of the exchange object changes."""
    return _prepare(exchange, "GET", url, exchange.prepare_request_headers({}), ())


def _prepare(
    exchange: Any,
    method: str,
    url: str,
    headers: dict[str, str],
    secrets: tuple[str, ...],
    body: str | None = None,
) -> PreparedRequest:
    prefix = exchange.check_proxy_url_settings(url, method, headers, body)
    if prefix is not None:
        headers["Origin"] = exchange.origin
        url = prefix + exchange.url_encoder_for_proxy_url(url)
    proxies = exchange.check_proxy_settings(url, method, headers, body)
    exchange.check_conflicting_proxies(any(proxies), prefix)
    http_proxy, https_proxy, socks_proxy = proxies
    return PreparedRequest(
        method=method,
        url=url,
        headers=headers,
        http_proxy=http_proxy or None,
        https_proxy=https_proxy or None,
        socks_proxy=socks_proxy or None,
        is_prefixed=prefix is not None,
        secrets=secrets,
        body=body,
    )


def root_of(url: str) -> str:
    """A URL up to its path."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def count_open(exchange: Any, root: str, results: list[Result]) -> int:
    """How many pings left a connection open. The first failure of the others is logged."""
    failures = [result.reason for result in results if isinstance(result, NoResponse)]
    if failures:
        log.warning("%s: no connection to %s: %s", exchange.id, root, failures[0])
    headers = [result.headers for result in results if isinstance(result, RawResponse)]
    return sum(
        ("connection", "close") not in [(k.lower(), v.lower()) for k, v in fields]
        for fields in headers
    )


def accept(exchange: Any, request: PreparedRequest, raw: Result) -> Response | NoResponse:
    """The response as a value, after ccxt's hook, ``last_*`` attributes and log have seen it.

    Where one of them fails, which may be the user's own code, there is none.
    """
    if isinstance(raw, NoResponse):
        return raw
    try:
        fields = _joined(raw.headers)
        headers = CaseInsensitiveDict(fields) if exchange.synchronous else fields  # as in ccxt
        body = exchange.on_rest_response(
            raw.status,
            raw.reason,
            request.url,
            request.method,
            headers,
            raw.text,
            request.headers,
            request.body,
        )
        data = exchange.parse_json(body)
        if exchange.enableLastHttpResponse:
            exchange.last_http_response = body
        if exchange.enableLastJsonResponse:
            exchange.last_json_response = data
        if exchange.enableLastResponseHeaders:
            exchange.last_response_headers = headers
        if _has_log(exchange):
            rest = f"{raw.status} ResponseHeaders: {fields} ResponseBody: {body}"
            _log(exchange, "Response", request, rest)
        if isinstance(data, dict) and exchange.returnResponseHeaders:
            data["responseHeaders"] = headers
        return Response(
            status=raw.status,
            body=redact(body, request.secrets),
            data=data,
            headers={name.lower(): value for name, value in fields.items()},
            time=exchange.milliseconds(),
        )
    except Exception as e:
        return unread(e)


def _joined(fields: Fields) -> dict[str, str]:
    """Repeated headers as one, and spaces around a value removed, which not every parser does."""
    joined: dict[str, str] = {}
    for name, value in fields:
        value = value.strip()
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def no_response(error: BaseException, *, sent: bool) -> NoResponse:
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
    """An error after the request was sent that is no failure of the connection."""
    return NoResponse(
        may_have_been_sent=True, reason=f"{type(error).__name__} at the answer", cause=error
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


def is_raised_in(error: BaseException, module: str, function: str) -> bool:
    """Whether the error, or what it wraps, passed through that function of that module."""
    return any(
        frame.f_code.co_name == function and frame.f_globals.get("__name__") == module
        for e in chain(error)
        for frame, _ in traceback.walk_tb(e.__traceback__)
    )


def _has_log(exchange: Any) -> bool:
    return bool(exchange.verbose or exchange.logger.isEnabledFor(logging.DEBUG))


def _log(exchange: Any, what: str, request: PreparedRequest, rest: str) -> None:
    """ccxt's ``verbose`` and debug lines, with the signature and the key redacted."""
    line = redact(f"{request.method} {request.url} {rest}", request.secrets)
    if exchange.verbose:
        exchange.log(f"\nfetch {what}:", exchange.id, line)
    exchange.logger.debug("%s: %s", what, line)
