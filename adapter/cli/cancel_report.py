"""What ``ccxt-adapter cancel`` prints: one order in full, several in a table."""

from __future__ import annotations

import argparse
import logging
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import ccxt

import adapter
from adapter.cli.cancel_result import FILLS, Asked, Result, number
from adapter.cli.exchange import endpoint_of, options_after
from adapter.cli.exit_codes import DONE, UNKNOWN, worst
from adapter.cli.output import as_json, console, error_line, facts, table

if TYPE_CHECKING:
    from adapter.core.events import Event

log = logging.getLogger("adapter")

CCXTS_OWN = "ccxt's own method"
SHOWN_IDS = 3
"""Ids with each message about several orders."""
AGAIN = "Do not replace the unknown ones yet. They may still trade: run the same command again."


def handled_by(exchange: Any, symbol: str, params: dict[str, Any], *, is_all: bool) -> str | None:
    """Plugin and request of a cancel, or that it is ccxt's; None for what cannot be a symbol."""
    try:
        route = adapter.explain(exchange, symbol, params)
        endpoint = endpoint_of(exchange, symbol, params)
    except ccxt.BaseError:
        return None
    if route.plugin is None:
        return f"{CCXTS_OWN}, because {route.reason}"
    if is_all and endpoint is not None and not endpoint.can_list(all_markets=False):
        return f"{CCXTS_OWN}, because {route.plugin} does not list open orders"
    request = f"ccxt's {route.method}" if route.url is None else f"{route.method} {route.url}"
    return f"{route.plugin} of {route.distribution}, {request}"


def handlers_of(
    exchange: Any, symbol: str, params: dict[str, Any], handlers: dict[str, str]
) -> Callable[[Event], None]:
    """A listener that notes by id which orders another plugin cancels than the one of the route.

    An order that is not among the regular ones is cancelled among the conditional ones.
    """
    regular = adapter.explain(exchange, symbol, params).plugin

    def on_event(event: Event) -> None:
        is_cancel = event.what == "sent" and event.details["method"] == "DELETE"
        if is_cancel and event.plugin != regular and event.order_id is not None:
            other = handled_by(exchange, symbol, {**params, "trigger": True}, is_all=False)
            handlers[event.order_id] = other or event.plugin

    return on_event


def with_averages(exchange: Any, came: list[Any], params: dict[str, Any]) -> list[Any]:
    """The orders; those that were filled at a price that the cancel's answer lacks are queried."""
    shown = [*came]
    try:
        for index, order in enumerate(came):
            shown[index] = _with_average(exchange, order, params)
    except KeyboardInterrupt:
        log.info("interrupted after the cancel, before every average price was known")
    return shown


def _with_average(exchange: Any, order: Any, params: dict[str, Any]) -> Any:
    if not isinstance(order, dict) or not order.get("filled") or order.get("average") is not None:
        return order
    try:
        shown = exchange.fetch_order(order["id"], order["symbol"], params)
    except ccxt.BaseError as e:
        # the cancel is done, and its report does not depend on the price
        log.info("no average price of order %s: %s", order["id"], type(e).__name__)
        return order
    return {**order, "average": shown["average"]}


@attrs.frozen
class Report:
    """The results of one command."""

    args: argparse.Namespace
    symbol: str
    ids: list[str]
    names: list[str]
    """The client ids."""
    handled_by: str | None = None
    """Plugin and request of the route."""
    handlers: Mapping[str, str] = attrs.field(factory=dict)
    """The same by id, of those orders that another plugin has cancelled."""
    results: tuple[Result, ...] = ()
    error: BaseException | None = None
    """Why none of several orders was cancelled."""
    code: int = DONE

    @property
    def is_by_ccxt(self) -> bool:
        """Whether ccxt's own method handles the cancel."""
        return self.handled_by is not None and self.handled_by.startswith(CCXTS_OWN)

    @property
    def is_of_one(self) -> bool:
        """Whether the command line names one order."""
        return max(len(self.ids), len(self.names)) <= 1 and not self.args.all

    def of(self, came: list[Any]) -> Report:
        """With what the call returned."""
        asked = [self._asked(index) for index in range(len(came))]
        pairs = zip(asked, came, strict=True)
        results = tuple(Result.returned(each, order, self._by(each)) for each, order in pairs)
        code = worst(result.code for result in results)
        return attrs.evolve(self, results=results, code=code)

    def failed(self, error: BaseException, code: int) -> Report:
        """With what the call raised."""
        asked = self._asked(0)
        results = (Result.raised(asked, error, code, self._by(asked)),)
        return attrs.evolve(self, results=results, error=error, code=code)

    def _by(self, asked: Asked) -> str | None:
        return self.handlers.get(asked.id or "", self.handled_by)

    def _asked(self, index: int) -> Asked:
        ids, names = ([*each, *[None] * (index + 1)] for each in (self.ids, self.names))
        options = shlex.join(options_after(self.args))
        return Asked(
            id=ids[index], client_order_id=names[index], symbol=self.symbol, options=options
        )

    def show(self) -> int:
        """Print it; returns the exit code."""
        if self.is_of_one:
            self._show_one(self.results[0])
        else:
            self._show_many()
        return self.code

    def _show_one(self, result: Result) -> None:
        """Without --json, only a canceled order goes to stdout."""
        if result.message is not None:
            print(self._failure(result), file=sys.stderr)
        if self.args.json:
            as_json(result.fields())
        elif lines := result.lines():
            facts(lines, file=sys.stdout if self.code == DONE else sys.stderr)

    def _show_many(self) -> None:
        alike: defaultdict[str, list[Result]] = defaultdict(list)
        for result in self.results:
            if result.message is not None:
                alike[result.message].append(result)
        for results in alike.values():
            which = "" if self.error else _which(results)
            print(self._failure(results[0], which), file=sys.stderr)
        if self.args.json:
            orders = [] if self.error else [result.fields() for result in self.results]
            whole = self.results[0].fields() if self.error else {}
            as_json({**whole, "exit": self.code, "orders": orders})
        elif self.error is None:
            self._show_table()

    def _show_table(self) -> None:
        if not self.results:
            kind = "conditional order" if self.args.trigger else "order"
            print(f"No {kind} of {self.symbol} is open.")
            return
        names = ("id", "clientOrderId") if self.names else ("id",)
        shown = table(*names, "how it ended", *FILLS)
        for result in self.results:
            identity = (result.identity()[name] or "" for name in names)
            amounts = (result.of_order(name) for name in FILLS)
            cells = ["" if each is None else str(number(each)) for each in amounts]
            became = f", now order {result.successor}" if result.successor else ""
            shown.add_row(*identity, f"{result.end()}{became}", *cells)
        console().print(shown)
        counted = Counter(result.end() for result in self.results)
        print("\n" + ", ".join(f"{count} {end}" for end, count in counted.items()))
        if self.code == UNKNOWN:
            print(AGAIN)

    def _failure(self, result: Result, which: str = "") -> str:
        said = error_line(result.error) if result.error else f"ccxt-adapter: {result.message}"
        handled = "" if result.handled_by is None else f"handled by {result.handled_by}"
        more = "; ".join(filter(None, (which, handled)))
        return f"{said} ({more})" if more else said


def _which(results: list[Result]) -> str:
    """The ids of the orders that a message is about, of many the first; ccxt may know none."""
    named = [result.identity() for result in results]
    ids = [name for each in named if (name := each["id"] or each["clientOrderId"])]
    more = f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else ""
    return f"orders {', '.join(ids[:SHOWN_IDS])}{more}" if ids else ""
