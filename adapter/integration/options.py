"""``exchange.options["adapter"]``: what one exchange object says of itself, over the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from adapter.contract.messages import ACCOUNTS
from adapter.core.policy import Policy
from adapter.core.routing import ActiveEndpoint
from adapter.errors import PluginError

OPTION = "adapter"
PLUGIN_SETTINGS = ("enabled", "priority", "docs")
"""Settings that say something of a plugin, not of an exchange object."""

Check = Callable[[Any], str | None]


def _account(value: Any) -> str | None:
    return None if value in ACCOUNTS else f"wants one of {', '.join(ACCOUNTS)}"


def _path(value: Any) -> str | None:
    is_path = isinstance(value, str | os.PathLike) and os.fspath(value)
    return None if is_path else "wants the path of a plugins.toml"


POLICY: dict[str, Check] = {
    field.name: field.metadata["check"]
    for field in attrs.fields(Policy)
    if field.name not in PLUGIN_SETTINGS
}
CHECKS: dict[str, Check] = {"account": _account, "plugins": _path, **POLICY}


def raw_option(exchange: Any) -> Any:
    """What stands there, unchecked; None where nothing does."""
    options = exchange.options
    return options.get(OPTION) if isinstance(options, Mapping) else None


def plugins_file(exchange: Any) -> str | os.PathLike[str] | None:
    """The plugins.toml that the exchange object names, if it names one."""
    own = raw_option(exchange)
    path = own.get("plugins") if isinstance(own, Mapping) else None
    return path if isinstance(path, str | os.PathLike) and os.fspath(path) else None


@attrs.frozen(kw_only=True)
class ExchangeOptions:
    """The account and the policy that an exchange object asks for."""

    account: str | None = None
    policy: Mapping[str, Any] = attrs.field(factory=dict)

    @classmethod
    def read(cls, exchange: Any) -> ExchangeOptions | None:
        """Read and check them; None where the exchange object wants no adapter.

        Raises `PluginError` that names the exchange, the key, and what there is.
        """
        own = raw_option(exchange)
        if own is False:
            return None
        if own is None or own is True:
            return cls()
        if not isinstance(own, Mapping):
            raise PluginError(
                f"{exchange.id}: options[{OPTION!r}] wants a dict such as {{'deadline': 5.0}}, or"
                f" False to leave this exchange object to ccxt; got {type(own).__name__}"
            )
        given = {name: value for name, value in own.items() if value is not None}
        for name, value in given.items():
            _check(exchange.id, name, value)
        return cls(
            account=given.get("account"),
            policy={name: value for name, value in given.items() if name in POLICY},
        )

    def apply_to(self, endpoints: tuple[ActiveEndpoint, ...]) -> tuple[ActiveEndpoint, ...]:
        """The choices, each with this policy over that of the files."""
        return tuple(
            attrs.evolve(active, policy=attrs.evolve(active.policy, **self.policy))
            for active in endpoints
        )


def _check(exchange_id: str, name: Any, value: Any) -> None:
    if name not in CHECKS:
        raise PluginError(
            f"{exchange_id}: options[{OPTION!r}] has no setting {name!r};"
            f" there are {', '.join(CHECKS)}"
        )
    if fault := CHECKS[name](value):
        raise PluginError(f"{exchange_id}: options[{OPTION!r}] {name} {fault}; got {value!r}")
