"""The annotations that are shipped, as type checkers see them in an installation.

The package is in an environment without its source. pyright is used
where it is installed.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import attrs
import pytest

import adapter

SAMPLE = Path(__file__).parent / "sample.py"
LENT = "lent.pth"
NO_TYPES = "module is installed, but missing library stubs or py.typed marker  [import-untyped]"
MISTAKE = '\nadapter.attach(on_event, acount="classic")\n'


@attrs.frozen
class Somebody:
    """An environment with the package in it, and a folder with a sample of a bot."""

    home: Path

    @property
    def python(self) -> str:
        return str(self.home / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python")

    @property
    def packages(self) -> Path:
        found = subprocess.run(  # noqa: S603  # an interpreter of ours
            [self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            check=True,
            text=True,
        )
        return Path(found.stdout.strip())

    def write(self, more: str = "") -> None:
        """Put the sample into the folder, with ``more`` at its end."""
        (self.home / "sample.py").write_text(SAMPLE.read_text("utf-8") + more, encoding="utf-8")

    def checked(self, *command: str) -> tuple[int, str]:
        """The output of a type checker of this environment, and its exit code."""
        done = subprocess.run(  # noqa: S603  # a program of ours
            [sys.executable, "-m", *command],
            cwd=self.home,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        return done.returncode, done.stdout + done.stderr

    def mypy(self) -> tuple[int, str]:
        """As strict as it can be, without a configuration of ours."""
        strict = ("mypy", "--strict", "--config-file=", "--python-executable", self.python)
        return self.checked(*strict, "sample.py")

    def pyright(self) -> tuple[int, str]:
        return self.checked("pyright", "--pythonpath", self.python, "sample.py")


@pytest.fixture
def somebody(tmp_path: Path) -> Somebody:
    """Has the package as it is installed, and what it needs from this environment."""
    there = Somebody(tmp_path)
    venv.create(there.home / "env", with_pip=False, symlinks=sys.platform != "win32")
    packages = there.packages
    shutil.copytree(Path(adapter.__file__).parent, packages / "adapter")
    lent = dict.fromkeys(map(sysconfig.get_path, ("purelib", "platlib")))
    (packages / LENT).write_text("\n".join(lent), encoding="utf-8")
    return there


pyright = pytest.mark.skipif(importlib.util.find_spec("pyright") is None, reason="no pyright here")


@pytest.mark.long
def test_mypy_agrees(somebody: Somebody) -> None:
    """With each type that the sample asserts."""
    somebody.write()
    code, said = somebody.mypy()

    assert 0 == code, said


@pyright
def test_pyright_agrees(somebody: Somebody) -> None:
    """With each type that the sample asserts."""
    somebody.write()
    code, said = somebody.pyright()

    assert 0 == code, said


@pytest.mark.long
def test_mypy_tells_a_mistake(somebody: Somebody) -> None:
    """The types are read, not passed over."""
    somebody.write(MISTAKE)
    code, said = somebody.mypy()

    assert 1 == code
    assert 'Unexpected keyword argument "acount" for "attach"' in said


@pyright
def test_pyright_tells_a_mistake(somebody: Somebody) -> None:
    """The types are read, not passed over."""
    somebody.write(MISTAKE)
    code, said = somebody.pyright()

    assert 1 == code
    assert 'No parameter named "acount"' in said


@pytest.mark.long
def test_without_the_marker_there_are_no_types(somebody: Somebody) -> None:
    """It is ``py.typed`` that makes the difference."""
    somebody.write()
    (somebody.packages / "adapter" / "py.typed").unlink()
    (somebody.packages / LENT).unlink()  # which may have the package as well
    code, said = somebody.mypy()

    assert 1 == code
    assert f'Skipping analyzing "adapter": {NO_TYPES}' in said
