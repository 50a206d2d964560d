"""Small exchanges that speak the protocols of the verified venues, over a real socket."""

from venues.models.bitget import Bitget
from venues.models.bybit import Bybit
from venues.models.coinbase import Coinbase
from venues.models.deribit import Deribit
from venues.models.gate import Gate
from venues.models.htx import Htx
from venues.models.hyperliquid import Hyperliquid
from venues.models.kraken import Kraken
from venues.models.krakenfutures import KrakenFutures
from venues.models.kucoin import Kucoin, KucoinFutures
from venues.models.mexc import Mexc
from venues.models.model import Model
from venues.models.okx import Okx

MODELS: tuple[type[Model], ...] = (
    Okx,
    Bybit,
    Gate,
    Kucoin,
    KucoinFutures,
    Bitget,
    Kraken,
    KrakenFutures,
    Mexc,
    Htx,
    Deribit,
    Coinbase,
    Hyperliquid,
)
