"""Installs the adapter for every exchange object of this process, existing or new."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from typing import Any, cast

import attrs
from ccxt.base.exchange import BaseExchange

from adapter.core import events
from adapter.core.events import Event
from adapter.core.routing import ActiveEndpoint
from adapter.engine.state import STATE, ExchangeState
from adapter.errors import PluginError
from adapter.integration.account import find_contradiction, restore_account, write_account
from adapter.integration.attach import check_arguments, log_warnings
from adapter.integration.event_log import ENVIRONMENT, EventLog, open_log
from adapter.integration.instances import INSTANCES, configure
from adapter.integration.methods import ONE, SPELLINGS
from adapter.integration.options import ExchangeOptions, plugins_file
from adapter.integration.patching import (
    add_hooks,
    is_ccxt_class,
    is_patched_class,
    log,
    patch,
    remove_hooks,
    subclasses,
    unpatch,
)
from adapter.registry.config import Settings, load
from adapter.registry.discovery import active_endpoints, checked

_lock = threading.RLock()


@attrs.frozen(kw_only=True, eq=False)
class Installation:
    """The arguments of one `install`. As a context manager it ends with its block."""

    account: str | None
    settings: Settings = attrs.field(repr=False)
    on_event: Callable[[Event], object] | None
    event_log: EventLog | None
    _endpoints: dict[str, tuple[ActiveEndpoint, ...]] = attrs.field(factory=dict, repr=False)

    def endpoints_for(self, exchange_id: str) -> tuple[ActiveEndpoint, ...]:
        """The endpoints that plugins.toml enables for this exchange id. Raises `PluginError`."""
        if exchange_id not in self._endpoints:
            self._endpoints[exchange_id] = active_endpoints(exchange_id, self.settings)
        return self._endpoints[exchange_id]

    def resolve(self, exchange: Any) -> tuple[tuple[ActiveEndpoint, ...], str | None] | None:
        """The endpoints that serve the exchange object, and its account; None where ccxt serves it.

        Raises `PluginError`.
        """
        if not is_patched_class(type(exchange)):
            return None
        file, exchange_id = plugins_file(exchange), str(exchange.id)
        endpoints = (
            active_endpoints(exchange_id, checked(load(file)))
            if file
            else self.endpoints_for(exchange_id)
        )
        options = ExchangeOptions.read(exchange) if endpoints else None
        if options is None:
            return None
        return options.apply_to(endpoints), options.account or self.account

    def make_state(self, exchange: Any, current: ExchangeState | None) -> ExchangeState | None:
        """See `adapter.integration.instances.StateFactory`. Raises `PluginError`."""
        resolved = self.resolve(exchange)
        if resolved is None:
            if current is not None:
                restore_account(exchange)
            return None
        endpoints, account = resolved
        self._write_account(exchange, endpoints, account)
        if current is None:
            log_warnings(exchange, endpoints)
        return configure(exchange, current, endpoints, account=account, on_event=self.on_event)

    def _write_account(
        self, exchange: Any, endpoints: tuple[ActiveEndpoint, ...], account: str | None
    ) -> None:
        """An account that the user's options state overrides that of the installation."""
        fault = find_contradiction(exchange, endpoints, account)
        options = ExchangeOptions.read(exchange)
        if fault and options is not None and options.account is not None:
            raise PluginError(fault)
        write_account(exchange, endpoints, None if fault else account)

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            INSTANCES.installations = tuple(
                each for each in INSTANCES.installations if each is not self
            )
            _apply()
            INSTANCES.renew()


def install(
    *,
    account: str | None = None,
    plugins: str | os.PathLike[str] | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Installation:
    """Serve every exchange object of this process that a plugin serves, until `uninstall`.

    It serves objects that exist and objects made later: sync, async and pro, and of subclasses.
    The ``cancel_order`` of a subclass stays in use, and its ``super()`` call reaches the adapter.
    The arguments are those of `adapter.attach`. ``options={"adapter": False}`` leaves one exchange
    object to ccxt. ``options={"adapter": {"deadline": 5.0}}`` sets account and policy of one
    object. ``ADAPTER_LOG`` in the environment names a file for the events of every cancel.

    A second call keeps the values of arguments that it does not give. ``with adapter.install():``
    ends with its block and keeps an installation that was made outside of it.

    Raises ``ValueError`` for an unknown account. Raises `PluginError` for a broken plugin or
    plugins.toml, for an ``ADAPTER_LOG`` that cannot be written, and for wrong
    ``options["adapter"]`` of an existing exchange object; then nothing is installed. For an object
    made later, its constructor raises the `PluginError`.
    """
    check_arguments(account, on_event)
    with _lock:
        installation = _make_installation(account, plugins, on_event)
        INSTANCES.installations += (installation,)
        try:
            _apply()
            _adopt_existing(installation)
        except BaseException:
            installation.__exit__()
            raise
    return installation


def uninstall() -> None:
    """Restore ccxt's classes, however often the adapter was installed.

    Objects that `adapter.attach` was called for stay attached. Without effect where nothing is
    installed.
    """
    with _lock:
        INSTANCES.installations = ()
        _apply()


def _current() -> Installation | None:
    return cast(Installation, INSTANCES.installations[-1]) if INSTANCES.installations else None


def _make_installation(account: Any, plugins: Any, on_event: Any) -> Installation:
    current = _current()
    if current is None:
        settings, log_file = checked(load(plugins)), _event_log(None)
        return Installation(
            account=account, settings=settings, on_event=on_event, event_log=log_file
        )
    return Installation(
        account=account or current.account,
        settings=current.settings if plugins is None else checked(load(plugins)),
        on_event=on_event or current.on_event,
        event_log=_event_log(current.event_log),
    )


def _event_log(current: EventLog | None) -> EventLog | None:
    """The log to write to. A file is opened once, so that no event is written to it twice."""
    path = os.environ.get(ENVIRONMENT)
    return open_log(path) if path and (current is None or current.path != path) else current


def _apply() -> None:
    """Patch or restore ccxt's classes, and set the event log, as the installations require."""
    current = _current()
    events.listeners = (current.event_log,) if current and current.event_log else ()
    if current is not None:
        add_hooks(INSTANCES.state_of, _patch)
        return
    remove_hooks()
    unpatch()
    INSTANCES.clear()


def _adopt_existing(installation: Installation) -> None:
    """Patch the loaded classes, and check every existing exchange object."""
    for cls in {*subclasses(BaseExchange)}:
        _patch(cls)
    try:
        _adopt_objects(installation)
        return
    except PluginError:
        pass
    # it may concern an unreachable object, such as one whose constructor raised this error
    gc.collect()
    _adopt_objects(installation)


def _adopt_objects(installation: Installation) -> None:
    """Check the options of every object; a state is made only where it sets an account.

    Another thread may be constructing an object meanwhile. The objects are found as referrers of
    their classes. ``gc.get_objects`` would also return, and so keep alive, tuples that other
    threads are still building, and CPython raises ``SystemError`` in those threads.
    """
    classes = {*filter(_has_objects, subclasses(BaseExchange))}
    for referrer in gc.get_referrers(*classes):
        if any(type(referrer) is cls for cls in classes):
            _adopt(referrer, installation)


def _adopt(exchange: Any, installation: Installation) -> None:
    resolved = installation.resolve(exchange) if STATE not in vars(exchange) else None
    if resolved is None:
        return
    if resolved[1] is not None:
        INSTANCES.state_of(exchange)  # writes the account to the object's options
    if names := [spelling for spelling in SPELLINGS if spelling in vars(exchange)]:
        log.warning(
            "%s: %s of an exchange object was replaced before install(): the replacement is left"
            " as it is, and may not call the adapter",
            exchange.id,
            " and ".join(names),
        )


def _has_objects(cls: type) -> bool:
    """ccxt sets the camelCase methods of a class when it constructs the first object."""
    return is_patched_class(cls) and ONE.camel_case in vars(cls)


def _patch(cls: type) -> None:
    with _lock:
        current = _current()
        if current is not None and is_ccxt_class(cls) and current.endpoints_for(cls.__name__):
            patch(cls)
