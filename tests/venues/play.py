"""Plays schedules over sockets: the adapter's calls against a model exchange of their own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import Any

import attrs
import ccxt
import ccxt.async_support

import adapter
from venues.models.book import ModelOrder
from venues.models.model import Model
from venues.schedules import Schedule
from venues.truth import Told, falsehoods, leaks, told

AMOUNTS = {
    "BTC/USDT": 0.02,
    "BTC/USDC": 0.02,
    "BTC/USD": 0.02,
    "BTC/USD:BTC": 640,
}
CONTRACTS = 64
"""Halves of halves are whole contracts."""
PRICE = 30000
LOGGERS = ("adapter", "asyncio")


@cache
def markets(model: type[Model]) -> Any:
    """Markets and currencies by ccxt, loaded once."""
    with model() as one:
        exchange = one.connect(getattr(ccxt, model.IDS[0])({"enableRateLimit": False}))
        return exchange.load_markets(), exchange.currencies


@attrs.define(eq=False)
class Stage:
    """One schedule, with a model exchange and orders of its own."""

    schedule: Schedule
    model: Model
    ids: list[str] = attrs.field(factory=list)

    def connect(self, module: Any) -> Any:
        """An exchange object of ccxt, with markets."""
        config = {"enableRateLimit": False, "timeout": self.schedule.timeout * 1000}
        exchange = self.model.connect(getattr(module, self.model.IDS[0])(config))
        cls: Any = type(self.model)
        found, currencies = markets(cls)
        exchange.set_markets(dict(found), currencies)
        return exchange

    def prepare(self) -> None:
        """Place the orders, and let faults and events begin."""
        schedule, model = self.schedule, self.model
        exchange = self.connect(ccxt)
        exchange.timeout = 10000
        for number in range(1 + max(order for order, _ in schedule.calls)):
            params: Mapping[str, Any] = {}
            if schedule.is_trigger:
                params = model.TRIGGERS[schedule.symbol]
            elif not number and model.CANCEL_BY is not None:
                params = {"clientOrderId": model.CLIENT_ID}
            amount = AMOUNTS.get(schedule.symbol, CONTRACTS)
            exchange.create_order(schedule.symbol, "limit", "buy", amount, PRICE, params=params)
            self.ids.append(model.book.orders()[-1].id)  # not each venue answers with one
            if schedule.is_filled:
                model.book.fill(self.ids[-1], model.book[self.ids[-1]].amount / 2)
        exchange.session.close()
        model.advance(schedule.age)
        for kind, on, settings in schedule.faults:
            model.fault(kind, on, **settings)
        for name, seconds in schedule.events:
            model.book.later(seconds, partial(self._change, name))

    def _change(self, name: str, _at: int) -> None:
        for each in self.ids:
            order = self.model.book[each]
            if order.is_live:
                self._change_order(name, order)

    def _change_order(self, name: str, order: ModelOrder) -> None:
        book = self.model.book
        if name == "cancel":
            book.cancel(order.id)
        elif name == "trigger":
            self.model.trigger(order.id)
        else:
            book.fill(order.id, order.remaining / 2 if name == "part" else None)

    def arguments(self, call: tuple[int, str]) -> tuple[str | None, str, dict[str, Any]]:
        """What ``cancel_order`` is called with."""
        (number, name), schedule = call, self.schedule
        params: dict[str, Any] = {"deadline": schedule.deadline, "confirm": schedule.confirm}
        if schedule.is_trigger and schedule.symbol in self.model.TRIGGER_BOOKS:
            params["trigger"] = True
        if name == "id":
            return self.ids[number], schedule.symbol, params
        return None, schedule.symbol, {**params, "clientOrderId": self.model.CLIENT_ID}

    def told(self, call: tuple[int, str], began: float, result: Any) -> Told:
        return told(
            self.model,
            self.ids[call[0]],
            result,
            left=began + self.schedule.deadline - time.monotonic(),
            has_faults=self.schedule.has_faults,
            has_rivals=self.schedule.has_rivals(call[0]),
            has_fills=self.schedule.has_fills,
        )

    def sync(self) -> list[Told]:
        """All calls at once, each in a thread."""
        exchange = adapter.attach(self.connect(ccxt))

        def cancel(call: tuple[int, str]) -> Told:
            began = time.monotonic()
            try:
                result = exchange.cancel_order(*self.arguments(call))
            except Exception as e:
                result = e
            return self.told(call, began, result)

        with ThreadPoolExecutor(len(self.schedule.calls)) as pool:
            return list(pool.map(cancel, self.schedule.calls))

    async def asynchronous(self) -> list[Told]:
        """All calls at once, each in a task."""
        async with self.connect(ccxt.async_support) as exchange:
            adapter.attach(exchange)

            async def cancel(call: tuple[int, str]) -> Told:
                began = time.monotonic()
                try:
                    result = await exchange.cancel_order(*self.arguments(call))
                except Exception as e:
                    result = e
                return self.told(call, began, result)

            return list(await asyncio.gather(*map(cancel, self.schedule.calls)))


class Heard(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {logging.Formatter().format(record)}")


@contextmanager
def heard() -> Iterator[list[str]]:
    """What the adapter logs, and what asyncio has to complain of."""
    handler = Heard()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger, level in zip(loggers, (logging.DEBUG, logging.WARNING), strict=True):
        logger.addHandler(handler)
        logger.setLevel(level)
    try:
        yield handler.lines
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)


def played(model: type[Model], mode: str, batch: list[Schedule]) -> list[str]:
    """All that was told falsely while the schedules were played, all at once."""
    with ExitStack() as stack, heard() as lines:
        stages = [Stage(schedule, stack.enter_context(model())) for schedule in batch]
        for stage in stages:
            stage.prepare()
        if mode == "sync":
            with ThreadPoolExecutor(len(stages)) as pool:
                calls = list(pool.map(Stage.sync, stages))
        else:
            calls = asyncio.run(_gathered(stages))
        false = [line for line in lines if line.startswith("asyncio")]
        false += leaks([stage.model for stage in stages], lines)
        for stage, ended in zip(stages, calls, strict=True):
            false += [
                f"{stage.schedule}\n{call}\n{call.versions}\n{text}"
                for call in ended
                for text in falsehoods(call)
            ]
    return false


async def _gathered(stages: list[Stage]) -> list[list[Told]]:
    return list(await asyncio.gather(*[stage.asynchronous() for stage in stages]))
