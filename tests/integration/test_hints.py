"""Where neither cancel nor query finds the order, the message and `explain` name what is likely."""

from __future__ import annotations

from typing import Any

import pytest

import adapter
from adapter.simulator import Simulator

from .host import Host

TRIGGER = 'pass params={"trigger": True}'
CLASSIC = 'classic account, pass params={"portfolioMargin": False}'
PORTFOLIO_MARGIN = 'Portfolio Margin account, pass params={"portfolioMargin": True}'
MARGIN = 'margin account, pass params={"marginMode": "cross"} or params={"marginMode": "isolated"}'
PM = {"portfolioMargin": True}
CROSS = {"defaultMarginMode": "cross"}
SPOT_SYMBOL = "BTC/USDT is a spot symbol"


def gone(host: Host, sim: Simulator, symbol: str, options: dict[str, Any]) -> str:
    """The message for an id that is not found."""
    exchange = sim.connect(host.attached({"options": options}))
    with pytest.raises(adapter.OrderGone) as caught:
        host.cancel(exchange, "777", symbol)
    assert caught.value.state is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("symbol", "options", "hints"),
    [
        ("LTC/BTC", {}, [PORTFOLIO_MARGIN, MARGIN]),
        ("LTC/BTC", CROSS, [PORTFOLIO_MARGIN, MARGIN]),
        ("BTC/USDT:USDT", {}, [PORTFOLIO_MARGIN]),
        ("BTC/USD:BTC", {}, [PORTFOLIO_MARGIN]),
        ("BTC/USDT:USDT", PM, [CLASSIC]),
        ("BTC/USD:BTC", PM, [CLASSIC]),
        ("LTC/BTC", PM, [CLASSIC]),
        ("BTC/USDT:USDT-260327-90000-C", {}, []),
    ],
    ids=["spot", "margin", "usdm", "coinm", "pm_um", "pm_cm", "pm_margin", "options"],
)
def test_the_message_names_the_other_books_and_accounts(
    host: Host, sim: Simulator, symbol: str, options: dict[str, Any], hints: list[str]
) -> None:
    """Conditional orders and the other accounts, with the params that lead there."""
    message = gone(host, sim, symbol, options)

    known = TRIGGER, CLASSIC, PORTFOLIO_MARGIN, MARGIN
    assert hints == [hint for hint in known if hint in message]
    assert SPOT_SYMBOL not in message


@pytest.mark.parametrize(
    ("options", "market"),
    [
        ({"defaultType": "swap"}, "to the linear market"),
        ({"defaultType": "swap", **PM}, "to the linear market"),
        ({"defaultType": "future", "defaultSubType": "linear"}, "to the linear market"),
        ({"defaultType": "future", **PM}, "defaultType 'future' does not send it"),
        ({"defaultType": "future"}, "defaultType 'future' does not send it"),
    ],
    ids=str,
)
def test_the_message_names_a_spot_symbol_among_derivatives(
    host: Host, sim: Simulator, options: dict[str, Any], market: str
) -> None:
    """Which market it went to, and `explain` shows the same."""
    message = gone(host, sim, "BTC/USDT", options)
    route = adapter.explain(host.attached({"options": options}), "BTC/USDT")

    for text in (message, str(route.reason)):
        assert SPOT_SYMBOL in text
        assert market in text


@pytest.mark.parametrize("default_type", ["future", "delivery", "option"])
def test_explain_tells_of_a_spot_symbol_that_stays_at_spot(host: Host, default_type: str) -> None:
    """``defaultType`` moves raw market ids, and of unified symbols none but for ``"swap"``."""
    route = adapter.explain(host.attached({"options": {"defaultType": default_type}}), "BTC/USDT")

    assert "binance.spot" == route.plugin
    assert f"defaultType {default_type!r} does not send it to another market" in str(route.reason)


@pytest.mark.parametrize("default_type", ["spot", None])
def test_explain_has_no_more_to_say_of_plain_spot(host: Host, default_type: str | None) -> None:
    """The note is for those who set ``defaultType`` to derivatives."""
    route = adapter.explain(host.attached({"options": {"defaultType": default_type}}), "BTC/USDT")

    assert ("binance.spot", None) == (route.plugin, route.reason)


def test_the_hint_of_one_symbol_is_not_told_of_another(host: Host, sim: Simulator) -> None:
    """A spot symbol and a contract's, on one exchange object."""
    exchange = sim.connect(host.attached({"options": {"defaultType": "swap"}}))
    messages = []
    for symbol in ("BTC/USDT", "BTC/USDT:USDT", "BTC/USDT"):
        with pytest.raises(adapter.OrderGone) as caught:
            host.cancel(exchange, "777", symbol)
        messages.append(str(caught.value))

    assert [True, False, True] == [SPOT_SYMBOL in message for message in messages]
