"""Applies one fault to one request, without a socket."""

from adapter.simulator.exchange import Exchange, Reply, Request
from adapter.simulator.faults.connection import NONE
from adapter.simulator.faults.model import Fault, Hit


def apply_fault(exchange: Exchange, request: Request, fault: Fault, came: int | None = None) -> Hit:
    """Let ``exchange`` handle ``request`` under ``fault``, and return what is to be sent.

    Nothing waits; the time is that of the exchange's clock. A caller with a clock
    lets ``fault.wait_before`` s pass before it calls, even if the client has left meanwhile, and
    ``wait_after`` of the result before it sends. ``came`` is when the request arrived, in ms of
    the exchange's clock, if that was not now: its timestamp is checked against that. Never raises.
    """
    applied = fault if request.method in fault.methods else NONE
    if applied.before is not None:
        applied.before(exchange, request, applied)
    done = _done(exchange, request, applied, came) if applied.reaches else None
    reply = None if applied.silent else done
    if applied.make_reply is not None:
        reply = applied.make_reply(exchange, request, done)
    return Hit(
        fault=fault,
        done=done,
        reply=reply,
        sent=int(len(reply.body) * applied.cut) if reply else 0,
        wait_after=applied.wait_after,
        stall=applied.stall,
        connection=applied.connection,
    )


def _done(exchange: Exchange, request: Request, fault: Fault, came: int | None) -> Reply:
    serve = fault.make_handler(exchange, request, fault) if fault.make_handler else None
    return exchange.answer(request, serve, came)
