"""Installs the adapter when a program that ``ccxt-adapter run`` started imports ccxt.

Python imports this module at startup, because its directory is first on PYTHONPATH. It costs next
to nothing in a process that does not import ccxt, and it runs on Python 3.6 and later.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "sitecustomize"
CCXT, ADAPTER = "ccxt", "adapter"
OLDEST = (3, 11)
ACCOUNT = "ADAPTER_ACCOUNT"
"""The environment variable with the account given to ``ccxt-adapter run``."""


def start() -> None:
    """Hook the import of ccxt, and run the ``sitecustomize`` that this one hides, if any."""
    sys.meta_path.insert(0, Finder())
    # PYTHONPATH keeps it, for child processes
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != HERE]
    if CCXT in sys.modules:
        on_imported(CCXT)
    this_module = sys.modules.pop(NAME)
    try:
        __import__(NAME)
    except ImportError as e:
        if e.name != NAME:
            raise
    finally:
        sys.modules.setdefault(NAME, this_module)


class Finder:
    """Finds ccxt and the adapter by the other finders, and wraps their loaders."""

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """See ``importlib.abc.MetaPathFinder``."""
        if name not in (CCXT, ADAPTER):
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        found: Any = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and (name == CCXT or is_adapter_spec(spec)):
            spec.loader = Loader(spec.loader)
        return spec


class Loader:
    """Loads a module by the loader that it wraps, then calls `on_imported`."""

    def __init__(self, wrapped: "Any") -> None:
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._wrapped, name)

    def create_module(self, spec: "Any") -> "Any":
        """See ``importlib.abc.Loader``."""
        return self._wrapped.create_module(spec)

    def exec_module(self, module: "Any") -> None:
        """See ``importlib.abc.Loader``."""
        module.__spec__.loader = module.__loader__ = self._wrapped
        self._wrapped.exec_module(module)
        on_imported(module.__name__)


def on_imported(name: str) -> None:
    """Import the adapter when ccxt has been imported; install it when it has been imported.

    The adapter imports ccxt, so its import may have begun before that of ccxt ends.
    """
    if name == CCXT:
        import_adapter()
        return
    from adapter.integration.install import install

    install(account=os.environ.get(ACCOUNT) or None)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]


def import_adapter() -> None:
    """Import the adapter. Raises ``RuntimeError`` that says what to do if that fails.

    It is not an ``ImportError``, which programs with an optional ccxt catch and ignore.
    """
    from importlib.util import find_spec

    if sys.version_info < OLDEST:
        raise import_failed("is too old: ccxt-adapter needs Python 3.11 or later")
    try:
        spec = find_spec(ADAPTER)
    except ValueError:  # a module without __spec__
        raise import_failed("has another module named adapter in this program") from None
    if spec is None:
        raise import_failed(
            f"has ccxt but no ccxt-adapter: install it there, with {sys.executable} -m pip install"
            " ccxt-adapter"
        )
    if not is_adapter_spec(spec):
        raise import_failed(f"finds another module named adapter, {spec.origin}")
    try:
        __import__(ADAPTER)
    except ImportError as e:
        raise import_failed(f"cannot import the adapter ({e})") from e


def import_failed(what: str) -> RuntimeError:
    """The error that ends the import of ccxt in this process."""
    return RuntimeError(
        f"ccxt-adapter run: {sys.executable} {what}. Or start this program without ccxt-adapter run"
    )


def is_adapter_spec(spec: "Any") -> bool:
    """Whether the module is the adapter, not another module of that name."""
    folder = os.path.dirname(spec.origin or "")
    return bool(folder) and os.path.isfile(
        os.path.join(folder, "integration", "startup", NAME + ".py")
    )


if __name__ == NAME:
    start()
