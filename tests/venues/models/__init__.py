"""Small exchanges that speak the protocols of the verified venues, over a real socket."""

from venues.models.bybit import Bybit
from venues.models.coinbase import Coinbase
from venues.models.deribit import Deribit
from venues.models.gate import Gate
from venues.models.hyperliquid import Hyperliquid
from venues.models.kraken import Kraken
from venues.models.krakenfutures import KrakenFutures
from venues.models.mexc import Mexc
from venues.models.model import Model
from venues.models.okx import Okx

MODELS: tuple[type[Model], ...] = (
    Okx,
    Bybit,
    Gate,
    Kraken,
    KrakenFutures,
    Mexc,
    Deribit,
    Coinbase,
    Hyperliquid,
)
