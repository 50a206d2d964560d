"""What several files repeat is the same in all of them, and layers do not import upwards."""

from __future__ import annotations

import ast
import configparser
import importlib
import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import ccxt
import pytest
from packaging.version import Version
from pages import DOCS, Page
from venues.models import MODELS

import adapter
from adapter.contract.endpoint import CancelEndpoint, Endpoint
from adapter.contract.native import NativeEndpoint
from adapter.registry.config import DEFAULTS, DISTRIBUTION, read, shipped_file
from adapter.registry.discovery import GROUP
from adapter.simulator import Simulator

TESTS = Path(__file__).parent
CODE = re.compile(r"`([^`]+)`")
PACKAGE = Path(adapter.__file__).parent
POINTS = {
    point.name: point
    for point in importlib.metadata.distribution(DISTRIBUTION).entry_points
    if point.group == GROUP
}
ALLOWED = {
    "errors": (),
    "contract": ("errors",),
    "core": ("contract", "errors"),
    "registry": ("contract", "core", "errors"),
    "venues": ("contract",),
    "transports": ("contract", "core.redact"),
    "engine": ("contract", "core", "errors"),
    "integration": ("contract", "core", "engine", "errors", "registry"),
    "simulator": (),
}
"""What each package may import of the others. The tools (ccxt, cli, doctor, testing) may all."""


ENDPOINTS: dict[str, Endpoint] = {name: point.load() for name, point in POINTS.items()}
HTTP = {name: e for name, e in ENDPOINTS.items() if isinstance(e, CancelEndpoint)}
NATIVE = {name: e for name, e in ENDPOINTS.items() if isinstance(e, NativeEndpoint)}
VERIFIED = {name: e for name, e in NATIVE.items() if e.is_verified}


def paths() -> set[str]:
    """Where our products have their orders."""
    return {f"{endpoint.root}/{endpoint.path}" for endpoint in HTTP.values()}


def imports(file: Path) -> Iterator[str]:
    """The absolute names of all that a file imports, wherever in it."""
    package = [PACKAGE.name, *file.parent.relative_to(PACKAGE).parts]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            parts = [*base, *([node.module] if node.module else [])]
            yield from (".".join([*parts, alias.name]) for alias in node.names)


def within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def module(file: Path) -> str:
    """Such as ``adapter.venues.binance.usdm``."""
    return ".".join([PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts])


def files(*packages: str) -> list[Path]:
    """The files of these packages, whatever they are called."""
    every = sorted(PACKAGE.rglob("*.py"))
    return [file for file in every if any(within(module(file), package) for package in packages)]


def test_installed_entry_points_are_those_of_setup_cfg() -> None:
    """An installation that is older than its checkout tests what is not there any more."""
    setup = configparser.ConfigParser()
    setup.read(TESTS.parent / "setup.cfg", encoding="utf-8")
    if "options.entry_points" not in setup:
        pytest.skip("no checkout: the setup.cfg beside the tests, if any, describes no package")
    lines = setup["options.entry_points"][GROUP].strip().splitlines()

    assert {point.name: point.value for point in POINTS.values()} == dict(
        line.split(" = ") for line in lines
    )
    assert setup["metadata"]["version"] == importlib.metadata.version(DISTRIBUTION)


def test_every_plugin_has_a_table_in_plugins_toml() -> None:
    """setup.cfg has the plugins that exist, plugins.toml how each is used: neither has more."""
    assert POINTS.keys() | {DEFAULTS} == read(shipped_file()).keys()


def test_every_plugin_has_golden_cases() -> None:
    """A plugin without recorded answers is not done, and a folder without a plugin is a typo.

    There is nothing to record for a row that is made from no documentation.
    """
    folders = {path.name for path in (TESTS / "golden").iterdir() if path.is_dir()}
    assert HTTP.keys() | VERIFIED.keys() == folders


def test_every_verified_row_has_a_model() -> None:
    """A model of the venue, for each of its exchanges, with which the adapter is tested."""
    modeled = {name for model in MODELS for name in model.IDS}
    served = {name for endpoint in VERIFIED.values() for name in endpoint.exchanges}

    assert set() == {name for name in VERIFIED if name not in modeled}
    assert set() == served - modeled


def test_no_two_rows_serve_one_exchange() -> None:
    """Each id is one of ccxt's, and one row serves those that no other does."""
    served = [name for endpoint in NATIVE.values() for name in endpoint.exchanges]

    assert len(served) == len({*served})
    assert {*served} <= {*ccxt.exchanges}
    assert ["any"] == [name for name, endpoint in NATIVE.items() if not endpoint.exchanges]
    assert all(name in endpoint.exchanges for name, endpoint in VERIFIED.items())


def queries(endpoint: CancelEndpoint) -> set[str]:
    """Where the orders of a product are queried."""
    return {f"{endpoint.root}/{query.path or endpoint.path}" for query in endpoint.queries}


@pytest.mark.parametrize("method", ["DELETE", "GET", "POST"])
def test_every_plugin_has_a_route_in_the_simulator(method: str) -> None:
    """The simulator places, queries and cancels where our products do."""
    routes = {path for verb, path in Simulator().routes if verb == method}
    if method == "GET":
        assert routes > set().union(*map(queries, HTTP.values()))
    else:
        assert paths() == routes


def test_every_plugin_names_its_page() -> None:
    """``docs`` is the exchange's page on that endpoint, and no two are the same."""
    tables = read(shipped_file())
    pages = {name: tables[name]["docs"] for name in POINTS}
    binances = {name for name, page in pages.items() if "//developers.binance.com/" in page}

    assert all(page.startswith("https://") for page in pages.values())
    assert binances == HTTP.keys()
    assert len(POINTS) == len({*pages.values()})


def test_every_plugin_is_one_module_with_one_product() -> None:
    """``binance.usdm`` is ``adapter.venues.binance.usdm:ENDPOINT``, and serves its endpoint."""
    assert {name: f"adapter.venues.{name}:ENDPOINT" for name in POINTS} == {
        name: point.value for name, point in POINTS.items()
    }
    for name in HTTP:
        assert f"``{HTTP[name].request_line}``" in str(
            importlib.import_module(POINTS[name].module).__doc__
        )


def test_no_two_plugins_share_an_endpoint() -> None:
    """As many order endpoints as plugins."""
    assert len(HTTP) == len(paths())


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_go_one_way(package: str) -> None:
    """From the tools to the contract: a venue, a transport or the simulator can be taken out."""
    own = (package, *ALLOWED[package])
    imported = {(file.name, name) for file in files(f"adapter.{package}") for name in imports(file)}
    ours = {(file, name) for file, name in imported if within(name, "adapter")}

    assert imported
    assert not {
        (file, name)
        for file, name in ours
        if not any(within(name, f"adapter.{allowed}") for allowed in own)
    }
    assert package == "simulator" or not {
        (file, name) for file, name in imported if within(name, "rich") or within(name, "pytest")
    }


def test_the_maintenance_page_has_each_package_and_what_it_imports() -> None:
    """And files that are there."""
    page = Page(DOCS / "maintenance.md")
    if not page.text:
        pytest.skip("the pages are not beside the tests")
    rows = {name.strip("`"): CODE.findall(may) for name, _, may in page.table("package")}
    files = {cell for _, cell in page.table("change")} | {page.text.partition("## Where")[0]}
    named = {name for text in files for name in CODE.findall(text) if name.endswith(".py")}

    assert {name: list(may) for name, may in ALLOWED.items()} == rows
    assert named
    assert [] == [name for name in named if not (PACKAGE / name).is_file()]


def test_no_venues_word_is_outside_its_venue() -> None:
    """Neither parameters nor methods of a request: they are values of the endpoint or venue."""
    texts = {
        module(file): file.read_text(encoding="utf-8")
        for file in files("adapter.core", "adapter.contract", "adapter.engine")
    }

    assert [] == [
        (name, word)
        for name, text in texts.items()
        for word in ("orderId", "recvWindow", '"DELETE"')
        if word in text
    ]


def test_type_hints_are_shipped() -> None:
    """``py.typed`` is in the package, so a bot's type checker reads our annotations."""
    assert (PACKAGE / "py.typed").is_file()


def test_version_is_one() -> None:
    """The version in the metadata is one that installers can order, in its normal spelling."""
    version = importlib.metadata.version(DISTRIBUTION)

    assert str(Version(version)) == version
    assert adapter.__version__ == version
    assert "__version__" in dir(adapter)


def test_the_workflow_calls_one_script() -> None:
    """On each Python that the classifiers name, and on no other."""
    workflow = TESTS.parent / ".github" / "workflows" / "ci.yml"
    if not workflow.is_file():
        pytest.skip("no checkout: there is no workflow beside the tests")
    text = workflow.read_text(encoding="utf-8")
    (matrix,) = re.findall(r"python-version: \[(.*)\]", text)
    metadata = importlib.metadata.metadata(DISTRIBUTION).get_all("Classifier", [])

    assert ["bash .ci/run"] == re.findall(r"run: (\S.*)", text)
    assert sorted(
        f"Programming Language :: Python :: {v}" for v in re.findall(r"[\d.]+", matrix)
    ) == (sorted(line for line in metadata if re.search(r"Python :: 3\.\d+", line)))


def test_the_metadata_is_whole() -> None:
    """What PyPI shows; an address of the project is there when there is one, and leads to it."""
    metadata = importlib.metadata.metadata(DISTRIBUTION)
    pythons = {
        c.rpartition(" ")[2] for c in metadata.get_all("Classifier", []) if "Python :: 3." in c
    }

    assert {"3.11", "3.12", "3.13", "3.14"} == pythons
    assert ">=3.11" == metadata["Requires-Python"]
    assert ["MIT"] == [
        *metadata.get_all("License-Expression", []),
        *metadata.get_all("License", []),
    ]
    assert "text/markdown" == metadata["Description-Content-Type"]
    assert "cancel_order" in metadata["Summary"]
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    for _, url in (entry.split(", ") for entry in metadata.get_all("Project-URL", [])):
        assert url.startswith("https://")
        assert "example" not in url
