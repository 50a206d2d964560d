"""``ccxt-adapter plugins``: lists the plugins that are installed."""

from __future__ import annotations

import argparse
from typing import Any

import adapter
from adapter.cli.exit_codes import DONE
from adapter.cli.output import as_json, console, table
from adapter.contract.endpoint import CancelEndpoint


def run(args: argparse.Namespace) -> int:
    """List them; returns the exit code. Raises `adapter.PluginError`."""
    found = adapter.plugins()
    if args.json:
        as_json([_described(plugin) for plugin in found])
        return DONE
    shown = table("plugin", "from", "request", "in use")
    for plugin in found:
        source = f"{plugin.distribution} {plugin.version}".rstrip()
        shown.add_row(plugin.name, source, plugin.endpoint or "", plugin.reason or "yes")
    console().print(shown)
    return DONE


def _described(plugin: adapter.Plugin) -> dict[str, Any]:
    product = plugin.cancel_endpoint
    direct = product if isinstance(product, CancelEndpoint) else None
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "endpoint": plugin.endpoint,
        "weight": direct.weight if direct else None,
        "client_id_param": product.client_id_param if product else None,
        "response_client_id_field": direct.response_client_id_field if direct else None,
        "enabled": plugin.enabled,
        "reason": plugin.reason,
    }
