"""Where the keys come from: the environment or a TOML file, never the command line."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from adapter.cli.exit_codes import UsageError

DEFAULT_PREFIX = "BINANCE"
API_KEY = f"{DEFAULT_PREFIX}_API_KEY"
SECRET = f"{DEFAULT_PREFIX}_SECRET"

_KINDS: dict[str, type] = {"apiKey": str, "secret": str, "options": dict}


def settings(file: str | None, prefix: str = DEFAULT_PREFIX) -> dict[str, Any]:
    """The config of a ccxt exchange: ``apiKey``, ``secret`` and perhaps ``options``.

    ``file`` is a TOML file, or None for the environment, whose variables begin with ``prefix``.
    Raises `UsageError`, which never quotes a value.
    """
    found = _environment(prefix) if file is None else _file(Path(file))
    found["secret"] = _unescaped(found["secret"])
    return found


def _environment(prefix: str) -> dict[str, Any]:
    api_key, secret = f"{prefix}_API_KEY", f"{prefix}_SECRET"
    values = {name: os.environ.get(name, "").strip() for name in (api_key, secret)}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise UsageError(
            f"no keys: set {' and '.join(missing)} in the environment, or name a TOML file with"
            " apiKey and secret by --config"
        )
    return {"apiKey": values[api_key], "secret": values[secret]}


def _file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e
    except ValueError:
        # not chained and not quoted: the text contains a secret
        raise UsageError(f'{path}: is not TOML in UTF-8; it should read apiKey = "..."') from None
    for name, value in found.items():
        if name not in _KINDS:
            raise UsageError(f"{path}: has no setting {name!r}; there are {', '.join(_KINDS)}")
        if not isinstance(value, _KINDS[name]):
            expected = "a table" if _KINDS[name] is dict else "a string"
            raise UsageError(f"{path}: {name} must be {expected}")
    for name in ("apiKey", "secret"):
        found[name] = found.get(name, "").strip()
        if not found[name]:
            raise UsageError(f"{path}: has no {name}")
    return found


def _unescaped(secret: str) -> str:
    """A PEM that was squeezed into one line, as in environment files, gets its line breaks back."""
    return secret.replace("\\n", "\n") if "PRIVATE KEY" in secret else secret
