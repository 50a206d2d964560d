"""Entry points of the group ``adapter.plugins`` and the endpoints that they name."""

from __future__ import annotations

import functools
import importlib.metadata
import logging
import os
import sys
from email.message import Message
from importlib.metadata import Distribution, EntryPoint

import attrs
import ccxt

from adapter.contract.endpoint import API_VERSION, Endpoint
from adapter.core.routing import ActiveEndpoint, rank
from adapter.errors import PluginError
from adapter.registry.config import DEFAULTS, DISTRIBUTION, Settings, load

GROUP = "adapter.plugins"
ANY = "any"
"""The name of the plugin for exchanges that no other serves."""

log = logging.getLogger("adapter")


@attrs.frozen(kw_only=True)
class Plugin:
    """One installed plugin. ``reason`` is why it is not in use, or None if it is."""

    name: str
    distribution: str
    version: str
    endpoint: str | None
    """Method and path, such as ``"DELETE /fapi/v1/order"``; None if it cannot be imported."""
    cancel_endpoint: Endpoint | None = attrs.field(repr=False)
    reason: str | None = None

    @property
    def enabled(self) -> bool:
        """Whether it is in use."""
        return self.reason is None


def plugins(file: str | os.PathLike[str] | None = None) -> tuple[Plugin, ...]:
    """Every installed plugin, whether plugins.toml enables it or not.

    ``file`` is the path of your plugins.toml; the default is ``ADAPTER_PLUGINS``. Raises
    `PluginError` when a plugins.toml is broken.
    """
    settings = checked(load(file))
    return tuple(_describe(candidate, settings) for candidate in _candidates())


def checked(settings: Settings) -> Settings:
    """The settings unchanged. Raises `PluginError` if a table of the user's names no plugin."""
    known = {candidate.name for candidate in _candidates()}
    for name in settings.user_tables:
        if name != DEFAULTS and name not in known:
            raise PluginError(
                f"{settings.file}: [{name}] names no installed plugin;"
                f" there are {', '.join(sorted(known)) or 'none'}"
            )
    return settings


def active_endpoints(exchange_id: str, settings: Settings) -> tuple[ActiveEndpoint, ...]:
    """The endpoints that serve the ccxt exchange with this id, highest priority first.

    It imports only plugins whose name is part of the id, such as ``binance.usdm`` for
    ``binanceusdm`` and ``okx`` for ``myokx``. If none of them serves it, that is the plugin for any
    exchange, unless the user has disabled one that would.
    Raises `PluginError` for a broken plugin of this distribution, or one that the user enables by
    name, and for two plugins that claim one route. Any other broken plugin is logged.
    """
    named = [f for f in _candidates() if f.name.partition(".")[0] in exchange_id]
    usable = [active for f in named if (active := _activate(f, settings)) is not None]
    served = [c for c in usable if exchange_id in c.endpoint.venue.exchanges]
    if served or exchange_id not in ccxt.exchanges:
        return rank(served)
    if any(_leaves(f, exchange_id, settings) for f in named):
        return ()
    others = [f for f in _candidates() if f.name == ANY]
    return rank([active for f in others if (active := _activate(f, settings)) is not None])


@attrs.frozen
class _Candidate:
    """An entry point and its distribution. Nothing is imported."""

    name: str
    point: EntryPoint
    distribution: str
    version: str

    @property
    def label(self) -> str:
        """Plugin, distribution and version, for messages."""
        return f"plugin {self.name} of {self.distribution} {self.version}".rstrip()


def _candidates() -> tuple[_Candidate, ...]:
    return _discover(tuple(sys.path))


@functools.cache
def _discover(path: tuple[str, ...]) -> tuple[_Candidate, ...]:  # noqa: ARG001  # the cache's key
    """Sorted by name. If pip left a stale copy of a distribution, the first one counts."""
    points = importlib.metadata.entry_points(group=GROUP)
    # a distribution's metadata, which may hold a long README, is parsed once for all its plugins
    distributions = {id(point.dist): point.dist for point in points}
    names = {key: _name_and_version(each) for key, each in distributions.items()}
    found = [_Candidate(point.name, point, *names[id(point.dist)]) for point in points]
    first = {(f.name, f.distribution): f for f in reversed(found)}
    return tuple(f for _, f in sorted(first.items()))


def _name_and_version(distribution: Distribution | None) -> tuple[str, str]:
    metadata = distribution.metadata if distribution is not None else Message()
    # a missing metadata["Name"] warns or raises KeyError, depending on the Python version
    names, versions = metadata.get_all("Name"), metadata.get_all("Version")
    name = str(names[0] if names else "an unknown distribution").lower().replace("_", "-")
    return name, str(versions[0] if versions else "")


def _activate(candidate: _Candidate, settings: Settings) -> ActiveEndpoint | None:
    policy = settings.policy(candidate.name)
    if not policy.enabled:
        return None
    try:
        endpoint = _load(candidate)
    except PluginError as e:
        if candidate.distribution == DISTRIBUTION or settings.is_enabled_by_user(candidate.name):
            raise
        log.warning("%s", e)
        return None
    return ActiveEndpoint(
        plugin=candidate.name,
        distribution=f"{candidate.distribution} {candidate.version}".rstrip(),
        endpoint=endpoint,
        policy=policy,
    )


def _leaves(candidate: _Candidate, exchange_id: str, settings: Settings) -> bool:
    """Whether the user leaves the exchange to ccxt, by a disabled plugin that serves it."""
    if settings.policy(candidate.name).enabled:
        return False
    try:
        return exchange_id in _load(candidate).venue.exchanges
    except PluginError as e:
        log.debug("%s", e)  # a broken plugin that is disabled serves nothing
        return False


def _load(candidate: _Candidate) -> Endpoint:
    try:
        endpoint = candidate.point.load()
    except (Exception, SystemExit) as e:
        raise PluginError(
            f"{candidate.label} cannot be imported ({type(e).__name__}: {e}): install it again, or"
            f" versions of it and of {DISTRIBUTION} that match, or disable it in your plugins.toml"
        ) from e
    if not isinstance(endpoint, Endpoint):
        kind = "class" if isinstance(endpoint, type) else type(endpoint).__name__
        raise PluginError(
            f"{candidate.label}: {candidate.point.value} is a {kind}, not an"
            " adapter.contract.endpoint.Endpoint: report it to its author, or disable it in your"
            " plugins.toml"
        )
    if endpoint.api_version != API_VERSION:
        raise PluginError(
            f"{candidate.label} was written for plugin API {endpoint.api_version}, this"
            f" {DISTRIBUTION} has {API_VERSION}: install versions of the two that match"
        )
    return endpoint


def _describe(candidate: _Candidate, settings: Settings) -> Plugin:
    reason = None if settings.policy(candidate.name).enabled else f"disabled by {settings.file}"
    endpoint = None
    try:
        endpoint = _load(candidate)
    except PluginError as e:
        reason = str(e)
    return Plugin(
        name=candidate.name,
        distribution=candidate.distribution,
        version=candidate.version,
        endpoint=endpoint.request_line if endpoint else None,
        cancel_endpoint=endpoint,
        reason=reason,
    )
