"""The endpoints of a bot's account, its settings and its conditional orders."""

from functools import partial

from adapter.simulator import algo, brackets, trades, wallet
from adapter.simulator.algo import PM_UM_ALGO, USDM_ALGO, Service
from adapter.simulator.answers import Json
from adapter.simulator.book import Book
from adapter.simulator.futures import Account
from adapter.simulator.params import Params
from adapter.simulator.positions import MARKS
from adapter.simulator.products import SPOT, USDM
from adapter.simulator.routes import Route, Routes

_SYMBOL = algo.SIGNED | {"symbol"}
_TRADES = _SYMBOL | {"orderId", "startTime", "endTime", "fromId", "limit"}
_INCOME = _TRADES - {"orderId", "fromId"} | {"incomeType", "page"}


def futures_routes(book: Book) -> Routes:
    """Return the endpoints of the USDⓈ-M account."""
    account = Account(book)
    get = partial(Route, host="fapi", signed=True)
    modes = partial(get, weight=30, reads=algo.SIGNED)
    sets = {"leverage": account.set_leverage, "marginType": account.set_margin_type}
    return {
        **{("POST", f"/fapi/v1/{k}"): get(serve=v, reads=_SYMBOL | {k}) for k, v in sets.items()},
        ("GET", "/fapi/v1/leverageBracket"): get(serve=_brackets, reads=_SYMBOL),
        ("GET", "/fapi/v1/positionSide/dual"): modes(serve=lambda _: {"dualSidePosition": False}),
        ("GET", "/fapi/v1/multiAssetsMargin"): modes(serve=lambda _: {"multiAssetsMargin": False}),
        ("GET", "/fapi/v3/account"): get(serve=account.info, weight=5, reads=algo.SIGNED),
        ("GET", "/fapi/v3/balance"): get(serve=account.balance, weight=5, reads=algo.SIGNED),
        ("GET", "/fapi/v3/positionRisk"): get(serve=account.position_risk, weight=5, reads=_SYMBOL),
        ("GET", "/fapi/v1/userTrades"): get(
            serve=partial(trades.listed, USDM, book), weight=5, reads=_TRADES
        ),
        ("GET", "/fapi/v1/income"): get(serve=lambda _: [], weight=30, reads=_INCOME),
    }


def algo_routes(book: Book) -> Routes:
    """Return the endpoints of conditional orders."""
    return {
        **_algo_routes(USDM_ALGO, book, "/fapi/v1/", "algoOrder"),
        **_algo_routes(PM_UM_ALGO, book, "/papi/v1/um/algo/", "order"),
    }


def _algo_routes(service: Service, book: Book, root: str, order: str) -> Routes:
    route = partial(Route, host=service.product.host, signed=True)
    weight, reads = service.product.place_weight, algo.PLACE_READS
    place, query, cancel, listed = (
        partial(work, service, book)
        for work in (algo.place, algo.query, algo.cancel, algo.open_orders)
    )
    return {
        ("POST", root + order): route(serve=place, reads=reads, weight=weight),
        ("GET", f"{root}algoOrder"): route(serve=query, reads=algo.READS),
        ("DELETE", root + order): route(serve=cancel, reads=algo.READS),
        ("GET", f"{root}openAlgoOrders"): route(
            serve=listed, reads=algo.LIST_READS, weight_without_symbol=40
        ),
    }


def spot_routes(book: Book) -> Routes:
    """Return the endpoints of the spot account."""
    get = partial(Route, host="api", signed=True, weight=20)
    return {
        ("GET", "/api/v3/account"): get(
            serve=partial(wallet.info, book), reads=algo.SIGNED | {"omitZeroBalances"}
        ),
        ("GET", "/api/v3/myTrades"): get(serve=partial(trades.listed, SPOT, book), reads=_TRADES),
    }


def _brackets(params: Params) -> Json | list[Json]:
    asked = params.get("symbol")
    return [brackets.of_symbol(symbol) for symbol in sorted(MARKS) if asked in (None, symbol)]
