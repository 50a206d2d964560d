"""``ADAPTER_LOG``: the events of every cancel as JSON lines, from any number of processes."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from adapter.core.events import Event
from adapter.errors import PluginError

ENVIRONMENT = "ADAPTER_LOG"

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)

log = logging.getLogger("adapter")


@attrs.define(eq=False)
class EventLog:
    """Appends one line per event, in one write. A write that fails does not affect the cancel."""

    path: str
    _file: int
    """The file descriptor. `__del__` closes it, so that no write uses a closed one."""
    _is_partial: bool = False
    """Whether the last line was written only in part."""
    _has_logged: bool = False
    _close: Callable[[int], None] = os.close
    """Referenced here, because `os` may be gone when the interpreter exits."""

    def __call__(self, event: Event) -> None:
        """Append the event. The first write that fails is logged, and no later one."""
        data = (b"\n" if self._is_partial else b"") + _encode(event)
        try:
            written = os.write(self._file, data)
        except OSError as e:
            self._log_once(e.strerror or str(e))
            return
        self._is_partial = written < len(data)
        if self._is_partial:
            self._log_once(f"{written} of {len(data)} bytes were written")

    def _log_once(self, reason: str) -> None:
        if not self._has_logged:
            log.error(
                "%s: %s cannot be written (%s): cancels continue", ENVIRONMENT, self.path, reason
            )
        self._has_logged = True

    def __del__(self) -> None:
        self._close(self._file)


def open_log(path: str) -> EventLog:
    """Open the file, which is created if missing. Raises `PluginError` if it cannot be written."""
    try:
        file = os.open(path, FLAGS, 0o666)
    except OSError as e:
        raise PluginError(
            f"{ENVIRONMENT}: {path} cannot be written ({e.strerror or e}): name a file in a"
            " directory that exists and that you may write to"
        ) from e
    return EventLog(path, file)


def _encode(event: Event) -> bytes:
    fields = {field.name: getattr(event, field.name) for field in attrs.fields(Event)}
    return json.dumps({"pid": os.getpid(), **fields}, default=_to_json).encode() + b"\n"


def _to_json(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
