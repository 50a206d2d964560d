"""The USDⓈ-M account, one-way and of one asset: its settings, and its state by the book.

Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Account-Information-V3
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3
"""

from decimal import Decimal

import attrs

from adapter.simulator import brackets, errors
from adapter.simulator.answers import Json, plain
from adapter.simulator.book import Book
from adapter.simulator.params import Params
from adapter.simulator.positions import DEPOSIT, MARKS, Position, positions

MARGIN_TYPES = frozenset({"ISOLATED", "CROSSED"})
LEVERAGE = 20
"""The default leverage of a symbol."""

_MARGINS = ("initialMargin", "maintMargin", "positionInitialMargin", "openOrderInitialMargin")

Numbers = dict[str, Decimal]


@attrs.define
class Account:
    """One account of futures."""

    _book: Book
    _leverages: dict[str, int] = attrs.field(factory=dict)
    _margin_types: dict[str, str] = attrs.field(factory=dict)

    def set_leverage(self, params: Params) -> Json:
        """Answer ``POST /fapi/v1/leverage``; raises -4028 where no bracket allows it."""
        symbol = known_symbol(params)
        params.required("leverage")
        leverage = params.integer("leverage") or 0
        most = brackets.most_notional(leverage)
        if most is None:
            raise errors.bad_leverage(leverage)
        self._leverages[symbol] = leverage
        return {"symbol": symbol, "leverage": leverage, "maxNotionalValue": str(most)}

    def set_margin_type(self, params: Params) -> Json:
        """Answer ``POST /fapi/v1/marginType``; raises -4046 where nothing would change."""
        symbol = known_symbol(params)
        params.required("marginType")
        kind = params.optional_one_of("marginType", MARGIN_TYPES, "")
        if kind == self._margin_types.get(symbol, "CROSSED"):
            raise errors.same_margin_type()
        self._margin_types[symbol] = kind
        return {"code": 200, "msg": "success"}

    def position_risk(self, params: Params) -> list[Json]:
        """Answer ``GET /fapi/v3/positionRisk``: the symbols with a position or an open order."""
        asked = params.get("symbol")
        return [_as_json(p) for p in self._positions() if asked in (None, p.symbol)]

    def info(self, _params: Params) -> Json:
        """Answer ``GET /fapi/v3/account``."""
        asset = _plain(self._asset())
        free = {name: asset[name] for name in ("availableBalance", "maxWithdrawAmount")}
        total = {f"total{k[0].upper()}{k[1:]}": v for k, v in asset.items() if k not in free}
        only = {"asset": "USDT", **asset, "updateTime": self._book.clock()}
        return {**total, **free, "assets": [only], "positions": self.position_risk(Params({}))}

    def balance(self, _params: Params) -> list[Json]:
        """Answer ``GET /fapi/v3/balance``."""
        asset = _plain(self._asset())
        names = ("crossWalletBalance", "crossUnPnl", "availableBalance", "maxWithdrawAmount")
        more = {name: asset[name] for name in names}
        return [{"asset": "USDT", "balance": asset["walletBalance"], **more}]

    def _asset(self) -> Numbers:
        shown = [position.numbers for position in self._positions()]
        wallet = DEPOSIT + sum(p.realized for p in positions(self._book).values())
        profit, *margins = (
            sum((one[name] for one in shown), Decimal(0))
            for name in ("unRealizedProfit", *_MARGINS)
        )
        free = wallet + profit - margins[0]
        return {
            "walletBalance": wallet,
            "unrealizedProfit": profit,
            "marginBalance": wallet + profit,
            **dict(zip(_MARGINS, margins, strict=True)),
            "crossWalletBalance": wallet,
            "crossUnPnl": profit,
            "availableBalance": free,
            "maxWithdrawAmount": free,
        }

    def _positions(self) -> "list[_AtRisk]":
        owned = positions(self._book)
        waiting = {order.symbol for order in self._book.open_orders("usdm")}
        shown = sorted(waiting | {symbol for symbol, position in owned.items() if position.amount})
        return [self._at_risk(symbol, owned.get(symbol, Position())) for symbol in shown]

    def _at_risk(self, symbol: str, position: Position) -> "_AtRisk":
        orders = self._book.open_orders("usdm", symbol)
        waiting = (order.remaining * order.price for order in orders if not order.reduce_only)
        return _AtRisk(
            symbol=symbol,
            position=position,
            leverage=self._leverages.get(symbol, LEVERAGE),
            is_isolated=self._margin_types.get(symbol) == "ISOLATED",
            waiting=sum(waiting, Decimal(0)),
        )


@attrs.frozen(kw_only=True)
class _AtRisk:
    """A position, and what the open orders of its symbol may add: ``waiting`` USDT."""

    symbol: str
    position: Position
    leverage: int
    is_isolated: bool
    waiting: Decimal

    @property
    def numbers(self) -> Numbers:
        mark, position = MARKS[self.symbol], self.position
        notional = position.amount * mark
        margin, ordered = abs(notional) / self.leverage, self.waiting / self.leverage
        isolated = margin if self.is_isolated else Decimal(0)
        return {
            "positionAmt": position.amount,
            "entryPrice": position.entry,
            "breakEvenPrice": position.entry,
            "markPrice": mark,
            "unRealizedProfit": position.amount * (mark - position.entry),
            "liquidationPrice": Decimal(0),  # there are no liquidations here
            "isolatedMargin": isolated,
            "isolatedWallet": isolated,
            "notional": notional,
            "initialMargin": margin + ordered,
            "maintMargin": brackets.maintenance(abs(notional)),
            "positionInitialMargin": margin,
            "openOrderInitialMargin": ordered,
        }


def known_symbol(params: Params) -> str:
    """Return the symbol that was sent; raises -1102 or -1121."""
    symbol = params.required("symbol")
    if symbol not in MARKS:
        raise errors.bad_symbol()
    return symbol


def _as_json(at_risk: _AtRisk) -> Json:
    words = {"symbol": at_risk.symbol, "positionSide": "BOTH", "marginAsset": "USDT", "adl": 0}
    return {**words, **_plain(at_risk.numbers), "updateTime": at_risk.position.updated}


def _plain(numbers: Numbers) -> dict[str, str]:
    return {name: plain(round(number, 8)) for name, number in numbers.items()}
