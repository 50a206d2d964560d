"""Plays one fault on one request, without a socket."""

from adapter.simulator.exchange import Exchange, Reply, Request
from adapter.simulator.faults.connection import NONE
from adapter.simulator.faults.model import Fault, Hit


def apply_fault(exchange: Exchange, request: Request, fault: Fault, came: int | None = None) -> Hit:
    """Do to ``exchange`` what ``request`` does to it under ``fault``, and return what is sent.

    Everything happens at once, by the exchange's clock as it is now. A caller that knows time
    lets ``fault.wait_before`` s pass before it calls, even if the client has left meanwhile, and
    ``wait_after`` of the result before it sends. ``came`` is when the request arrived, in ms of
    the exchange's clock, if that was not now: its timestamp is checked against that. Never raises.
    """
    plays = fault if request.method in fault.methods else NONE
    if plays.first is not None:
        plays.first(exchange, request, plays)
    done = _done(exchange, request, plays, came) if plays.reaches else None
    reply = None if plays.silent else done
    if plays.says is not None:
        reply = plays.says(exchange, request, done)
    return Hit(
        fault=fault,
        done=done,
        reply=reply,
        sent=int(len(reply.body) * plays.cut) if reply else 0,
        wait_after=plays.wait_after,
        stall=plays.stall,
        line=plays.line,
    )


def _done(exchange: Exchange, request: Request, fault: Fault, came: int | None) -> Reply:
    serve = fault.serves(exchange, request, fault) if fault.serves else None
    return exchange.answer(request, serve, came)
