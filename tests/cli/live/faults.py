"""Answers that the exchange edits or refuses, for a simulator as the exchange."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs

from adapter.cli.demo.samples import SAMPLES, STOPS
from adapter.simulator import Fault, Simulator
from adapter.simulator.exchange import Exchange, Reply, Request

Change = Callable[[Any], Any]


def edited(change: Change, on: str) -> Fault:
    """A fault that changes the body of every answer to requests of this method."""

    def make_reply(exchange: Exchange, request: Request, done: Reply | None) -> Reply:
        assert done is not None
        body = json.dumps(change(json.loads(done.body))).encode()
        headers = {"Content-Type": "application/json"}
        return exchange.reply(request, done.status, body, headers)

    return Fault(
        name="edited", text="It is edited.", seen="", make_reply=make_reply, on=on, for_seconds=60
    )


def refused(code: int, on: str) -> Fault:
    """A fault by which every request of this method is refused, and not executed."""

    def make_reply(exchange: Exchange, request: Request, _: Reply | None) -> Reply:
        body = json.dumps({"code": code, "msg": "No."}).encode()
        return exchange.reply(request, 400, body, {"Content-Type": "application/json"})

    fault = edited(lambda body: body, on)
    return attrs.evolve(fault, executes=False, reaches=False, make_reply=make_reply)


def is_anything_open(sim: Simulator) -> bool:
    names = (sample.plugin.partition(".")[2] for sample in (*SAMPLES, *STOPS))
    return any(order.is_open for name in names for order in sim.book.orders(name))
