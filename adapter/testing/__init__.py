"""The test suite that every plugin must pass, and a server that replays recorded answers.

A plugin's tests are a subclass of `PluginSuite` in a pytest file, with two recorded answers.
"""

import pytest

pytest.register_assert_rewrite("adapter.testing.suite")  # so that a failure shows the values

from adapter.testing.replay import Answer, Received, Replay, cancel  # noqa: E402  # after the line above
from adapter.testing.suite import PluginSuite  # noqa: E402  # after the line above

__all__ = ["Answer", "PluginSuite", "Received", "Replay", "cancel"]
