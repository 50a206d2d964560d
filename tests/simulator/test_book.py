"""The book alone, without a server."""

from decimal import Decimal

import attrs
import pytest

from adapter.simulator import Book, DuplicateClientIdError, NotOpenError, Order

from .wire import NOW, Clock


@pytest.fixture
def book(clock: Clock) -> Book:
    return Book(clock, {"usdm": 100, "options": 2**62})


def draft(client_order_id: str = "", symbol: str = "BTCUSDT", product: str = "usdm") -> Order:
    return Order(
        product=product,
        symbol=symbol,
        client_order_id=client_order_id,
        quantity=Decimal(3),
        price=Decimal(100),
    )


def test_a_placed_order_has_an_id_and_times(book: Book) -> None:
    """The book gives ids from the product's first one on, per symbol."""
    first, second = book.place(draft()), book.place(draft())
    other = book.place(draft(symbol="ETHUSDT"))

    assert [first.order_id, second.order_id, other.order_id] == [100, 101, 100]
    assert (first.created, first.updated, first.status) == (NOW, NOW, "NEW")


def test_orders_are_values(book: Book) -> None:
    """An order cannot be changed: the book makes a new value, and the old one stays as it was."""
    before = book.place(draft())
    after = book.cancel(before)

    assert (before.status, after.status) == ("NEW", "CANCELED")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        before.status = "FILLED"  # type: ignore[misc]  # it is frozen


def test_fills_add_up(book: Book, clock: Clock) -> None:
    """A fill takes a part or all that remains, and moves the update time."""
    order = book.place(draft())
    clock.now += 1
    part = book.fill(order, "1")
    whole = book.fill(order)

    assert (part.status, whole.status) == ("PARTIALLY_FILLED", "FILLED")
    assert (part.executed, part.remaining, whole.executed) == (Decimal(1), Decimal(2), Decimal(3))
    assert (whole.created, whole.updated) == (NOW, NOW + 1)


@pytest.mark.parametrize("quantity", [0, -1, "3.01"])
def test_impossible_fills(book: Book, quantity: int | str) -> None:
    """Nothing, less than nothing, or more than remains cannot be filled."""
    order = book.place(draft())

    with pytest.raises(ValueError, match="3 of it remains"):
        book.fill(order, quantity)
    assert book.now(order) == order


@pytest.mark.parametrize("then", ["fill", "cancel", "expire", "reject"])
@pytest.mark.parametrize("first", ["fill", "cancel", "expire", "reject"])
def test_an_order_ends_once(book: Book, first: str, then: str) -> None:
    """What has ended cannot trade, be cancelled or end again."""
    order = book.place(draft())
    ended = getattr(book, first)(order)

    with pytest.raises(NotOpenError, match=ended.status):
        getattr(book, then)(order)
    assert book.now(order) == ended


def test_a_cancel_keeps_the_fill(book: Book) -> None:
    """A cancelled order has traded what it has traded."""
    order = book.place(draft())
    book.fill(order, 1)

    assert book.cancel(order).executed == 1


def test_time_never_runs_back_in_an_order(book: Book, clock: Clock) -> None:
    """A clock set back leaves the update time where it was."""
    order = book.place(draft())
    clock.now -= 1000

    assert book.cancel(order).updated == NOW


def test_client_ids(book: Book) -> None:
    """A client id finds the latest order of its product and symbol, and is unique while open."""
    first = book.place(draft("a"))
    with pytest.raises(DuplicateClientIdError, match="'a'"):
        book.place(draft("a"))
    other = book.place(draft("a", symbol="ETHUSDT"))
    book.expire(first)
    second = book.place(draft("a"))

    assert book.by_client_id("usdm", "BTCUSDT", "a") == second
    assert book.by_client_id("usdm", "ETHUSDT", "a") == other
    assert book.by_client_id("options", "BTCUSDT", "a") is None


def test_orders_without_client_id_are_not_twins(book: Book) -> None:
    """Any number of orders may have no client id, and none of them is found by it."""
    book.place(draft())
    book.place(draft())

    assert book.by_client_id("usdm", "BTCUSDT", "") is None


def test_lists(book: Book) -> None:
    """Orders are listed oldest first, by product and symbol, all or open."""
    first, second = book.place(draft()), book.place(draft(symbol="ETHUSDT"))
    third = book.place(draft(product="options"))
    filled = book.fill(first)

    assert book.orders() == [filled, second, third]
    assert book.orders("usdm", "BTCUSDT") == [filled]
    assert book.open_orders() == [second, third]
    assert book.open_orders("usdm") == [second]
    assert len(book) == 3


def test_an_order_of_another_book(book: Book, clock: Clock) -> None:
    """An order this book does not have is a KeyError, and get answers None."""
    stranger = Book(clock, {"usdm": 1}).place(draft())

    assert book.get("usdm", "BTCUSDT", stranger.order_id) is None
    with pytest.raises(KeyError):
        book.now(stranger)


def test_as_it_was(book: Book, clock: Clock) -> None:
    """The book of an earlier moment has the orders of then, as they were, by either id."""
    first = book.place(draft("a"))
    clock.skip(1)
    part = book.fill(first, 1)
    second = book.place(draft("b"))
    clock.skip(1)
    book.cancel(first)

    before, between = book.at(NOW - 1), book.at(NOW + 1500)
    assert [] == before.orders()
    assert [part, second] == between.orders()
    assert part == between.by_client_id("usdm", "BTCUSDT", "a")
    assert [second] == book.open_orders()
    assert NOW + 1500 == between.clock()


def test_what_it_was_long_ago_is_forgotten(book: Book, clock: Clock) -> None:
    """However often an order changes, of what it was only the last 20 s are kept."""
    order = book.place(attrs.evolve(draft(), quantity=Decimal(10_000)))
    for _ in range(1000):
        clock.skip(1)
        order = book.fill(order, 1)
    kept = {
        value.executed for ago in range(1000) for value in book.at(clock.now - ago * 1000).orders()
    }

    assert {Decimal(executed) for executed in range(980, 1001)} == kept
