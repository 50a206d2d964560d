"""Every block of docs/plugins.md is run as it is.

A block under a line that is a file's name is that file, in the example too. ``console`` is typed
into a shell and ``pycon`` into Python, one after the other, in a folder with those files.
"""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import adapter
from adapter import testing
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.venue import Venue

TOP = Path(__file__).parent.parent
GUIDE = TOP / "docs" / "plugins.md"
EXAMPLE = TOP / "examples" / "ccxt-adapter-binance-spot"
BLOCK = re.compile(r"(?:^`([^`\n]+)`\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MARK = "--- ended with"

pytestmark = pytest.mark.skipif(not GUIDE.is_file(), reason="the guide is not beside the tests")


@attrs.frozen
class Block:
    """A block of the guide; ``file`` is the name above it, if any."""

    file: str
    language: str
    text: str


@attrs.frozen
class Typed:
    """A line that is typed into the shell, and what the guide shows below it."""

    command: str
    output: str


BLOCKS = [
    Block(*found) for found in BLOCK.findall(GUIDE.read_text("utf-8") if GUIDE.is_file() else "")
]
FILES = {block.file: block.text for block in BLOCKS if block.file}


def typed() -> Iterator[Typed]:
    """All that is typed in the guide, in its order."""
    for number, block in enumerate(BLOCKS):
        if block.language == "pycon":
            yield Typed(f"python -m doctest session-{number}.txt", "")
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                yield Typed(*part.split("\n", 1))


TYPED = [*typed()]


def environment(home: Path) -> dict[str, str]:
    """A shell of somebody who has the adapter and pytest, and no network."""
    here = [Path(adapter.__file__).parent.parent, *map(sysconfig.get_path, ("purelib", "platlib"))]
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONPATH": os.pathsep.join(map(str, dict.fromkeys(here))),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip spells that option, switched on
        "PYTHONWARNINGS": "ignore::UserWarning",  # setuptools', of any editable installation
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }


@pytest.fixture(scope="module")
def came_out(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """What each line of the guide printed, and its exit code."""
    folder = tmp_path_factory.mktemp("somebody") / "ccxt-adapter-binance-spot"
    sessions = {f"session-{n}.txt": b.text for n, b in enumerate(BLOCKS) if b.language == "pycon"}
    for name, text in {**FILES, **sessions}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    script = "".join(f"{line.command}\necho '{MARK}' $?\n" for line in TYPED)
    done = subprocess.run(  # noqa: S603  # the guide's own lines
        ["bash", "-c", script],  # noqa: S607  # as a reader would
        cwd=folder,
        env=environment(folder.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=True,
    )
    parts = re.split(rf"{MARK} (\d+)\n", done.stdout)
    return [*zip(parts[::2], map(int, parts[1::2]), strict=False)]


@pytest.mark.long
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to type into")
@pytest.mark.parametrize("number", range(len(TYPED)), ids=[line.command for line in TYPED])
def test_what_is_typed_gives_what_is_shown(came_out: list[tuple[str, int]], number: int) -> None:
    """Each command ends with 0 and prints the text below it; ``...`` is anything."""
    output, code = came_out[number]

    assert 0 == code, output
    assert doctest.OutputChecker().check_output(TYPED[number].output, output, FLAGS), output


def test_every_block_is_run() -> None:
    """A block is a file, or is typed; there is none to look at only."""
    assert len(BLOCKS) > 10
    assert [] == [b for b in BLOCKS if not b.file and b.language not in ("console", "pycon")]
    assert len(re.findall(r"^```", GUIDE.read_text("utf-8"), re.MULTILINE)) == 2 * len(BLOCKS)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_guide_is_that_of_the_example(name: str) -> None:
    """The example is what comes of following the guide."""
    assert (EXAMPLE / name).read_text("utf-8") == FILES[name]


@pytest.mark.parametrize("value", [CancelEndpoint, Venue])
def test_every_field_is_explained(value: type[attrs.AttrsInstance]) -> None:
    """A field that the guide does not name is one that nobody will use."""
    rows = "".join(re.findall(r"^\|.*\|$", GUIDE.read_text("utf-8"), re.MULTILINE))
    fields = {field.name for field in attrs.fields(value)} - {"api_version", "venue"}

    assert set() == {name for name in fields if f"`{name}`" not in rows}


def test_every_name_of_the_contract_is_there() -> None:
    """What the guide calls stable exists under that name, and lacks no name of the suite."""
    named = re.findall(r"^\| `(adapter(?:\.\w+)+)`(.*?) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    names = {home: re.findall(r"`(\w+)`", row) for home, row in named}
    missing = [
        f"{home}.{name}"
        for home, listed in names.items()
        for name in listed
        if not hasattr(importlib.import_module(home), name)
    ]

    assert {
        "adapter.contract.endpoint",
        "adapter.contract.venue",
        "adapter.contract.messages",
        "adapter.venues.binance",
        "adapter.testing",
    } == {*names}
    assert [] == missing
    assert {*testing.__all__} == {*names["adapter.testing"]}


def test_links_lead_somewhere() -> None:
    """Each relative link of the guide and of the example is a file or folder of this project."""
    for page in (GUIDE, EXAMPLE / "README.md"):
        for target in re.findall(r"\]\(([^:)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), target
