"""The products as values: their paths, parameters and answers."""

import re
from collections.abc import Callable, Mapping
from functools import partial

import attrs

from adapter.simulator import answers, errors, margin, markets, spot
from adapter.simulator.answers import Json
from adapter.simulator.book import Order
from adapter.simulator.params import Params

DAY = 86_400_000
RESTRICTION = "cancelRestrictions"

SIGNED = frozenset({"timestamp", "recvWindow", "signature"})
_ORDER = SIGNED | {"symbol", "side", "type", "timeInForce", "quantity", "price"}
_ORDER |= {"newOrderRespType", "selfTradePreventionMode", "reduceOnly"}
_FUTURES = _ORDER | {"positionSide", "newClientOrderId", "priceMatch", "goodTillDate"}
_CONDITIONAL = {"stopPrice", "closePosition", "workingType", "priceProtect"}
_CONDITIONAL |= {"activationPrice", "callbackRate"}
_MARGIN = _ORDER - {"reduceOnly"} | {"newClientOrderId", "sideEffectType"}
_MARGIN |= {"icebergQty", "autoRepayAtCancel"}
_SPOT = _MARGIN - {"sideEffectType", "autoRepayAtCancel"} | {"stopPrice"}


def _wrong_type() -> errors.ApiError:
    return errors.not_in_enumeration("type")


def _option_gone(order: Order | None) -> errors.ApiError:
    return errors.no_such_order() if order is None else errors.final_order()


@attrs.frozen(kw_only=True)
class Product:
    """One endpoint family: its path, names, limits and answers.

    ``order_id`` and ``client_id`` name an existing order, ``new_client_id`` a new one; ``forgets``
    are the states in which an order that never traded is no longer found ``forgets_after`` ms after
    it was placed. ``queries`` are the paths of a query below ``path``, each with the orders that it
    shows. ``canceled_list`` makes the answer to a cancel of a leg of an order list,
    ``single_canceled`` that to a single cancel out of one in the answer to a cancel of all.
    ``has_isolated`` tells whether an order is of one of two accounts. Where the orders are
    conditional, ``becomes`` is the product of what one is once its condition is met, and ``draft``
    makes one of the parameters.
    """

    name: str
    host: str
    path: str
    first_id: int
    symbols: frozenset[str]
    place_reads: frozenset[str]
    types: frozenset[str] = frozenset({"LIMIT"})
    placed: Callable[[Order, str], Json]
    queried: Callable[[Order], Json]
    canceled: Callable[[Order, str], Json]
    order_path: str = "order"
    queries: Mapping[str, Callable[[Order], bool]] = {"order": lambda _: True}
    list_path: str = "openOrders"
    cancel_all_path: str = "allOpenOrders"
    draft: Callable[["Product", Params], Order] | None = None
    becomes: str = ""
    order_id: str = "orderId"
    needs_symbol: bool = True
    client_id: str = "origClientOrderId"
    new_client_id: str = "newClientOrderId"
    legal_client_id: str = ""
    client_id_limit: int = 0
    names_orders: bool = True
    names_cancels: bool = False
    canceled_list: Callable[[list[Order], str], Json] | None = None
    single_canceled: Callable[[Json], Json] = lambda answer: answer
    restricts_cancels: bool = False
    has_isolated: bool = False
    ids_must_agree: bool = False
    conditional: Callable[[], errors.ApiError] = _wrong_type
    duplicate: Callable[[], errors.ApiError] = errors.duplicate_client_id
    gone: Callable[[Order | None], errors.ApiError] = lambda _: errors.unknown_order()
    self_trade_prevention: str = "NONE"
    forgets: frozenset[str] = frozenset({"CANCELED", "EXPIRED"})
    forgets_after: int = 3 * DAY
    forgets_all_after: int | None = None
    place_weight: int = 1
    query_weight: int = 1
    cancel_weight: int = 1
    list_weight: int = 1
    list_all_weight: int | None = 40
    open_order: bool = True
    open_order_in_list: bool = False
    list_more: frozenset[str] = frozenset()

    @property
    def paths(self) -> frozenset[str]:
        """Where one order is placed, queried and cancelled."""
        return frozenset(f"{self.path}/{end}" for end in (self.order_path, *self.queries))

    @property
    def query_reads(self) -> frozenset[str]:
        """The parameters of a query."""
        return self.list_reads - self.list_more | {self.order_id, self.client_id}

    @property
    def cancel_reads(self) -> frozenset[str]:
        """The parameters of a cancel."""
        named = {"newClientOrderId"} if self.names_cancels else set()
        return self.query_reads | named | ({RESTRICTION} if self.restricts_cancels else set())

    @property
    def list_reads(self) -> frozenset[str]:
        """The parameters of the list of open orders."""
        own = {"isIsolated"} if self.has_isolated else set()
        return SIGNED | {"symbol"} | own | self.list_more

    def check_client_id(self, name: str, value: str) -> None:
        """Raise -4015 or -1100 if Binance would not take ``value`` as a client id."""
        if not self.legal_client_id or re.fullmatch(self.legal_client_id, value, re.ASCII):
            return
        if self.client_id_limit and len(value) > self.client_id_limit:
            raise errors.client_id_too_long(self.client_id_limit)
        raise errors.illegal(name, self.legal_client_id)

    def has_forgotten(self, order: Order, now: int) -> bool:
        """Return whether a query at ``now``, in ms, does not find the order any more."""
        age = now - order.created
        if self.forgets_all_after is not None and age > self.forgets_all_after:
            return True
        return age > self.forgets_after and order.status in self.forgets and not order.executed


def _margin_placed(order: Order, response_type: str) -> Json:
    return answers.margin_ack(order) if response_type == "ACK" else answers.margin_full(order)


def _alike(answer: Callable[[Order], Json]) -> Callable[[Order, str], Json]:
    return lambda order, _: answer(order)


USDM = Product(
    name="usdm",
    host="fapi",
    path="/fapi/v1",
    first_id=283194212,
    symbols=markets.symbols(markets.LINEAR),
    place_reads=_FUTURES | _CONDITIONAL,
    placed=_alike(answers.usdm),
    queried=answers.usdm_query,
    canceled=_alike(answers.usdm),
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,36}$",
    client_id_limit=36,
    conditional=errors.conditional_moved,
    forgets_all_after=90 * DAY,
    place_weight=0,
)
OPTIONS = Product(
    name="options",
    host="eapi",
    path="/eapi/v1",
    first_id=4611875134427365377,
    symbols=markets.symbols(markets.OPTIONS),
    place_reads=_ORDER | {"clientOrderId", "postOnly", "isMmp"},
    placed=_alike(answers.option),
    queried=answers.option_query,
    canceled=_alike(answers.option_canceled),
    client_id="clientOrderId",
    new_client_id="clientOrderId",
    names_orders=False,
    duplicate=errors.duplicate_option_client_id,
    gone=_option_gone,
    self_trade_prevention="EXPIRE_MAKER",
    forgets=frozenset({"CANCELED", "REJECTED"}),
    open_order=False,
)
COINM = Product(
    name="coinm",
    host="fapi",
    path="/dapi/v1",
    first_id=283194212,
    symbols=markets.symbols(markets.INVERSE),
    place_reads=_FUTURES | _CONDITIONAL,
    placed=_alike(answers.coinm),
    queried=answers.coinm_query,
    canceled=_alike(answers.coinm),
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,36}$",
    client_id_limit=36,
    conditional=errors.conditional_moved,
    forgets_all_after=90 * DAY,
    place_weight=0,
)
PM_UM = Product(
    name="pm_um",
    host="papi",
    path="/papi/v1/um",
    first_id=4611875134427365377,
    symbols=markets.symbols(markets.LINEAR),
    place_reads=_FUTURES,
    placed=_alike(answers.pm_um),
    queried=answers.pm_um_query,
    canceled=_alike(answers.pm_um),
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,32}$",
    client_id_limit=32,
)
PM_CM = Product(
    name="pm_cm",
    host="papi",
    path="/papi/v1/cm",
    first_id=283194212,
    symbols=markets.symbols(markets.INVERSE),
    place_reads=_FUTURES,
    placed=_alike(answers.pm_cm),
    queried=answers.pm_cm_query,
    canceled=_alike(answers.pm_cm),
    legal_client_id=r"^[\.A-Z\:/a-z0-9_-]{1,32}$",
    client_id_limit=32,
    open_order_in_list=True,
)
PM_MARGIN = Product(
    name="pm_margin",
    host="papi",
    path="/papi/v1/margin",
    first_id=28,
    symbols=markets.symbols(markets.SPOT),
    place_reads=_MARGIN,
    placed=_margin_placed,
    queried=answers.margin_query,
    canceled=answers.margin_canceled,
    legal_client_id=r"^[a-zA-Z0-9-_]{1,36}$",
    names_cancels=True,
    ids_must_agree=True,
    self_trade_prevention="EXPIRE_MAKER",
    forgets=frozenset(),
    query_weight=10,
    cancel_weight=2,
    list_weight=5,
    list_all_weight=None,
    open_order=False,
)
SPOT = Product(
    name="spot",
    host="api",
    path="/api/v3",
    cancel_all_path="openOrders",
    first_id=28,
    symbols=markets.symbols(markets.SPOT),
    place_reads=_SPOT,
    types=frozenset({"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}),
    placed=spot.placed,
    queried=spot.queried,
    canceled=spot.canceled,
    legal_client_id=r"^[a-zA-Z0-9-_]{1,36}$",
    names_cancels=True,
    canceled_list=spot.canceled_list,
    restricts_cancels=True,
    ids_must_agree=True,
    duplicate=errors.duplicate_spot_order,
    forgets=frozenset(),
    query_weight=4,
    list_weight=6,
    list_all_weight=80,
    open_order=False,
)
MARGIN = Product(
    name="margin",
    host="sapi",
    path="/sapi/v1/margin",
    cancel_all_path="openOrders",
    first_id=28,
    symbols=markets.symbols(markets.SPOT),
    place_reads=_MARGIN | {"isIsolated", "stopPrice"},
    types=SPOT.types,
    placed=margin.placed,
    queried=margin.queried,
    canceled=margin.canceled,
    single_canceled=margin.single_canceled,
    legal_client_id=r"^[a-zA-Z0-9-_]{1,36}$",
    names_cancels=True,
    has_isolated=True,
    ids_must_agree=True,
    self_trade_prevention="EXPIRE_MAKER",
    duplicate=errors.duplicate_spot_order,
    forgets=frozenset(),
    place_weight=6,
    query_weight=10,
    cancel_weight=10,
    list_weight=10,
    list_all_weight=None,
    open_order=False,
)


def table(options_cancel_status: str) -> tuple[Product, ...]:
    """Return all products, with this status in the Options answer to a cancel."""
    canceled = _alike(partial(answers.option_canceled, status=options_cancel_status))
    options = attrs.evolve(OPTIONS, canceled=canceled)
    return (USDM, COINM, options, PM_UM, PM_CM, PM_MARGIN, SPOT, MARGIN)
