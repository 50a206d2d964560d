"""The suite that any plugin must pass, and a server that replays recorded answers.

A plugin's tests are a subclass of `PluginSuite` in a pytest file, with two recorded answers.
"""

import pytest

pytest.register_assert_rewrite("adapter.testing.suite")  # so that a failure shows the values

from adapter.testing.replay import Answer, Received, Replay  # noqa: E402  # after that
from adapter.testing.suite import PluginSuite, cancel  # noqa: E402  # likewise

__all__ = ["Answer", "PluginSuite", "Received", "Replay", "cancel"]
