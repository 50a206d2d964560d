"""The endpoints that a bot asks for its account and its conditional orders, and sets it up by."""

from functools import partial

from adapter.simulator import algo, brackets, trades, wallet
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
    """Return the endpoints of USDⓈ-M's conditional orders."""
    path = partial(Route, host="fapi", signed=True)
    order = "/fapi/v1/algoOrder"
    return {
        ("POST", order): path(serve=partial(algo.place, book), reads=algo.PLACE_READS, weight=0),
        ("GET", order): path(serve=partial(algo.query, book), reads=algo.READS),
        ("DELETE", order): path(serve=partial(algo.cancel, book), reads=algo.READS),
        ("GET", "/fapi/v1/openAlgoOrders"): path(
            serve=partial(algo.open_orders, book), reads=algo.LIST_READS, weight_without_symbol=40
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
    return [brackets.told(symbol) for symbol in sorted(MARKS) if asked in (None, symbol)]
