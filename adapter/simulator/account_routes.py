"""The endpoints of a bot's account and its settings."""

from functools import partial

from adapter.simulator import brackets, trades, wallet
from adapter.simulator.answers import Json
from adapter.simulator.book import Book
from adapter.simulator.futures import Account
from adapter.simulator.params import Params
from adapter.simulator.positions import MARKS
from adapter.simulator.products import SIGNED, SPOT, USDM
from adapter.simulator.routes import Route, Routes

_SYMBOL = SIGNED | {"symbol"}
_TRADES = _SYMBOL | {"orderId", "startTime", "endTime", "fromId", "limit"}
_INCOME = _TRADES - {"orderId", "fromId"} | {"incomeType", "page"}


def futures_routes(book: Book) -> Routes:
    """Return the endpoints of the USDⓈ-M account."""
    account = Account(book)
    get = partial(Route, host="fapi", signed=True)
    modes = partial(get, weight=30, reads=SIGNED)
    sets = {"leverage": account.set_leverage, "marginType": account.set_margin_type}
    return {
        **{("POST", f"/fapi/v1/{k}"): get(serve=v, reads=_SYMBOL | {k}) for k, v in sets.items()},
        ("GET", "/fapi/v1/leverageBracket"): get(serve=_brackets, reads=_SYMBOL),
        ("GET", "/fapi/v1/positionSide/dual"): modes(serve=lambda _: {"dualSidePosition": False}),
        ("GET", "/fapi/v1/multiAssetsMargin"): modes(serve=lambda _: {"multiAssetsMargin": False}),
        ("GET", "/fapi/v3/account"): get(serve=account.info, weight=5, reads=SIGNED),
        ("GET", "/fapi/v3/balance"): get(serve=account.balance, weight=5, reads=SIGNED),
        ("GET", "/fapi/v3/positionRisk"): get(serve=account.position_risk, weight=5, reads=_SYMBOL),
        ("GET", "/fapi/v1/userTrades"): get(
            serve=partial(trades.listed, USDM, book), weight=5, reads=_TRADES
        ),
        ("GET", "/fapi/v1/income"): get(serve=lambda _: [], weight=30, reads=_INCOME),
    }


def spot_routes(book: Book) -> Routes:
    """Return the endpoints of the spot account."""
    get = partial(Route, host="api", signed=True, weight=20)
    return {
        ("GET", "/api/v3/account"): get(
            serve=partial(wallet.info, book), reads=SIGNED | {"omitZeroBalances"}
        ),
        ("GET", "/api/v3/myTrades"): get(serve=partial(trades.listed, SPOT, book), reads=_TRADES),
    }


def _brackets(params: Params) -> Json | list[Json]:
    asked = params.get("symbol")
    return [brackets.of_symbol(symbol) for symbol in sorted(MARKS) if asked in (None, symbol)]
