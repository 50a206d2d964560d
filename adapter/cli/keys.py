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

PAIR = ("apiKey", "secret")
"""ccxt's names for what Binance and most others need."""


def settings(
    file: str | None, prefix: str = DEFAULT_PREFIX, names: Sequence[str] = PAIR
) -> dict[str, Any]:
    """The config of a ccxt exchange: what ``names`` has, and perhaps ``options``.

    ``file`` is a TOML file, or None for the environment, whose variables begin with ``prefix``.
    ``names`` are ccxt's credentials, such as ``password``. Raises `UsageError`, which never quotes
    a value.
    """
    found = _environment(prefix, names) if file is None else _file(Path(file), names)
    if "secret" in found:
        found["secret"] = _unescaped(found["secret"])
    return found


def variable(prefix: str, name: str) -> str:
    """The environment variable of a credential: ``apiKey`` is in ``OKX_API_KEY``."""
    words = re.sub("(?=[A-Z])", "_", name).upper()
    return f"{prefix}_{words}"


def _environment(prefix: str, names: Sequence[str]) -> dict[str, Any]:
    found = {name: os.environ.get(variable(prefix, name), "").strip() for name in names}
    missing = [variable(prefix, name) for name, value in found.items() if not value]
    if missing:
        raise UsageError(
            f"no keys: set {_listed(missing)} in the environment, or name a TOML file with"
            f" {_listed(names)} by --config"
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _file(path: Path, names: Sequence[str]) -> dict[str, Any]:
    kinds: dict[str, type] = {**dict.fromkeys(names, str), "options": dict}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e
    except ValueError:
        # not chained and not quoted: the text contains a secret
        raise UsageError(f'{path}: is not TOML in UTF-8; it should read apiKey = "..."') from None
    for name, value in found.items():
        if name not in kinds:
            raise UsageError(f"{path}: has no setting {name!r}; there are {', '.join(kinds)}")
        if not isinstance(value, kinds[name]):
            expected = "a table" if kinds[name] is dict else "a string"
            raise UsageError(f"{path}: {name} must be {expected}")
    for name in names:
        found[name] = found.get(name, "").strip()
        if not found[name]:
            raise UsageError(f"{path}: has no {name}")
    return found


def _unescaped(secret: str) -> str:
    """A PEM that was squeezed into one line, as in environment files, gets its line breaks back."""
    return secret.replace("\\n", "\n") if "PRIVATE KEY" in secret else secret
