"""The adapter on every exchange object of this process: those that exist and those to come."""

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
from adapter.integration.attach import check_arguments, error_classes, log_warnings, make_state
from adapter.integration.event_log import ENVIRONMENT, EventLog, open_log
from adapter.integration.hooks import add_hooks, remove_hooks
from adapter.integration.instances import INSTANCES
from adapter.integration.introspection import SECOND, SPELLINGS, is_ccxt_class, subclasses
from adapter.integration.options import ExchangeOptions, plugins_file
from adapter.integration.patching import is_patched_class, log, patch, unpatch
from adapter.registry.config import Settings, load
from adapter.registry.discovery import active_endpoints, checked

_lock = threading.RLock()


@attrs.frozen(kw_only=True, eq=False)
class Installation:
    """What `install` was told. As a context manager it lasts as long as the block."""

    account: str | None
    settings: Settings = attrs.field(repr=False)
    on_event: Callable[[Event], object] | None
    event_log: EventLog | None
    _endpoints: dict[str, tuple[ActiveEndpoint, ...]] = attrs.field(factory=dict, repr=False)

    def endpoints_for(self, exchange_id: str) -> tuple[ActiveEndpoint, ...]:
        """What serves the exchanges with this id, by the files. Raises `PluginError`."""
        if exchange_id not in self._endpoints:
            self._endpoints[exchange_id] = active_endpoints(exchange_id, self.settings)
        return self._endpoints[exchange_id]

    def resolve(self, exchange: Any) -> tuple[tuple[ActiveEndpoint, ...], str | None] | None:
        """What serves the exchange object, and its account; None where nothing does.

        Raises `PluginError`.
        """
        if not is_patched_class(type(exchange)):
            return None
        file, exchange_id = plugins_file(exchange), str(exchange.id)
        by_files = (
            active_endpoints(exchange_id, checked(load(file)))
            if file
            else self.endpoints_for(exchange_id)
        )
        own = ExchangeOptions.read(exchange) if by_files else None
        return None if own is None else (own.apply_to(by_files), own.account or self.account)

    def make_state(self, exchange: Any, before: ExchangeState | None) -> ExchangeState | None:
        """See `adapter.integration.instances.StateFactory`. Raises `PluginError`."""
        said = self.resolve(exchange)
        if said is None:
            if before is not None:
                restore_account(exchange)
            return None
        found, account = said
        self._write_account(exchange, found, account)
        if before is None:
            log_warnings(exchange, found)
            return make_state(exchange, found, account=account, on_event=self.on_event)
        # the one in use goes on, with the calls under way and the hosts that it holds back for
        before.error_classes = {**before.error_classes, **error_classes(exchange, found)}
        before.endpoints, before.account, before.on_event = found, account, self.on_event
        return before

    def _write_account(
        self, exchange: Any, found: tuple[ActiveEndpoint, ...], account: str | None
    ) -> None:
        """Where the options do not state an account themselves."""
        fault = find_contradiction(exchange, found, account)
        own = ExchangeOptions.read(exchange)
        if fault and own is not None and own.account is not None:
            raise PluginError(fault)
        write_account(exchange, found, None if fault else account)

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            INSTANCES.installations = tuple(
                maker for maker in INSTANCES.installations if maker is not self
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

    Those that exist and those that ccxt will make: sync, async and pro, and of subclasses. A
    subclass's own ``cancel_order`` stays in force, and its ``super()`` call leads to the adapter.
    The arguments are those of `adapter.attach`. ``options={"adapter": False}`` leaves one exchange
    object to ccxt; ``{"adapter": {"deadline": 5.0}}`` gives it an account and a policy of its own.
    ``ADAPTER_LOG`` in the environment names a file for the trail of every cancel in the process.

    Installing again keeps what is not given again. ``with adapter.install():`` lasts as long as the
    block, and leaves what was installed around it.

    Raises ``ValueError`` for another account and `PluginError` for a broken plugin or plugins.toml,
    for an ``ADAPTER_LOG`` that cannot be written, and for ``options["adapter"]`` of an exchange
    object that exists, and then nothing is installed. Such options of one that is made later are
    raised by its constructor.
    """
    check_arguments(account, on_event)
    with _lock:
        made = _make_installation(account, plugins, on_event)
        INSTANCES.installations += (made,)
        try:
            _apply()
            _adopt_existing(made)
        except BaseException:
            made.__exit__()
            raise
    return made


def uninstall() -> None:
    """Give ccxt's own classes back, however often the adapter was installed.

    What `adapter.attach` was called for stays attached. Harmless where nothing is installed.
    """
    with _lock:
        INSTANCES.installations = ()
        _apply()


def _current() -> Installation | None:
    return cast(Installation, INSTANCES.installations[-1]) if INSTANCES.installations else None


def _make_installation(account: Any, plugins: Any, on_event: Any) -> Installation:
    before = _current()
    if before is None:
        settings, log_file = checked(load(plugins)), _event_log(None)
        return Installation(
            account=account, settings=settings, on_event=on_event, event_log=log_file
        )
    return Installation(
        account=account or before.account,
        settings=before.settings if plugins is None else checked(load(plugins)),
        on_event=on_event or before.on_event,
        event_log=_event_log(before.event_log),
    )


def _event_log(before: EventLog | None) -> EventLog | None:
    """One file is opened once, so that no event stands in it twice."""
    path = os.environ.get(ENVIRONMENT)
    return open_log(path) if path and (before is None or before.path != path) else before


def _apply() -> None:
    """Bring ccxt's classes and the trail to what the installations say."""
    last = _current()
    events.listeners = (last.event_log,) if last and last.event_log else ()
    if last is not None:
        add_hooks(INSTANCES.state_of, _patch)
        return
    remove_hooks()
    unpatch()
    INSTANCES.clear()


def _adopt_existing(made: Installation) -> None:
    """Serve the classes that are loaded, and check every exchange object that exists."""
    for cls in {*subclasses(BaseExchange)}:
        _patch(cls)
    try:
        _adopt_objects(made)
        return
    except PluginError:
        pass
    # it may be of an object that nobody has any more, such as one whose constructor told of it
    gc.collect()
    _adopt_objects(made)


def _adopt_objects(made: Installation) -> None:
    """Only what they say: another thread may be at work on one, which is not whole yet.

    The classes are asked who refers to them. ``gc.get_objects`` would show, and so keep, tuples
    that other threads are about to make, which Python does not forgive them.
    """
    classes = {*filter(_has_objects, subclasses(BaseExchange))}
    for thing in gc.get_referrers(*classes):
        if any(type(thing) is cls for cls in classes):
            _adopt(thing, made)


def _adopt(exchange: Any, made: Installation) -> None:
    said = made.resolve(exchange) if STATE not in vars(exchange) else None
    is_served = said is not None
    if said is not None and said[1] is not None:
        INSTANCES.state_of(exchange)  # which makes that the account of the whole object
    if is_served and any(spelling in vars(exchange) for spelling in SPELLINGS):
        log.warning(
            "%s: cancel_order of an exchange object was replaced before install(): it stays as it"
            " is, and need not lead to the adapter",
            exchange.id,
        )


def _has_objects(cls: type) -> bool:
    """ccxt copies the second spelling when the first object of a class is made."""
    return is_patched_class(cls) and SECOND in vars(cls)


def _patch(cls: type) -> None:
    with _lock:
        last = _current()
        if last is not None and is_ccxt_class(cls) and last.endpoints_for(cls.__name__):
            patch(cls)
