"""The markets of the simulated exchange: a handful of each kind, in two lines each."""

from datetime import UTC, datetime

import attrs

PERPETUAL = 4_133_404_800_000


@attrs.frozen
class Market:
    """One market. ``tick`` and ``step`` are the least price and quantity; size is per contract."""

    symbol: str
    base: str
    quote: str
    tick: str
    step: str
    size: int = 1

    @property
    def pair(self) -> str:
        """The symbol without its delivery date."""
        return self.symbol.partition("_")[0]

    @property
    def expiry(self) -> int:
        """When it is delivered, in ms: 08:00 UTC of the yymmdd in the symbol, or a far date."""
        digits = next((part for part in _parts(self.symbol) if _is_date(part)), "")
        if not digits:
            return PERPETUAL
        day = datetime.strptime(digits, "%y%m%d").replace(hour=8, tzinfo=UTC)
        return int(day.timestamp() * 1000)


def _parts(symbol: str) -> list[str]:
    return symbol.replace("_", "-").split("-")[1:]


def _is_date(part: str) -> bool:
    return len(part) == 6 and part.isdigit()


SPOT = (
    Market("BTCUSDT", "BTC", "USDT", "0.01", "0.00001"),
    Market("ETHUSDT", "ETH", "USDT", "0.01", "0.0001"),
    Market("LTCBTC", "LTC", "BTC", "0.000001", "0.001"),
)
LINEAR = (
    Market("BTCUSDT", "BTC", "USDT", "0.1", "0.001"),
    Market("ETHUSDT", "ETH", "USDT", "0.01", "0.001"),
    Market("BTCUSDT_260327", "BTC", "USDT", "0.1", "0.001"),
    Market("BTCUSDT_261225", "BTC", "USDT", "0.1", "0.001"),
)
INVERSE = (
    Market("BTCUSD_PERP", "BTC", "USD", "0.1", "1", 100),
    Market("BTCUSD_200925", "BTC", "USD", "0.1", "1", 100),
    Market("BTCUSD_260327", "BTC", "USD", "0.1", "1", 100),
    Market("ETHUSD_PERP", "ETH", "USD", "0.01", "1", 10),
)
OPTIONS = (
    Market("BTC-200730-9000-C", "BTC", "USDT", "0.1", "0.01"),
    Market("BTC-260327-90000-C", "BTC", "USDT", "0.1", "0.01"),
    Market("BTC-260327-90000-P", "BTC", "USDT", "0.1", "0.01"),
    Market("BTC-261225-100000-C", "BTC", "USDT", "0.1", "0.01"),
    Market("ETH-270326-3000-P", "ETH", "USDT", "0.1", "0.01"),
)
CONTRACT_SIZES = {market.symbol: market.size for market in INVERSE}


def symbols(markets: tuple[Market, ...]) -> frozenset[str]:
    """Return the market ids."""
    return frozenset(market.symbol for market in markets)
