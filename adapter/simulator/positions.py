"""The account by the trades in the book: positions, balances and trades."""

from collections.abc import Iterable
from decimal import Decimal

import attrs

from adapter.simulator import quotes
from adapter.simulator.book import PENDING, Book, Order
from adapter.simulator.markets import LINEAR, SPOT

DEPOSITS = {
    "BTC": Decimal(100),
    "ETH": Decimal(1_000),
    "LTC": Decimal(1_000),
    "USDT": Decimal(10_000_000),
}
"""The balances of the spot wallet before the first trade."""

DEPOSIT = Decimal(10_000_000)
"""The balance of the futures wallet before the first trade, in USDT."""

_SPOT = {market.symbol: market for market in SPOT}
MARKS = {market.symbol: quotes.price(market) for market in LINEAR}
"""The mark price of each USDⓈ-M symbol."""


@attrs.frozen
class Position:
    """The amount of one symbol, below 0 if short, its entry price, and the realized profit.

    ``updated`` is when it last traded, in ms.
    """

    amount: Decimal = Decimal(0)
    entry: Decimal = Decimal(0)
    realized: Decimal = Decimal(0)
    updated: int = 0

    def traded(self, order: Order) -> "Position":
        """Return the position after what ``order`` has traded."""
        change = order.executed if order.side == "BUY" else -order.executed
        amount, price = self.amount + change, order.price
        if self.amount * change >= 0:
            entry = (self.entry * abs(self.amount) + price * abs(change)) / abs(amount)
            return Position(amount, entry, self.realized, order.updated)
        closed = min(abs(change), abs(self.amount)).copy_sign(self.amount)
        realized = self.realized + closed * (price - self.entry)
        entry = self.entry if amount * self.amount > 0 else price
        return Position(amount, entry if amount else Decimal(0), realized, order.updated)


def trades(book: Book, product: str, symbol: str | None = None) -> list[Order]:
    """Return the orders that have traded, in the order of their trades: one trade to an order."""
    traded = [order for order in book.orders(product, symbol) if order.executed]
    return sorted(traded, key=lambda order: order.updated)


def positions(book: Book) -> dict[str, Position]:
    """Return the positions of USDⓈ-M by symbol; ``positionSide`` makes no difference."""
    by_symbol: dict[str, Position] = {}
    for order in trades(book, "usdm"):
        by_symbol[order.symbol] = by_symbol.get(order.symbol, Position()).traded(order)
    return by_symbol


def balances(book: Book) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the free and the locked amount of each coin in the spot wallet."""
    total, locked = dict(DEPOSITS), dict.fromkeys(DEPOSITS, Decimal(0))
    lists: set[int] = set()
    for order in book.orders("spot"):
        market = _SPOT[order.symbol]
        gives, takes = _coins(market.base, market.quote, order, order.executed)
        _add(total, takes)
        _add(total, ((coin, -amount) for coin, amount in gives))
        if order.is_open and order.status != PENDING and order.order_list_id not in lists:
            lists |= {order.order_list_id} - {-1}  # of the legs, one at most will trade
            _add(locked, _coins(market.base, market.quote, order, order.remaining)[0])
    return {coin: (total[coin] - locked[coin], locked[coin]) for coin in total}


_Amounts = tuple[tuple[str, Decimal], ...]


def _coins(base: str, quote: str, order: Order, amount: Decimal) -> tuple[_Amounts, _Amounts]:
    """What the order gives and what it takes when ``amount`` of it trades."""
    sides: tuple[_Amounts, _Amounts] = ((quote, amount * order.price),), ((base, amount),)
    return sides if order.side == "BUY" else (sides[1], sides[0])


def _add(to: dict[str, Decimal], amounts: Iterable[tuple[str, Decimal]]) -> None:
    for coin, amount in amounts:
        to[coin] += amount
