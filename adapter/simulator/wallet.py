"""The spot account: free and locked amounts by the book.

Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
"""

from adapter.simulator.answers import Json
from adapter.simulator.book import Book
from adapter.simulator.params import Params
from adapter.simulator.positions import balances


def info(book: Book, params: Params) -> Json:
    """Return the body of ``GET /api/v3/account``; nothing costs a commission here."""
    some = params.flag("omitZeroBalances")
    return {
        **dict.fromkeys(("makerCommission", "takerCommission"), 0),
        **dict.fromkeys(("buyerCommission", "sellerCommission"), 0),
        **dict.fromkeys(("canTrade", "canWithdraw", "canDeposit"), True),
        "updateTime": book.clock(),
        "accountType": "SPOT",
        "balances": [
            {"asset": coin, "free": f"{free:.8f}", "locked": f"{locked:.8f}"}
            for coin, (free, locked) in balances(book).items()
            if free or locked or not some
        ],
        "permissions": ["SPOT"],
    }
