"""``exchange.options["adapter"]``: the settings of one exchange object, over plugins.toml."""

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
"""Settings of a plugin, which an exchange object cannot set."""

Check = Callable[[Any], str | None]


def _account(value: Any) -> str | None:
    return None if value in ACCOUNTS else f"must be one of {', '.join(ACCOUNTS)}"


def _path(value: Any) -> str | None:
    is_path = isinstance(value, str | os.PathLike) and os.fspath(value)
    return None if is_path else "must be the path of a plugins.toml"


POLICY: dict[str, Check] = {
    field.name: field.metadata["check"]
    for field in attrs.fields(Policy)
    if field.name not in PLUGIN_SETTINGS
}
CHECKS: dict[str, Check] = {"account": _account, "plugins": _path, **POLICY}


def raw_option(exchange: Any) -> Any:
    """The value of ``options["adapter"]``, unchecked; None where there is none."""
    options = exchange.options
    return options.get(OPTION) if isinstance(options, Mapping) else None


def plugins_file(exchange: Any) -> str | os.PathLike[str] | None:
    """The path of the plugins.toml that the exchange object names; None where it names none."""
    option = raw_option(exchange)
    path = option.get("plugins") if isinstance(option, Mapping) else None
    return path if isinstance(path, str | os.PathLike) and os.fspath(path) else None


@attrs.frozen(kw_only=True)
class ExchangeOptions:
    """The account and the policy settings of one exchange object."""

    account: str | None = None
    policy: Mapping[str, Any] = attrs.field(factory=dict)

    @classmethod
    def read(cls, exchange: Any) -> ExchangeOptions | None:
        """Read and check them; None where the option is False: the adapter is switched off.

        Raises `PluginError` that names the exchange, the key, and its value.
        """
        option = raw_option(exchange)
        if option is False:
            return None
        if option is None or option is True:
            return cls()
        if not isinstance(option, Mapping):
            raise PluginError(
                f"{exchange.id}: options[{OPTION!r}] must be a dict such as {{'deadline': 5.0}}, or"
                f" False to leave this exchange object to ccxt; got {type(option).__name__}"
            )
        given = {name: value for name, value in option.items() if value is not None}
        for name, value in given.items():
            _check(exchange.id, name, value)
        return cls(
            account=given.get("account"),
            policy={name: value for name, value in given.items() if name in POLICY},
        )

    def apply_to(self, endpoints: tuple[ActiveEndpoint, ...]) -> tuple[ActiveEndpoint, ...]:
        """The endpoints, each with these settings over those of its plugin."""
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
