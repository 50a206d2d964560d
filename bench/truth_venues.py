"""How often a cancel's result is true on the other venues: plain ccxt and the adapter.

``python -m bench.truth --venues`` cancels orders on the models in tests/venues/models, sync, with
both, in the same moments: on each market, by order id, while queries are up to date and while they
lag behind. Each result is set against the model's book as the call ends. Writes the figures into
truth_venues.json beside this file, and two tables into docs/moving.md.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.demo.verdict import FALSE, TRUE
from bench.machine import measured_with
from bench.report import table
from bench.verdicts import COLUMNS, HEADS, Json, cells, counts, judge

PENDING, HALF = {"lag": 0.4}, Decimal("0.5")
MOMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing goes wrong": ("", {}),
    "acknowledged late": ("ack_lag", PENDING),
    "half filled while it is pending": ("fill_while_canceling", {**PENDING, "amount": HALF}),
    "filled while it is pending": ("fill_while_canceling", PENDING),
    "half filled before": ("partly_fill_before", {}),
    "filled before": ("fill_before", {}),
    "canceled before": ("cancel_before", {}),
    "answer lost": ("lost_after", {}),
    "request lost": ("lost_before", {}),
    "HTML, executed": ("html", {}),
    "HTML, not executed": ("html", {"executed": False}),
}
"""The fault of the cancel, and its settings; an amount is a share of the order's."""
LAGS = (0.0, 0.2, 0.5)
"""Seconds by which queries lag behind."""
COINS, CONTRACTS, PRICE = 0.02, 20, 30000
PARAMS: dict[str, dict[str, Any]] = {"ccxt": {}, "adapter": {"deadline": 8.0}}
ENDED = {"filled": "FILLED", "canceled": "CANCELED", "expired": "EXPIRED", "rejected": "REJECTED"}
ROOT = Path(__file__).parent.parent
FILE, PAGE = ROOT / "bench" / "truth_venues.json", ROOT / "docs" / "moving.md"
BEGIN, END = "<!-- venues: written by python -m bench.truth --venues -->", "<!-- end of venues -->"


@attrs.frozen
class Row:
    """One cancel: what it returned or raised, and the order in the book at that moment."""

    venue: str
    moment: str
    who: str
    result: Any
    order: Any

    @property
    def said(self) -> str:
        if isinstance(self.result, adapter.OrderGone):
            return f"`OrderGone` {self.result.state}"
        if isinstance(self.result, Exception):
            return f"`{type(self.result).__name__}`"
        return str(self.result.get("status")) if isinstance(self.result, dict) else "no order"

    @property
    def verdict(self) -> str:
        return judge(
            self.result,
            order_id=self.order.id,
            status=ENDED.get(self.order.state, "NEW"),
            fills=(None, float(self.order.filled)),
            is_open=self.order.is_live,
            by_call=self.moment != "canceled before",
        )


def rows_of(cls: Any) -> list[Row]:
    made, found = getattr(ccxt, cls.IDS[0]), []
    with cls() as model:
        plain, attached = (model.connect(made({"enableRateLimit": False})) for _ in PARAMS)
        both = {"ccxt": plain, "adapter": adapter.attach(attached)}
        with closing(plain.session), closing(attached.session):
            for symbol, moment, lag in itertools.product(cls.MARKETS, MOMENTS, LAGS):
                if cls.FINAL and "lag" in MOMENTS[moment][1]:
                    continue  # no cancel is pending there
                for who, exchange in both.items():
                    amount = CONTRACTS if ":" in symbol else COINS
                    order_id = plain.create_order(symbol, "limit", "buy", amount, PRICE)["id"]
                    play(model, order_id, moment, lag)
                    try:
                        result = exchange.cancel_order(order_id, symbol, PARAMS[who])
                    except Exception as e:
                        result = e
                    found.append(Row(cls.IDS[0], moment, who, result, model.book[order_id]))
                    model.clear_faults()
    return found


def play(model: Any, order_id: str, moment: str, lag: float) -> None:
    model.advance(1.0)  # queries that lag behind show the order
    fault, settings = MOMENTS[moment]
    if "amount" in settings:
        settings = {**settings, "amount": settings["amount"] * model.book[order_id].amount}
    if fault:
        model.fault(fault, **settings)
    if lag:
        model.fault("query_lag", "query", seconds=60, lag=lag)


def report(rows: list[Row]) -> Json:
    """The counts of all and by venue, and the worst verdict of each thing said in a moment."""
    venues: Json = {}
    for venue, of in itertools.groupby(rows, lambda row: row.venue):
        own = list(of)
        said: Json = {moment: {who: {} for who in PARAMS} for moment in MOMENTS}
        for row in own:
            words = said[row.moment][row.who]
            worst = max(words.get(row.said, TRUE), row.verdict, key=[*COLUMNS.values()].index)
            words[row.said] = worst
        venues[venue] = {**counts((row.who, row.verdict) for row in own), "said": said}
    return {
        **measured_with("ccxt", "ccxt-adapter", "requests"),
        "cancels": len(rows) // len(PARAMS),
        "all": counts((row.who, row.verdict) for row in rows),
        "venues": venues,
    }


def tables(found: Json) -> str:
    """What was said in each moment, and how often that was true, between the page's marks."""
    venues: Json = found["venues"]
    lines = [[name, *(cell(of["said"][m]["ccxt"]) for m in MOMENTS)] for name, of in venues.items()]
    ours = [
        {k: v for of in venues.values() for k, v in of["said"][m]["adapter"].items()}
        for m in MOMENTS
    ]
    lines.append(["**the adapter**, on each", *map(cell, ours)])
    sums = [[name, *cells(of)] for name, of in {**venues, "all": found["all"]}.items()]
    return "\n\n".join((BEGIN, table(["ccxt on", *MOMENTS], lines), table(HEADS, sums), END))


def cell(words: Json) -> str:
    """All that was said; bold where it was false."""
    return ", ".join(f"**{word}**" if words[word] == FALSE else word for word in sorted(words))


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from venues.models import MODELS

    with ThreadPoolExecutor(len(MODELS)) as pool:
        rows = [row for found in pool.map(rows_of, MODELS) for row in found]
    found = report(rows)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page, section = PAGE.read_text(encoding="utf-8"), tables(found)
    PAGE.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: section, page, flags=re.DOTALL), "utf-8")
    print(section)
    false = [row for row in rows if row.who == "adapter" and row.verdict == FALSE]
    print(*false, sep="\n")
    return 1 if false else 0
