"""The adapter on every exchange object of this process: those that exist and those to come."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from typing import Any, cast

import attrs
from ccxt.base.exchange import BaseExchange

from adapter import trail
from adapter.account import contradiction, give_back, write
from adapter.attaching import attachment, check_arguments, errors_of, warn
from adapter.attachment import STATE, Attachment
from adapter.beside import BESIDE
from adapter.classes import SECOND, SPELLINGS, family, is_ccxts
from adapter.errors import PluginError
from adapter.hanging import hang, is_hung, log, unhang
from adapter.hooking import hook, unhook
from adapter.own import Own, own_file
from adapter.registry import choices, settled
from adapter.routing import Choice
from adapter.settings import Settings, load
from adapter.trail import Event
from adapter.trail_file import ENVIRONMENT, TrailFile, opened

_lock = threading.RLock()


@attrs.frozen(kw_only=True, eq=False)
class Installation:
    """What `install` was told. As a context manager it lasts as long as the block."""

    account: str | None
    settings: Settings = attrs.field(repr=False)
    on_event: Callable[[Event], object] | None
    trail_file: TrailFile | None
    _found: dict[str, tuple[Choice, ...]] = attrs.field(factory=dict, repr=False)

    def serves(self, exchange_id: str) -> tuple[Choice, ...]:
        """What serves the exchanges with this id, by the files. Raises `PluginError`."""
        if exchange_id not in self._found:
            self._found[exchange_id] = choices(exchange_id, self.settings)
        return self._found[exchange_id]

    def says(self, exchange: Any) -> tuple[tuple[Choice, ...], str | None] | None:
        """What serves the exchange object, and its account; None where nothing does.

        Raises `PluginError`.
        """
        if not is_hung(type(exchange)):
            return None
        file, exchange_id = own_file(exchange), str(exchange.id)
        by_files = choices(exchange_id, settled(load(file))) if file else self.serves(exchange_id)
        own = Own.of(exchange) if by_files else None
        return None if own is None else (own.over(by_files), own.account or self.account)

    def attachment(self, exchange: Any, before: Attachment | None) -> Attachment | None:
        """See `adapter.beside.Maker`. Raises `PluginError`."""
        said = self.says(exchange)
        if said is None:
            if before is not None:
                give_back(exchange)
            return None
        found, account = said
        self._write_account(exchange, found, account)
        if before is None:
            warn(exchange, found)
            return attachment(exchange, found, account=account, hook=self.on_event)
        # the one in use goes on, with the calls under way and the hosts that it holds back for
        before.errors = {**before.errors, **errors_of(exchange, found)}
        before.choices, before.account, before.hook = found, account, self.on_event
        return before

    def _write_account(self, exchange: Any, found: tuple[Choice, ...], account: str | None) -> None:
        """Where the options do not state an account themselves."""
        fault = contradiction(exchange, found, account)
        own = Own.of(exchange)
        if fault and own is not None and own.account is not None:
            raise PluginError(fault)
        write(exchange, found, None if fault else account)

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            BESIDE.makers = tuple(maker for maker in BESIDE.makers if maker is not self)
            _settle()
            BESIDE.renew()


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
        made = _made(account, plugins, on_event)
        BESIDE.makers += (made,)
        try:
            _settle()
            _look_around(made)
        except BaseException:
            made.__exit__()
            raise
    return made


def uninstall() -> None:
    """Give ccxt's own classes back, however often the adapter was installed.

    What `adapter.attach` was called for stays attached. Harmless where nothing is installed.
    """
    with _lock:
        BESIDE.makers = ()
        _settle()


def _last() -> Installation | None:
    return cast(Installation, BESIDE.makers[-1]) if BESIDE.makers else None


def _made(account: Any, plugins: Any, on_event: Any) -> Installation:
    before = _last()
    if before is None:
        settings, log_file = settled(load(plugins)), _trail_file(None)
        return Installation(
            account=account, settings=settings, on_event=on_event, trail_file=log_file
        )
    return Installation(
        account=account or before.account,
        settings=before.settings if plugins is None else settled(load(plugins)),
        on_event=on_event or before.on_event,
        trail_file=_trail_file(before.trail_file),
    )


def _trail_file(before: TrailFile | None) -> TrailFile | None:
    """One file is opened once, so that no event stands in it twice."""
    path = os.environ.get(ENVIRONMENT)
    return opened(path) if path and (before is None or before.path != path) else before


def _settle() -> None:
    """Bring ccxt's classes and the trail to what the installations say."""
    last = _last()
    trail.listeners = (last.trail_file,) if last and last.trail_file else ()
    if last is not None:
        hook(BESIDE.attachment, _hang)
        return
    unhook()
    unhang()
    BESIDE.clear()


def _look_around(made: Installation) -> None:
    """Serve the classes that are loaded, and check every exchange object that exists."""
    for cls in {*family(BaseExchange)}:
        _hang(cls)
    try:
        _look_at_objects(made)
        return
    except PluginError:
        pass
    # it may be of an object that nobody has any more, such as one whose constructor told of it
    gc.collect()
    _look_at_objects(made)


def _look_at_objects(made: Installation) -> None:
    """Only what they say: another thread may be at work on one, which is not whole yet.

    The classes are asked who refers to them. ``gc.get_objects`` would show, and so keep, tuples
    that other threads are about to make, which Python does not forgive them.
    """
    classes = {*filter(_has_objects, family(BaseExchange))}
    for thing in gc.get_referrers(*classes):
        if any(type(thing) is cls for cls in classes):
            _look_at(thing, made)


def _look_at(exchange: Any, made: Installation) -> None:
    said = made.says(exchange) if STATE not in vars(exchange) else None
    is_served = said is not None
    if said is not None and said[1] is not None:
        BESIDE.attachment(exchange)  # which makes that the account of the whole object
    if is_served and any(spelling in vars(exchange) for spelling in SPELLINGS):
        log.warning(
            "%s: cancel_order of an exchange object was replaced before install(): it stays as it"
            " is, and need not lead to the adapter",
            exchange.id,
        )


def _has_objects(cls: type) -> bool:
    """ccxt copies the second spelling when the first object of a class is made."""
    return is_hung(cls) and SECOND in vars(cls)


def _hang(cls: type) -> None:
    with _lock:
        last = _last()
        if last is not None and is_ccxts(cls) and last.serves(cls.__name__):
            hang(cls)
