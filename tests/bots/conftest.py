"""Worlds, which last as long as a module, and the two ways for the tests that ask for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from adapter.simulator import Simulator

from .world import GUIDE, INSTALL, RUN, World

NewWorld = Callable[[str], World]


@pytest.fixture(scope="module", params=[INSTALL, RUN])
def way(request: pytest.FixtureRequest) -> str:
    """How the adapter gets into the bot."""
    return str(request.param)


@pytest.fixture(scope="module")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewWorld]:
    """Return what makes a world in which the adapter gets into a bot in this way."""
    if not GUIDE.is_file():
        pytest.skip("the guide is not beside the tests")
    with ExitStack() as stack:
        yield lambda way: World(stack.enter_context(Simulator()), tmp_path_factory.mktemp(way), way)
