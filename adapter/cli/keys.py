"""Where the keys come from: the environment or a TOML file, never the command line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adapter.cli.exit_codes import UsageError

DEFAULT_PREFIX = "BINANCE"
API_KEY = f"{DEFAULT_PREFIX}_API_KEY"
SECRET = f"{DEFAULT_PREFIX}_SECRET"

NEEDED = ("apiKey", "secret")
"""The credentials of most exchanges."""


def settings(
    file: str | None, prefix: str = DEFAULT_PREFIX, needed: Sequence[str] = NEEDED
) -> dict[str, Any]:
    """The config of a ccxt exchange: the credentials that it needs, and perhaps ``options``.

    ``file`` is a TOML file, or None for the environment, whose variables begin with ``prefix``.
    Raises `UsageError`, which never quotes a value.
    """
    found = _environment(prefix, needed) if file is None else _file(Path(file), needed)
    return {name: _unescaped(value) for name, value in found.items()}


def _environment(prefix: str, needed: Sequence[str]) -> dict[str, Any]:
    names = {name: variable(prefix, name) for name in needed}
    values = {name: os.environ.get(names[name], "").strip() for name in needed}
    missing = [names[name] for name in needed if not values[name]]
    if missing:
        raise UsageError(
            f"no keys: set {_listed(missing)} in the environment, or name a TOML file with"
            f" {_listed(needed)} by --config"
        )
    return values


def variable(prefix: str, name: str) -> str:
    """The variable of a credential, such as ``"BINANCE_API_KEY"``."""
    words = re.sub("([A-Z])", r"_\1", name)
    return f"{prefix}_{words.upper()}"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _file(path: Path, needed: Sequence[str]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e
    except ValueError:
        # not chained and not quoted: the text contains a secret
        raise UsageError(f'{path}: is not TOML in UTF-8; it should read apiKey = "..."') from None
    kinds: dict[str, type] = {**dict.fromkeys(needed, str), "options": dict}
    for name, value in found.items():
        if name not in kinds:
            raise UsageError(f"{path}: has no setting {name!r}; there are {', '.join(kinds)}")
        if not isinstance(value, kinds[name]):
            expected = "a table" if kinds[name] is dict else "a string"
            raise UsageError(f"{path}: {name} must be {expected}")
    for name in needed:
        found[name] = found.get(name, "").strip()
        if not found[name]:
            raise UsageError(f"{path}: has no {name}")
    return found


def _unescaped(value: Any) -> Any:
    """A PEM that was squeezed into one line, as in environment files, gets its line breaks back."""
    is_pem = isinstance(value, str) and "PRIVATE KEY" in value
    return value.replace("\\n", "\n") if is_pem else value
