"""The cancel machine, driven by scripted answers: no exchange, no socket, and a manual clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import attrs
import ccxt
from policies import shipped_policy

from adapter.contract.api import OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
    Sleep,
)
from adapter.core.cancel import CancelMachine
from adapter.core.channel import Asking
from adapter.core.evidence import Evidence
from adapter.core.pacing import Pacing
from adapter.core.policy import Policy
from adapter.venues.binance.usdm import ENDPOINT as USDM

BY_ID = CancelRequest(
    market_id="BTCUSDT", order_id="7", client_order_id=None, deadline=15.0, confirm=True
)
ERRORS = {"-2015": ccxt.AuthenticationError}
BY_CLIENT_ID = attrs.evolve(BY_ID, order_id=None, client_order_id="mine")
NOW = 1_700_000_000_000

CANCELED = {"orderId": 7, "clientOrderId": "mine", "status": "CANCELED"}
OPEN = {**CANCELED, "status": "NEW", "time": NOW - 60_000}
FILLED = {**CANCELED, "status": "FILLED", "time": NOW - 60_000}
GONE = {"code": -2011, "msg": "Unknown order sent."}
NOT_FOUND = {"code": -2013, "msg": "Order does not exist."}
OVERLOADED = {"code": -1008, "msg": "Request throttled by system-level protection."}
LATE = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
BAD_KEY = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
LOST = NoResponse(may_have_been_sent=True, reason="ReadTimeout: timed out")
NOT_SENT = NoResponse(may_have_been_sent=False, reason="ConnectTimeout")
HELD = NoResponse(
    may_have_been_sent=False, reason="the exchange takes no requests", retry_after=2.0
)


def answer(data: dict[str, Any], **headers: str) -> Response:
    status = 400 if "code" in data else 200
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, body=str(data), data=data, headers=named)


def limited(seconds: int) -> Response:
    headers = {"retry-after": str(seconds)}
    return Response(status=429, body="{}", data={"code": -1003}, headers=headers)


@attrs.frozen
class Asked:
    """One request that the machine asked its channel for."""

    request: ApiRequest
    timeout: float

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def params(self) -> Mapping[str, Any]:
        return self.request.params


@attrs.frozen
class BlockHost:
    seconds: float


@attrs.frozen
class ReadClock:
    """Gives the exchange's time in ms."""


@attrs.frozen
class SyncClock:
    """Sets the caller's clock."""


@attrs.define(kw_only=True)
class ScriptedChannel:
    """Yields what the machine asks of it, and gives what that response means."""

    endpoint: CancelEndpoint
    steps: list[Any]
    parse: Callable[[Any, bool], dict[str, Any]]
    has_listener: bool = True
    has_left: bool = False
    requests: int = 1
    is_query: bool = False
    pauses: list[float] = attrs.field(factory=list)
    """What is left of the pauses before a cancel is sent again."""

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        return self._ask(call.with_one_id(query=False), seconds, None)

    def query(self, call: CancelRequest, seconds: float) -> Asking:
        return self._ask(call.with_one_id(query=True), seconds, self.endpoint.queries[0])

    def _ask(self, call: CancelRequest, seconds: float, query: OrderQuery | None) -> Asking:
        endpoint, venue = self.endpoint, self.endpoint.venue
        self.has_left, self.requests, self.is_query = False, 1, query is not None
        request = venue.build_request(call, endpoint=endpoint, query=query)
        response = yield Asked(request, seconds)
        self.has_left = response.may_have_been_sent
        try:
            found = venue.classify(
                response, call=call, endpoint=endpoint, errors=ERRORS, query=query
            )
            self.requests -= found.kind is ResponseKind.HELD_LOCALLY
        except Exception as e:
            return Classification(kind=ResponseKind.UNREADABLE, text="", cause=e)
        if isinstance(response, NoResponse) or call.client_order_id is None:
            return found
        return attrs.evolve(found, server_time=venue.parse_server_time(response))

    def read_clock(self, seconds: float) -> Generator[Any, Any, int | None]:
        assert seconds > 0
        if self.endpoint.time_api is None:
            return None
        time: int = yield ReadClock()
        return time

    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:
        assert seconds > 0
        assert refused.response is not None
        yield SyncClock()

    def pause_before_resend(self, seconds: float) -> float:  # noqa: ARG002
        return self.pauses.pop(0) if self.pauses else 0.0

    def block(self, seconds: float) -> None:
        self.steps.append(BlockHost(seconds))

    def parse_order(self, found: Classification) -> dict[str, Any]:
        assert found.response is not None
        return self.parse(found.response.data, self.is_query)


def shown(error: ccxt.BaseError | None) -> tuple[Any, ...]:
    return type(error), str(error), *(vars(error).items() if error else ())


@attrs.define
class Played:
    """A conversation that has been answered to its end."""

    steps: list[Any]
    order: dict[str, Any]
    error: ccxt.BaseError | None = attrs.field(eq=shown)
    seconds: float
    classified: list[tuple[str, str | None]]
    """The kind and the status of each answer, as they were reported."""
    times: list[tuple[str, float]]
    """The method of each request, and when it was asked for in s."""

    @property
    def asked(self) -> str:
        """``D`` for each cancel and ``q`` for each query that was sent."""
        requests = [step for step in self.steps if isinstance(step, Asked)]
        return "".join({"DELETE": "D", "GET": "q"}[request.method] for request in requests)

    @property
    def sends(self) -> list[float]:
        """When each cancel was sent, in s."""
        return [when for method, when in self.times if method == "DELETE"]

    @property
    def looks(self) -> list[float]:
        """When each query was sent, in s."""
        return [when for method, when in self.times if method == "GET"]

    @property
    def waits(self) -> list[Sleep]:
        return [step for step in self.steps if isinstance(step, Sleep)]

    @property
    def requests(self) -> list[Asked]:
        return [step for step in self.steps if isinstance(step, Asked)]


World = Callable[[str, float], Any]
"""``(HTTP method, seconds since the call began)``: the answer, as `play` takes one."""


def play(
    *answers: dict[str, Any] | Response | NoResponse | tuple[float, Response | NoResponse],
    call: CancelRequest = BY_ID,
    product: CancelEndpoint = USDM,
    policy: Policy | None = None,
    wrong: int = 0,
    late: float = 0.0,
    steady: bool = True,
    world: World | None = None,
    pauses: Sequence[float] = (),
    broken: Callable[[], dict[str, Any]] = dict,
    run: Callable[[CancelMachine], Any] = CancelMachine.run,
) -> Played:
    """Give each request the next answer, which may take so many seconds; waits advance the clock.

    Where it is ``steady``, an order that a query shows open stays open until the next cancel: such
    looks take none of the answers and are left out of ``asked`` and ``classified``.

    When the answers have run out, everything is lost after a second. The caller's clock is
    ``wrong`` by so many ms, until it is set. An answer may come ``late`` by so many seconds.

    A ``world`` gives the answer to each request instead, and every look counts. ``pauses``
    are those in s for which others try whether cancels work. What ``broken`` makes replaces the
    machine's own functions. ``run`` is what the machine does.
    """
    if world is not None:
        steady = False
    script: list[Any] = [*answers] if world is None else [world]
    settings = script, call, product, policy or shipped_policy(), wrong, late, steady
    return _play(*settings, [*pauses], broken(), run)


def _play(
    answers: list[Any],
    call: CancelRequest,
    product: CancelEndpoint,
    policy: Policy,
    wrong: int,
    late: float,
    steady: bool,
    pauses: list[float],
    broken: dict[str, Any],
    run: Callable[[CancelMachine], Any],
) -> Played:
    clock, left, skew = [0.0], list(answers), [wrong]

    def came(method: str) -> tuple[float, Response | NoResponse]:
        if left and callable(left[0]):
            return timed(left[0](method, clock[0]))
        return timed(left.pop(0) if left else (1.0, LOST))

    steps: list[Any] = []
    classified: list[tuple[str, str | None]] = []
    times: list[tuple[str, float]] = []
    still: Response | None = None
    repeats = followed = False

    def emit(event: str, **details: Any) -> None:
        assert event in ("classified", "waited")
        if event == "classified" and not repeats:
            classified.append((details["kind"], details["status"]))

    functions: dict[str, Any] = {
        "clock": lambda: clock[0],
        "now": lambda: NOW + round(clock[0] * 1000) + skew[0],
        "emit": emit,
        "parse": unified,
        **broken,
    }
    parse = functions.pop("parse")
    channel = ScriptedChannel(endpoint=product, steps=steps, parse=parse, pauses=pauses)
    machine = CancelMachine(
        call=call,
        channel=channel,
        policy=policy,
        evidence=Evidence(
            "binance",
            product.not_found_hint,
            product.ends,
            conditional_hint=product.conditional_hint,
        ),
        pacing=Pacing(functions.pop("clock"), call.deadline, len(product.queries)),
        **functions,
    )
    running = run(machine)
    done: Any = None
    try:
        while True:
            step = running.send(done)
            done = None
            if isinstance(step, Asked):
                assert step.timeout > 0
                times.append((step.method, clock[0]))
                repeats = step.method == "GET" and still is not None
                if repeats:
                    done = still
                    continue
                spent, done = came(step.method)
                clock[0] += min(spent, step.timeout + late)
                if step.method == "DELETE":
                    followed = isinstance(done, Response) and "status" in done.data
                is_open = steady and not followed and step.method == "GET" and shows_open(done)
                still = done if is_open and isinstance(done, Response) else None
            elif isinstance(step, SyncClock):
                skew[0] = 0
            elif isinstance(step, ReadClock):
                done = NOW + round(clock[0] * 1000)
            elif isinstance(step, Sleep):
                clock[0] += step.seconds
            steps.append(step)
    except StopIteration as end:
        return Played(steps, end.value, None, clock[0], classified, times)
    except ccxt.BaseError as e:
        return Played(steps, {}, e, clock[0], classified, times)


def shows_open(reply: Response | NoResponse | None) -> bool:
    return isinstance(reply, Response) and reply.data.get("status") in ("NEW", "PENDING_CANCEL")


def timed(given: Any) -> tuple[float, Response | NoResponse]:
    if isinstance(given, tuple):
        return given
    return 0.0, answer(given) if isinstance(given, dict) else given


def unified(answer: Any, query: bool) -> dict[str, Any]:
    words = {
        "CANCELED": "canceled",
        "FILLED": "closed",
        "EXPIRED": "expired",
        "REJECTED": "rejected",
    }
    live = {"NEW": "open", "ACCEPTED": "open", "PENDING_CANCEL": "canceling"}
    word, order_id = answer.get("status"), answer.get("orderId")
    status = words.get(word) or live.get(word) or (word and word.lower())
    client_id = answer.get("clientOrderId")
    return {
        "id": None if order_id is None else str(order_id),
        "clientOrderId": client_id,
        "status": status,
        "queried": query,
    }
