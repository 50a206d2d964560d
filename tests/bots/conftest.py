"""Worlds, one for each module, and the two setups for the tests that ask for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from adapter.simulator import Simulator

from .world import GUIDE, INSTALL, RUN, World

NewWorld = Callable[[str], World]


@pytest.fixture(scope="module", params=[INSTALL, RUN])
def setup(request: pytest.FixtureRequest) -> str:
    """How the adapter gets into the bot."""
    return str(request.param)


@pytest.fixture(scope="module")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewWorld]:
    """Return a function that makes a world with this setup of the adapter."""
    if not GUIDE.is_file():
        pytest.skip("the guide is not beside the tests")
    with ExitStack() as stack:
        yield lambda setup: World(
            stack.enter_context(Simulator()), tmp_path_factory.mktemp(setup), setup
        )
