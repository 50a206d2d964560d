"""What the tests leave out of ccxt's constructor changes no exchange object."""

from __future__ import annotations

import sys
from typing import Any

import ccxt
import ccxt.async_support
import pytest
from construction import Names

BASE: Any = sys.modules["ccxt.base.exchange"]


@pytest.mark.parametrize("cls", [ccxt.binance, ccxt.okx, ccxt.async_support.binance])
def test_an_object_is_that_of_ccxt(cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the same attributes, and its class the same methods."""
    methods = dir(cls())
    monkeypatch.setattr(BASE, "dir", dir)
    own = vars(cls())
    assert methods == dir(cls())

    monkeypatch.setattr(BASE, "dir", Names())
    for exchange in (cls(), cls(), cls()):
        assert methods == dir(exchange)
        assert _comparable(own) == _comparable(vars(exchange))


def _comparable(attributes: dict[str, Any]) -> dict[str, Any]:
    """Without a random name, and of the objects that each has for itself only their names."""
    each = ("origin", "session", "throttler")
    return {name: ... if name in each else value for name, value in attributes.items()}


def test_a_patched_method_is_patched_under_both_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """ccxt copies it in the constructor of the next object, and so again after the patch."""
    monkeypatch.setattr(BASE, "dir", Names())
    cls = ccxt.binance
    own = cls().fetch_order
    cls()
    with monkeypatch.context() as patch:
        patch.setattr(cls, "fetch_order", lambda *_: "patched")
        assert "patched" == cls().fetchOrder("1")
    assert own.__func__ is cls().fetchOrder.__func__


def test_the_second_name_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it alone was removed, or set on a base class."""
    monkeypatch.setattr(BASE, "dir", Names())
    cls = ccxt.binance
    for _ in range(2):
        cls()
    own = vars(cls)["fetchOrder"]
    del cls.fetchOrder
    assert own is cls().fetchOrder.__func__
