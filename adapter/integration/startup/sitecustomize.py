"""Installs the adapter where ccxt is imported, in a program that ``ccxt-adapter run`` started.

Python runs this when it starts, for this directory stands first on PYTHONPATH. A process that
imports no ccxt pays next to nothing for it, and any Python from 3.6 on can read it.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "sitecustomize"
HOST, PLUGIN = "ccxt", "adapter"
OLDEST = (3, 11)
ACCOUNT = "ADAPTER_ACCOUNT"
"""The account that ``ccxt-adapter run`` was given, in the environment."""


def start() -> None:
    """Wait for ccxt, and let the ``sitecustomize`` that stood first without us have its turn."""
    sys.meta_path.insert(0, Finder())
    # PYTHONPATH still has it, for the child processes
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != HERE]
    if HOST in sys.modules:
        imported(HOST)
    own = sys.modules.pop(NAME)
    try:
        __import__(NAME)
    except ImportError as e:
        if e.name != NAME:
            raise
    finally:
        sys.modules.setdefault(NAME, own)


class Finder:
    """Finds modules as the other finders do, and looks on while ccxt or the adapter is imported."""

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """As ``importlib.abc.MetaPathFinder`` has it."""
        if name not in (HOST, PLUGIN):
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        found: Any = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and (name == HOST or is_ours(spec)):
            spec.loader = Loader(spec.loader)
        return spec


class Loader:
    """Loads a module as its own loader does, and says when it is imported."""

    def __init__(self, own: "Any") -> None:
        self._own = own

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._own, name)

    def create_module(self, spec: "Any") -> "Any":
        """As ``importlib.abc.Loader`` has it."""
        return self._own.create_module(spec)

    def exec_module(self, module: "Any") -> None:
        """As ``importlib.abc.Loader`` has it."""
        module.__spec__.loader = module.__loader__ = self._own
        self._own.exec_module(module)
        imported(module.__name__)


def imported(name: str) -> None:
    """Bring the adapter in once ccxt is there; install it once it is there itself.

    The adapter imports ccxt, so it may be on its way already when ccxt is there.
    """
    if name == HOST:
        bring()
        return
    from adapter.integration.install import install

    install(account=os.environ.get(ACCOUNT) or None)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]


def bring() -> None:
    """Import the adapter. Raises ``RuntimeError`` that says what to do where that cannot be.

    It is no ``ImportError``: a program that can do without ccxt would catch that, and trade on.
    """
    from importlib.util import find_spec

    if sys.version_info < OLDEST:
        raise refusal("is too old: ccxt-adapter needs Python 3.11 or later")
    try:
        spec = find_spec(PLUGIN)
    except ValueError:  # a module that was put together by hand
        raise refusal("has another module named adapter in this program") from None
    if spec is None:
        raise refusal(
            f"has ccxt but no ccxt-adapter: install it there, by {sys.executable} -m pip install"
            " ccxt-adapter"
        )
    if not is_ours(spec):
        raise refusal(f"finds another module named adapter, {spec.origin}")
    try:
        __import__(PLUGIN)
    except ImportError as e:
        raise refusal(f"cannot import the adapter ({e})") from e


def refusal(what: str) -> RuntimeError:
    """Why this process gets no ccxt."""
    return RuntimeError(
        f"ccxt-adapter run: {sys.executable} {what}. Or start this program without ccxt-adapter run"
    )


def is_ours(spec: "Any") -> bool:
    """Whether the module is the adapter of some installation, and not another of that name."""
    folder = os.path.dirname(spec.origin or "")
    return bool(folder) and os.path.isfile(
        os.path.join(folder, "integration", "startup", NAME + ".py")
    )


if __name__ == NAME:
    start()
