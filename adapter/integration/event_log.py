"""``ADAPTER_LOG``: the trail of every cancel as JSON lines, from any number of processes."""

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
    """Appends one line for each event, in one write, and never costs a cancel."""

    path: str
    _file: int
    """Open until nobody holds this object any more, so that no write meets a closed one."""
    _is_partial: bool = False
    """Whether the last line is not whole."""
    _has_logged: bool = False
    _close: Callable[[int], None] = os.close
    """At hand when the interpreter ends, and its modules with it."""

    def __call__(self, event: Event) -> None:
        """Append the event. That it cannot be written is logged, once."""
        data = (b"\n" if self._is_partial else b"") + _encode(event)
        try:
            written = os.write(self._file, data)
        except OSError as e:
            self._log_once(e.strerror or str(e))
            return
        self._is_partial = written < len(data)
        if self._is_partial:
            self._log_once(f"{written} of {len(data)} bytes were taken")

    def _log_once(self, reason: str) -> None:
        if not self._has_logged:
            log.error(
                "%s: %s cannot be written (%s): cancels go on", ENVIRONMENT, self.path, reason
            )
        self._has_logged = True

    def __del__(self) -> None:
        self._close(self._file)


def open_log(path: str) -> EventLog:
    """The file, made if there is none. Raises `PluginError` where it cannot be written."""
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
