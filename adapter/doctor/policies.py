"""How each plugin is used, and where each setting comes from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from adapter.errors import PluginError
from adapter.own import OPTION, own_file
from adapter.registry import settled
from adapter.settings import DEFAULTS, ENVIRONMENT, Policy, Settings, load, read, shipped

CODE = "code"
SHIPPED = "shipped"
YOURS = "yours"
OPTIONS = "options"

Layer = tuple[str, str, Mapping[str, Any]]
"""What says something of a plugin: its source, the table in it, and the values there."""


@attrs.frozen(kw_only=True)
class Setting:
    """One value of a policy, and what said it last."""

    name: str
    value: Any
    source: str = CODE
    """The default of the `CODE`, the `SHIPPED` file, `YOURS`, or the exchange's own `OPTIONS`."""
    table: str | None = None
    """The table in that file, or the key of the options."""

    @property
    def origin(self) -> str:
        """For people."""
        return self.source if self.table is None else f"{self.source} [{self.table}]"


@attrs.frozen(kw_only=True)
class Files:
    """The settings that are in use, and the files they come from."""

    settings: Settings
    shipped: str
    yours: str | None
    """The user's file as it was named, in use or not."""
    named_by: str | None
    broken: str | None = None
    """Why the user's file is not in use."""

    @property
    def used(self) -> str | None:
        """What to attach by, so that a broken file of the user's is left out."""
        return self.shipped if self.broken else self.yours

    def of(self, plugin: str, own: Mapping[str, Any]) -> tuple[Setting, ...]:
        """The policy of a plugin, setting by setting; ``own`` is what the exchange object says."""
        tables = read(shipped())
        layers: list[Layer] = [
            (source, table, found.get(table, {}))
            for table in (DEFAULTS, plugin)
            for source, found in ((SHIPPED, tables), (YOURS, self.settings.users))
        ]
        layers.append((OPTIONS, OPTION, own))
        return tuple(_setting(field, layers) for field in attrs.fields(Policy))


def _setting(field: Any, layers: Iterable[Layer]) -> Setting:
    found = Setting(name=field.name, value=field.default)
    for source, table, values in layers:
        if field.name in values:
            value = values[field.name]
            found = Setting(name=field.name, value=value, source=source, table=table)
    return found


def files(exchange: Any, named: str | os.PathLike[str] | None) -> Files:
    """The shipped file with the user's over it.

    That is ``named``, else what the exchange object names, else the environment. A broken file of
    the user's is left out. Raises `PluginError` where the shipped one is missing.
    """
    path, by = _named(exchange, named)
    settings, broken = Settings(read(shipped())), None
    try:
        settings = settled(load(path))
    except PluginError as e:
        broken = str(e)
    yours = None if path is None else os.fspath(path)
    ours = str(shipped().resolve())
    return Files(settings=settings, shipped=ours, yours=yours, named_by=by, broken=broken)


def _named(
    exchange: Any, named: str | os.PathLike[str] | None
) -> tuple[str | os.PathLike[str] | None, str | None]:
    """The user's file, and what names it."""
    if named is not None:
        return named, "--plugins"
    if (own := own_file(exchange)) is not None:
        return own, f"{OPTIONS} [{OPTION}]"
    path = os.environ.get(ENVIRONMENT)
    return (path, ENVIRONMENT) if path else (None, None)
