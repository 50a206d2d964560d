"""A true ``cancel_order`` for ccxt: one call, any exchange, one meaning."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from adapter.errors import CancelUnknown, OrderGone, PluginError, RateLimited

if TYPE_CHECKING:
    from adapter.contract.messages import Route
    from adapter.core.events import Event
    from adapter.integration.attach import attach, detach
    from adapter.integration.explain import explain
    from adapter.integration.install import install, uninstall
    from adapter.integration.prewarm import prewarm
    from adapter.registry.discovery import Plugin, plugins

    __version__: str

__all__ = [
    "CancelUnknown",
    "Event",
    "OrderGone",
    "Plugin",
    "PluginError",
    "RateLimited",
    "Route",
    "attach",
    "detach",
    "explain",
    "install",
    "plugins",
    "prewarm",
    "uninstall",
]

# Imported on first use: `import adapter` takes no longer than `import ccxt`.
_MODULE_OF = {
    "Event": "core.events",
    "Plugin": "registry.discovery",
    "Route": "contract.messages",
    "attach": "integration.attach",
    "detach": "integration.attach",
    "explain": "integration.explain",
    "install": "integration.install",
    "plugins": "registry.discovery",
    "prewarm": "integration.prewarm",
    "uninstall": "integration.install",
}
_SUBMODULES = ("simulator", "testing")


if not TYPE_CHECKING:  # so that a type checker still reports unknown names

    def __getattr__(name: str) -> Any:
        if name in _SUBMODULES:
            return importlib.import_module(f"{__name__}.{name}")
        if name == "__version__":
            from importlib import metadata  # slow to import

            return metadata.version("ccxt-adapter")
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES, "__version__"})
