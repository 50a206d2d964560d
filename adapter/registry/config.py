"""plugins.toml: the shipped file, overridden by the user's."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from adapter.core.policy import Policy
from adapter.errors import PluginError

DISTRIBUTION = "ccxt-adapter"
ENVIRONMENT = "ADAPTER_PLUGINS"
FILE = "plugins.toml"
DEFAULTS = "defaults"

Table = Mapping[str, Any]
Tables = dict[str, dict[str, Any]]


_CHECKS = {field.name: field.metadata["check"] for field in attrs.fields(Policy)}


@attrs.frozen
class Settings:
    """The tables of the shipped file, overridden by the user's."""

    tables: Tables
    user_tables: Tables = attrs.field(factory=dict)
    """The tables of the user's file alone."""
    file: str = FILE
    """The path of the user's file, else of the shipped one. For messages."""

    def policy(self, name: str) -> Policy:
        """The policy of the plugin with this entry-point name."""
        return Policy(**{**self.tables.get(DEFAULTS, {}), **self.tables.get(name, {})})

    def is_enabled_by_user(self, name: str) -> bool:
        """Whether the user's file enables this plugin by name."""
        return self.user_tables.get(name, {}).get("enabled") is True


def load(user: str | os.PathLike[str] | None = None) -> Settings:
    """The shipped plugins.toml, overridden by the user's: the argument, else ``ADAPTER_PLUGINS``.

    Raises `PluginError` that names file, table and key.
    """
    path = user if user is not None else os.environ.get(ENVIRONMENT) or None
    tables = _read_once(shipped_file())
    if path is None:
        return Settings(tables)
    users = read(Path(path))
    merged = {name: {**tables.get(name, {}), **users.get(name, {})} for name in {*tables, *users}}
    return Settings(merged, users, os.fspath(path))


def shipped_file() -> Path:
    """The plugins.toml of this distribution. Raises `PluginError` if it is missing."""
    file = Path(__file__).with_name(FILE)
    if not file.is_file():
        raise PluginError(f"{file} is missing: install {DISTRIBUTION} again")
    return file


def read(path: Path) -> Tables:
    """The tables of one plugins.toml, checked. Raises `PluginError`."""
    import tomllib  # on first use, so that `import adapter` is fast

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise PluginError(f"{path}: cannot be read ({e.strerror or e})") from e
    except UnicodeDecodeError as e:
        raise PluginError(f"{path}: is not UTF-8: save it as UTF-8") from e
    except ValueError as e:
        raise PluginError(f"{path}: is not TOML ({e})") from e
    tables: Tables = {}
    for name, table in _tables(document, path):
        _check(path, name, table)
        tables.setdefault(name, {}).update(table)
    return tables


@functools.cache
def _read_once(path: Path) -> Tables:
    """The same for each exchange object: nobody changes the tables, nor the shipped file."""
    return read(path)


def _tables(document: Table, path: Path, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
    """TOML reads ``[binance.usdm]`` as nested tables; here the dotted name names one table."""
    found: list[tuple[str, dict[str, Any]]] = []
    for key, value in document.items():
        name = prefix + key
        if not isinstance(value, dict):
            raise PluginError(
                f"{path}: {name} is outside of a table: put it under [{DEFAULTS}], or under the"
                " name of a plugin in one pair of brackets"
            )
        if value and all(isinstance(inner, dict) for inner in value.values()):
            found += _tables(value, path, f"{name}.")
        else:
            found.append((name, value))
    return found


def _check(path: Path, name: str, table: Table) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            raise PluginError(
                f"{path}: [{name}] is not a plugin but contains [{name}.{key}]: put settings under"
                f" a plugin's full name or under [{DEFAULTS}]"
            )
        if key not in _CHECKS:
            known = ", ".join(_CHECKS)
            raise PluginError(f"{path}: [{name}] has no setting {key!r}; there are {known}")
        if fault := _CHECKS[key](value):
            raise PluginError(f"{path}: [{name}] {key} {fault}; got {value!r}")
