"""Every block of docs/plugins.md is run as it is, and docs/contract.md describes all of the code.

A block under a line that is a file's name is that file, in the example too. ``console`` is typed
into a shell and ``pycon`` into Python, one after the other, in a folder with those files. Other
Python is a part of the second example, which is in the folder next to it.
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
from adapter.contract.api import OrderFields, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import ResponseKind
from adapter.contract.native import Look, NativeEndpoint
from adapter.contract.native_batch import NativeBatch
from adapter.contract.venue import Venue

TOP = Path(__file__).parent.parent
GUIDE = TOP / "docs" / "plugins.md"
CONTRACT = TOP / "docs" / "contract.md"
EXAMPLE = TOP / "examples" / "ccxt-adapter-binanceus"
VENUE_EXAMPLE = TOP / "examples" / "ccxt-adapter-coinbase-spot"
ROW_EXAMPLE = TOP / "examples" / "ccxt-adapter-bitstamp"
MODULE = "ccxt_adapter_coinbase_spot.py"
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
    folder = tmp_path_factory.mktemp("somebody") / EXAMPLE.name
    sessions = {f"session-{n}.txt": b.text for n, b in enumerate(BLOCKS) if b.language == "pycon"}
    for name, text in {**FILES, **sessions}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(VENUE_EXAMPLE / MODULE, folder.parent / VENUE_EXAMPLE.name)
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
    """A block is a file, or is typed, or is a part of an example's file."""
    parts = [b.text.strip("\n") for b in BLOCKS if not b.file and b.language == "python"]
    typed_or_part = ("console", "pycon", "python")

    assert len(BLOCKS) > 10
    assert [] == [b for b in BLOCKS if not b.file and b.language not in typed_or_part]
    assert [] == [part for part in parts if part not in (VENUE_EXAMPLE / MODULE).read_text("utf-8")]
    assert len(re.findall(r"^```", GUIDE.read_text("utf-8"), re.MULTILINE)) == 2 * len(BLOCKS)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_guide_is_that_of_the_example(name: str) -> None:
    """The example is what comes of following the guide."""
    assert (EXAMPLE / name).read_text("utf-8") == FILES[name]


def test_the_second_example_is_packaged_as_the_guide_says() -> None:
    """Its setup.cfg is the first one's with another name."""
    setup = re.sub(r"adapter(.)binanceus", r"adapter\1coinbase\1spot", FILES["setup.cfg"])
    setup = setup.replace("binanceus", "coinbase").replace("Binance US", "Coinbase spot")

    assert setup == (VENUE_EXAMPLE / "setup.cfg").read_text("utf-8")
    assert FILES["pyproject.toml"] == (VENUE_EXAMPLE / "pyproject.toml").read_text("utf-8")


def test_the_third_example_is_packaged_as_the_guide_says() -> None:
    """Likewise, and its plugin is named like the exchange."""
    setup = FILES["setup.cfg"].replace("binanceus.spot", "bitstamp")
    setup = setup.replace("binanceus", "bitstamp").replace("Binance US", "Bitstamp")

    assert setup == (ROW_EXAMPLE / "setup.cfg").read_text("utf-8")
    assert FILES["pyproject.toml"] == (ROW_EXAMPLE / "pyproject.toml").read_text("utf-8")


REQUIRED = "required"


def explained(section: str) -> dict[str, str]:
    """By name, the default that the tables of a section of the contract's page state.

    A row may have several names with one default, or as many defaults.
    """
    [text] = re.findall(
        rf"^## `{section}`(.*?)(?=^## )", CONTRACT.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    found: dict[str, str] = {}
    for first, second in re.findall(r"^\| (`.*?) \| (.*?) \|", text, re.MULTILINE):
        names, defaults = re.findall(r"`(\w+)`", first), second.split("`, `")
        if len(defaults) != len(names):
            defaults = [second] * len(names)
        found |= {name: text.strip("`") for name, text in zip(names, defaults, strict=True)}
    return found


@pytest.mark.parametrize("value", [CancelEndpoint, OrderQuery, OrderFields])
def test_every_field_is_explained(value: type[attrs.AttrsInstance]) -> None:
    """A field that the page does not name is one that nobody will use; its default is right."""
    shown = explained(value.__name__)

    assert {field.name for field in attrs.fields(value)} == {*shown}
    for field in attrs.fields(value):
        if field.default is attrs.NOTHING:
            assert shown[field.name] == REQUIRED
        elif not isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]  # a function
            assert shown[field.name] == default_of(field.default), field.name
        elif not field.default.takes_self:
            assert shown[field.name] == repr(field.default.factory()), field.name


@pytest.mark.parametrize("value", [NativeEndpoint, NativeBatch, Look])
def test_every_value_of_a_row_is_explained(value: type[attrs.AttrsInstance]) -> None:
    """And no other."""
    assert {field.name for field in attrs.fields(value)} == {*explained(value.__name__)}


def default_of(value: object) -> str:
    """As the page writes it, with a query without its fields."""
    return re.sub(r"OrderQuery\(method=.*?\)", "OrderQuery()", repr(value))


def test_every_name_of_a_venue_is_explained() -> None:
    """Its attributes with their defaults, and its methods: which of them must be written."""
    shown, cls = explained("Venue"), Venue
    own = {name for each in cls.__mro__[:2] for name in {**vars(each), **each.__annotations__}}
    public = {name for name in own if name[0] != "_"}
    required = {name for name in public if not hasattr(cls, name)} | cls.__abstractmethods__

    assert public == {*shown}
    assert required == {name for name, default in shown.items() if default == REQUIRED}
    for name in public - required:
        value = getattr(cls, name)
        if not callable(value) and not name.startswith(("client_id", "order_id_rule")):
            assert shown[name] == repr(value), name


def test_every_kind_is_explained() -> None:
    """What it causes, or that it is the adapter's own."""
    [text] = re.findall(r"^## What each `ResponseKind`.*", CONTRACT.read_text("utf-8"), re.M | re.S)

    assert {kind.name for kind in ResponseKind} == {*re.findall(r"`([A-Z_]+)`", text)}


def test_every_name_of_the_contract_is_there() -> None:
    """What the page calls stable exists under that name, and lacks no name of the suite."""
    page = CONTRACT.read_text("utf-8")
    named = re.findall(r"^\| `(adapter(?:\.\w+)+)`(.*?) \|", page, re.MULTILINE)
    names = {home: re.findall(r"`(\w+)`", row) for home, row in named}
    missing = [
        f"{home}.{name}"
        for home, listed in names.items()
        for name in listed
        if not hasattr(importlib.import_module(home), name)
    ]

    assert {
        "adapter.contract.answers",
        "adapter.contract.api",
        "adapter.contract.endpoint",
        "adapter.contract.ids",
        "adapter.contract.venue",
        "adapter.contract.native",
        "adapter.contract.native_batch",
        "adapter.contract.base_venue",
        "adapter.contract.messages",
        "adapter.venues.binance",
        "adapter.testing",
    } == {*names}
    assert [] == missing
    assert {*testing.__all__} == {*names["adapter.testing"]}


def test_links_lead_somewhere() -> None:
    """Each relative link of the pages and of the examples is a file or folder of this project."""
    examples = (EXAMPLE, VENUE_EXAMPLE, ROW_EXAMPLE)
    for page in (GUIDE, CONTRACT, *(example / "README.md" for example in examples)):
        for target in re.findall(r"\]\(([^:)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), target
