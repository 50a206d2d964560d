"""Makes answers that are not those of the exchange's endpoints."""

import attrs

from adapter.simulator.errors import ApiError
from adapter.simulator.exchange import Exchange, Reply, Request
from adapter.simulator.faults.model import MakeReply

HTML = "text/html"
TEXT = "text/plain"
JSON = "application/json"

_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
    "<center><h1>{title}</h1></center>\r\n<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
)


def body(status: int, content: str = "", kind: str = JSON) -> MakeReply:
    """Reply with this body."""

    def make_reply(exchange: Exchange, request: Request, _: Reply | None) -> Reply:
        return exchange.reply(request, status, content.encode(), {"Content-Type": kind})

    return make_reply


def page(status: int, title: str, server: str = "nginx") -> MakeReply:
    """Reply with an HTML page, as the proxies in front of the exchange do."""
    return body(status, _PAGE.format(title=title, server=server), HTML)


def error(code: int, msg: str, status: int = 400) -> MakeReply:
    """Reply with ``{"code": code, "msg": msg}``."""

    def make_reply(exchange: Exchange, request: Request, _: Reply | None) -> Reply:
        return exchange.error_reply(request, ApiError(code, msg, status=status), {})

    return make_reply


def throttled(exchange: Exchange, request: Request, done: Reply | None) -> Reply:
    """Reply with -1008: the whole system is overloaded, but on Options it is this client."""
    product = exchange.product_of(request)
    if product is not None and product.name == "options":
        return error(-1008, "Too many requests.", 429)(exchange, request, done)
    text = "Request throttled by system-level protection. Reduce-only/close-position orders are"
    return error(-1008, f"{text} exempt. Please try again.", 503)(exchange, request, done)


def half(exchange: Exchange, request: Request, done: Reply | None) -> Reply:
    """Reply with the first half of the exchange's answer, as if that were all."""
    whole = done or exchange.reply(request, 200, b"", {})
    return attrs.evolve(whole, body=whole.body[: len(whole.body) // 2])
