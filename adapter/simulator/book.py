"""The book: which orders there are and what became of them, without HTTP or a clock."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal

import attrs

PENDING = "PENDING_NEW"
"""The status of a leg that is placed when another leg of its list is filled."""

OPEN = frozenset({"NEW", "PARTIALLY_FILLED", PENDING})


HISTORY = 20_000
"""For how many ms the book keeps its earlier states."""


class NotOpenError(ValueError):
    """The order has ended, so it can neither trade nor be cancelled."""


class DuplicateClientIdError(ValueError):
    """Another open order of the same product and symbol has this client id."""


@attrs.frozen(kw_only=True)
class Order:
    """One order at one moment; every change makes a new value.

    Quantities are in the product's own unit (coins, or contracts on ``coinm`` and ``pm_cm``), times
    in ms since 1970. ``order_id`` is 0 until the book gives one. ``stop_price`` is 0 where there is
    none, and ``actual_order_id`` is that of the order which a conditional one has become.
    ``is_isolated`` is the margin account that it is of. ``order_list_id`` is that of the list of
    which it is a leg, and -1 where it is of none; ``list_client_order_id`` and ``contingency_type``
    are that list's.
    """

    product: str
    symbol: str
    client_order_id: str
    quantity: Decimal
    price: Decimal
    side: str = "BUY"
    time_in_force: str = "GTC"
    position_side: str = "BOTH"
    reduce_only: bool = False
    self_trade_prevention: str = "NONE"
    good_till_date: int = 0
    type: str = "LIMIT"
    stop_price: Decimal = Decimal(0)
    actual_order_id: int = 0
    is_isolated: bool = False
    order_list_id: int = -1
    list_client_order_id: str = ""
    contingency_type: str = "OCO"
    order_id: int = 0
    status: str = "NEW"
    executed: Decimal = Decimal(0)
    created: int = 0
    updated: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the order can still trade or be cancelled."""
        return self.status in OPEN

    @property
    def remaining(self) -> Decimal:
        """What has not traded yet."""
        return self.quantity - self.executed


Key = tuple[str, str, int]


class Book:
    """The orders of one account; safe to use from several threads; ``clock`` gives ms.

    Ids count up per product and symbol, as at Binance: an id is unique with its symbol alone,
    except for the products in ``without_symbol``. Methods that take an order accept any
    earlier value of it and change the current one.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        first_ids: Mapping[str, int],
        without_symbol: Collection[str] = (),
    ) -> None:
        self.clock = clock
        self._first_ids = first_ids
        self._without_symbol = without_symbol
        self._lock = threading.RLock()
        self._orders: dict[Key, Order] = {}
        self._earlier: dict[Key, list[Order]] = {}
        self._next_ids: dict[tuple[str, str], int] = {}
        self._client_ids: dict[tuple[str, str, str], int] = {}

    def __len__(self) -> int:
        return len(self._orders)

    def place(self, draft: Order, *, ago: int = 0) -> Order:
        """Return ``draft`` with its id and times, placed in the book ``ago`` ms ago.

        Raises DuplicateClientIdError while an open order has the same client id.
        """
        with self._lock:
            self._check_client_id(draft)
            then = self.clock() - ago
            order = attrs.evolve(draft, order_id=self._new_id(draft), created=then, updated=then)
            return self._enter(order)

    def place_list(self, drafts: Sequence[Order]) -> list[Order]:
        """Return the drafts as they were placed: the legs of one new list, of one symbol.

        Raises DuplicateClientIdError while an open order has the client id of a leg, or an open
        list that of this one.
        """
        with self._lock:
            self._check_list(drafts)
            lists = [order.order_list_id for order in self.orders(drafts[0].product)]
            number = max(lists, default=-1) + 1
            return [self.place(attrs.evolve(draft, order_list_id=number)) for draft in drafts]

    def get(self, product: str, symbol: str, order_id: int) -> Order | None:
        """Return the order as it is now, or None."""
        return self._orders.get((product, symbol, order_id))

    def by_client_id(self, product: str, symbol: str, client_order_id: str) -> Order | None:
        """Return the latest order placed under this client id, as it is now, or None."""
        with self._lock:
            order_id = self._client_ids.get((product, symbol, client_order_id))
            return None if order_id is None else self.get(product, symbol, order_id)

    def at(self, time: int) -> "Book":
        """Return a book with the orders as they were at ``time``, up to ``HISTORY`` ms ago."""
        past = Book(lambda: time, self._first_ids, self._without_symbol)
        with self._lock:
            for key, present in self._orders.items():
                values = [*self._earlier.get(key, ()), present]
                known = [order for order in values if order.updated <= time]
                if known:
                    past._enter(known[-1])
        return past

    def now(self, order: Order) -> Order:
        """Return the present value of ``order``; raises KeyError if it is not in this book."""
        return self._orders[order.product, order.symbol, order.order_id]

    def orders(self, product: str | None = None, symbol: str | None = None) -> list[Order]:
        """Return every order, oldest first, of one product or one symbol if asked."""
        with self._lock:
            everything = list(self._orders.values())
        return [
            order
            for order in everything
            if product in (None, order.product) and symbol in (None, order.symbol)
        ]

    def open_orders(self, product: str | None = None, symbol: str | None = None) -> list[Order]:
        """Return the orders that can still trade or be cancelled, oldest first."""
        return [order for order in self.orders(product, symbol) if order.is_open]

    def legs(self, order: Order) -> list[Order]:
        """Return the orders of the list that the order is a leg of, oldest first; or none."""
        if order.order_list_id == -1:
            return []
        orders = self.orders(order.product, order.symbol)
        return [leg for leg in orders if leg.order_list_id == order.order_list_id]

    def fill(self, order: Order, quantity: Decimal | str | int | None = None) -> Order:
        """Trade ``quantity`` of the order at its price; None is all that remains.

        The other legs of its list expire; those that waited for all of it to trade are placed.
        Raises NotOpenError, also for a leg that waits itself, and ValueError for a quantity that is
        not in (0, remaining].
        """
        with self._lock:
            present = self._present(order)
            if present.status == PENDING:
                raise NotOpenError(f"order {present.order_id} is {PENDING}")
            traded = present.remaining if quantity is None else Decimal(quantity)
            if not 0 < traded <= present.remaining:
                raise ValueError(f"cannot fill {traded}: {present.remaining} of it remains")
            status = "FILLED" if traded == present.remaining else "PARTIALLY_FILLED"
            for leg in self._others(present):
                if leg.status != PENDING:
                    self._changed(leg, "EXPIRED", leg.executed)
                elif status == "FILLED":
                    self._changed(leg, "NEW", leg.executed)
            return self._changed(present, status, present.executed + traded)

    def amend(self, order: Order, *, quantity: Decimal, price: Decimal) -> Order:
        """Give the order another quantity and price; one that traded as much is canceled.

        What has traded counts at the new price. Raises NotOpenError.
        """
        with self._lock:
            present = self._present(order)
            if quantity <= present.executed:
                return self.cancel(present)
            amended = attrs.evolve(present, quantity=quantity, price=price)
            return self._changed(amended, present.status, present.executed)

    def cancel(self, order: Order) -> Order:
        """Cancel the order and its list, keeping what has traded; raises NotOpenError."""
        return self._ended(order, "CANCELED")

    def expire(self, order: Order) -> Order:
        """Let the exchange end the order; raises NotOpenError."""
        return self._ended(order, "EXPIRED")

    def reject(self, order: Order) -> Order:
        """Let the matching engine refuse the order; raises NotOpenError."""
        return self._ended(order, "REJECTED")

    def trigger(self, order: Order, becomes: Order) -> tuple[Order, Order]:
        """Let the condition of ``order`` be met; returns it, and ``becomes`` as it was placed.

        Raises NotOpenError.
        """
        with self._lock:
            present, placed = self._present(order), self.place(becomes)
            met = attrs.evolve(present, actual_order_id=placed.order_id)
            return self._changed(met, "TRIGGERED", met.executed), placed

    def _ended(self, order: Order, status: str) -> Order:
        with self._lock:
            present = self._present(order)
            for leg in self._others(present):
                self._changed(leg, status, leg.executed)
            return self._changed(present, status, present.executed)

    def _others(self, order: Order) -> list[Order]:
        legs = self.legs(order)
        return [leg for leg in legs if leg.is_open and leg.order_id != order.order_id]

    def _present(self, order: Order) -> Order:
        present = self.now(order)
        if not present.is_open:
            raise NotOpenError(f"order {present.order_id} is {present.status}")
        return present

    def _changed(self, order: Order, status: str, executed: Decimal) -> Order:
        updated = max(self.clock(), order.updated)
        return self._replace(attrs.evolve(order, status=status, executed=executed, updated=updated))

    def _enter(self, order: Order) -> Order:
        if order.client_order_id:
            name = (order.product, order.symbol, order.client_order_id)
            self._client_ids[name] = order.order_id
        self._orders[order.product, order.symbol, order.order_id] = order
        return order

    def _replace(self, order: Order) -> Order:
        key = (order.product, order.symbol, order.order_id)
        values = [*self._earlier.get(key, ()), self._orders[key]]
        oldest = self.clock() - HISTORY
        while len(values) > 1 and values[1].updated <= oldest:
            del values[0]
        self._earlier[key] = values
        self._orders[key] = order
        return order

    def _new_id(self, draft: Order) -> int:
        series = (draft.product, "" if draft.product in self._without_symbol else draft.symbol)
        order_id = self._next_ids.get(series, self._first_ids[draft.product])
        self._next_ids[series] = order_id + 1
        return order_id

    def _check_list(self, drafts: Sequence[Order]) -> None:
        for draft in drafts:
            self._check_client_id(draft)
        names = [draft.client_order_id for draft in drafts]
        first = drafts[0]
        lists = {leg.list_client_order_id for leg in self.open_orders(first.product, first.symbol)}
        if len({*names}) < len(names) or first.list_client_order_id in lists - {""}:
            raise DuplicateClientIdError("a client id of the list is in use")

    def _check_client_id(self, draft: Order) -> None:
        twin = self.by_client_id(draft.product, draft.symbol, draft.client_order_id)
        if twin is not None and twin.is_open:
            raise DuplicateClientIdError(f"client id {draft.client_order_id!r} is in use")
