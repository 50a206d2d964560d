"""How patiently one plugin is used: the settings of plugins.toml, which has their defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs


def _one_of(*words: str) -> Callable[[Any], str | None]:
    wanted = " or ".join(f'"{word}"' for word in words)
    return lambda value: None if value in words else f"must be {wanted}"


def _number(minimum: float, unit: str) -> Callable[[Any], str | None]:
    wanted = f"must be a number of {unit}, above {minimum:g}"
    return lambda value: (
        None if type(value) in (int, float) and minimum < value < float("inf") else wanted
    )


def _integer(minimum: int, maximum: int, unit: str) -> Callable[[Any], str | None]:
    wanted = f"must be a whole number{unit}, from {minimum} to {maximum}"
    return lambda value: None if type(value) is int and minimum <= value <= maximum else wanted


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else "must be true or false"


def _string(value: Any) -> str | None:
    return None if type(value) is str else "must be a string"


def _setting(check: Callable[[Any], str | None], **default: Any) -> Any:
    return attrs.field(metadata={"check": check}, **default)


@attrs.frozen(kw_only=True)
class Policy:
    """How one plugin is used: a table of plugins.toml over ``[defaults]``."""

    enabled: bool = _setting(_boolean)
    priority: int = _setting(_integer(-1000, 1000, ""))
    """Where two plugins claim one route, the higher one takes it."""
    recv_window: int | None = _setting(_integer(1, 60000, " of ms"), default=None)
    """ms; None is the setting of the exchange object."""
    deadline: float = _setting(_number(0, "seconds"))
    """Seconds for the whole call."""
    attempts: int = _setting(_integer(1, 10, ""))
    """How many sends of the cancel may end without an answer that tells if they were executed."""
    client_ids: str = _setting(_one_of("reused", "unique"))
    """``"unique"``: this user never gives two orders one client id, so one that was made while a
    call began is the one that the call means."""
    confirm: bool = _setting(_boolean)
    """Whether an accepted cancel is followed until the order's status is final."""
    confirm_timeout: float = _setting(_number(0, "seconds"))
    """Seconds to follow it for."""
    conditional: str = _setting(_one_of("cancel", "tell"))
    """``"cancel"``: an order that is found only among the conditional ones, by its order id, is
    cancelled there; ``"tell"``: the error says where it is."""
    throttle: str = _setting(_one_of("bypass", "wait"))
    """``"bypass"`` goes past ccxt's request queue, ``"wait"`` waits in it."""
    transport: str = _setting(_one_of("auto", "session"))
    """``"auto"`` takes the short way over the session's connections where its settings allow that,
    ``"session"`` goes through all of requests (aiohttp in async)."""
    docs: str = _setting(_string, default="")
    """The URL of the endpoint's page."""
