"""The tables of docs/migration.md: ccxt and the adapter, each run on the same answers.

``PYTHONPATH=tests python -m parity.migration`` writes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .cases import OPTIONS, SPOTLIKE, USDM, Case
from .difference import Difference, asked, field, host, timestamp, window
from .wire import Canned

PAGE = Path(__file__).parent.parent.parent / "docs" / "migration.md"
TABLE = re.compile(r"(?<=<!-- table: )(\w+)( -->\n)(.*?)(?=<!-- end of table -->)", re.DOTALL)
NOT_FOUND = Canned({"code": -2013, "msg": "Order does not exist."}, 400)


def refused(number: int, text: str = "…", status: int = 400) -> Canned:
    """Binance's error."""
    return Canned({"code": number, "msg": text}, status)


def called(*arguments: Any) -> Callable[[Any, Case], Any]:
    """A cancel with these arguments, of which a function is one that is given the case."""
    return lambda exchange, case: exchange.cancel_order(
        *(argument(case) if callable(argument) else argument for argument in arguments)
    )


def order_id(case: Case) -> str:
    return case.order_id


def symbol(case: Case) -> str:
    return case.symbol


ORDERS = (
    Difference(
        what="an options cancel is taken, and done a moment later: `status`",
        cases=(OPTIONS,),
        cancel="ACCEPTED",
        show=field("status"),
    ),
    Difference(what="an options order's `timestamp`", cases=(OPTIONS,), show=timestamp),
    Difference(
        what="the `clientOrderId` of a spot or margin order called `myOrder1`",
        cases=SPOTLIKE,
        show=field("clientOrderId"),
    ),
    Difference(what="`outcome`, of any order", show=field("outcome")),
    Difference(what="a 2xx that says FILLED", cancel="FILLED"),
    Difference(what="a 2xx that says EXPIRED", cancel="EXPIRED"),
)
GONE = refused(-2011, "Unknown order sent.")
TOP_LEVEL = {"portfolioMargin": True}
DISABLED = "This action is disabled on this account."
RESTRICTED = "Order was not canceled due to cancel restrictions."
ERRORS = (
    Difference(what='-2011 "Unknown order sent.", it was filled', cancel=GONE, query="FILLED"),
    Difference(what="the same, it was canceled before", cancel=GONE),
    Difference(what="the same, no query finds it", cancel=GONE, query=NOT_FOUND),
    Difference(what="the same, every query finds it open", cancel=GONE, query="NEW"),
    Difference(what=f'-2011 "{DISABLED}"', cancel=refused(-2011, DISABLED), query="NEW"),
    Difference(what=f'-2011 "{RESTRICTED}"', cancel=refused(-2011, RESTRICTED), query="NEW"),
    Difference(
        what="-6028, it was filled", cases=(OPTIONS,), cancel=refused(-6028), query="FILLED"
    ),
    Difference(what="-6063, it is open", cases=(OPTIONS,), cancel=refused(-6063), query="NEW"),
    Difference(what="no answer, it took", cancel=None),
    Difference(what="no answer, it was filled before", cancel=None, query="FILLED"),
    Difference(what="no answer to any cancel, it is open", cancel=None, query="NEW"),
    Difference(what="-1001, it took", cancel=refused(-1001)),
    Difference(what="-1006, it took", cancel=refused(-1006)),
    Difference(what="-1007, it took", cancel=refused(-1007)),
    Difference(what="HTTP 502 with a page, it took", cancel=Canned("<html>", 502)),
    Difference(what="HTTP 200 with a page, it took", cancel=Canned("<html>")),
    Difference(what="-1008, overload", cancel=refused(-1008, status=503)),
    Difference(what="-1016, shutting down", cancel=refused(-1016)),
    Difference(what="HTTP 429 with -1003", cancel=refused(-1003, status=429)),
    Difference(what="-1003 without 429", cancel=refused(-1003)),
    Difference(what="-1015", cancel=refused(-1015)),
    Difference(what="-1021, the clock", cancel=refused(-1021)),
    Difference(what="-5028, the clock", cancel=refused(-5028)),
    Difference(what="-1022, the signature", cancel=refused(-1022)),
    Difference(what="-2008, no such key", cancel=refused(-2008)),
    Difference(what="HTTP 403, the firewall", cancel=Canned("<html>", 403)),
    Difference(what="HTTP 404", cancel=Canned("<html>", 404)),
    Difference(what="HTTP 451, where you are", cancel=Canned("Service unavailable", 451)),
)
CALLS = (
    Difference(what="`id` is None", form=called(None, symbol), show=asked),
    Difference(what='`id` is `"abc"`', form=called("abc", symbol), show=asked),
    Difference(what="`params` is None", form=called(order_id, symbol, None), cases=(USDM,)),
    Difference(
        what='`{"clOrdId": "a"}`, another exchange\'s name for it',
        form=called(None, symbol, {"clOrdId": "a"}),
        show=asked,
        cases=(USDM,),
    ),
    Difference(
        what='`{"clientOrderId": "a", "acknowledged": True}`',
        form=called(order_id, symbol, {"clientOrderId": "a", "acknowledged": True}),
        show=asked,
        cases=(USDM,),
    ),
    Difference(
        what='`{"recvWindow": 99999}`',
        form=called(order_id, symbol, {"recvWindow": 99999}),
        show=window,
    ),
    Difference(
        what='`ccxt.binance({"portfolioMargin": True})`', config=TOP_LEVEL, show=host, cases=(USDM,)
    ),
)
TABLES: dict[str, tuple[Sequence[str], Sequence[Difference]]] = {
    "orders": (("the order", "ccxt today", "the adapter"), ORDERS),
    "errors": (("Binance's answer", "ccxt today", "the adapter"), ERRORS),
    "calls": (("the call", "ccxt today", "the adapter"), CALLS),
}


def table(name: str) -> str:
    """One of the tables, in aligned Markdown."""
    headings, rows = TABLES[name]
    cells = [[*headings], *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:], ""])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def written(page: str) -> str:
    """The page with its tables written anew."""
    return TABLE.sub(lambda found: f"{found[1]}{found[2]}\n{table(found[1])}\n", page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
