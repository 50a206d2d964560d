"""Distributions on disk, as an installer leaves them, on ``sys.path`` for one test."""

from __future__ import annotations

import configparser
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

from adapter.registry.discovery import GROUP


@attrs.frozen
class Site:
    """A directory to install into. Every distribution has its folder, an entry of ``sys.path``."""

    root: Path
    monkeypatch: pytest.MonkeyPatch

    def install(
        self,
        name: str,
        version: str = "1.0",
        *,
        plugins: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Path:
        """Write a distribution and return its folder.

        ``plugins`` are entry-point names and what they name, ``files`` paths and contents.
        """
        folder = self.root / f"{name}-{version}"
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        points = "".join(f"{key} = {value}\n" for key, value in (plugins or {}).items())
        written = {
            f"{info.name}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info.name}/entry_points.txt": f"[{GROUP}]\n{points}",
            **(files or {}),
        }
        for path, text in written.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        record = "".join(f"{path},,\n" for path in [*written, f"{info.name}/RECORD"])
        (info / "RECORD").write_text(record, encoding="utf-8")
        self.monkeypatch.syspath_prepend(folder)
        return folder

    def install_project(self, project: Path) -> Path:
        """Install a folder that has a setup.cfg and top-level modules, as ``pip install`` would."""
        setup = configparser.ConfigParser()
        setup.read(project / "setup.cfg", encoding="utf-8")
        lines = setup["options.entry_points"][GROUP].strip().splitlines()
        modules = {path.name: path.read_text(encoding="utf-8") for path in project.glob("*.py")}
        return self.install(
            setup["metadata"]["name"],
            setup["metadata"]["version"],
            plugins=dict(line.split(" = ") for line in lines),
            files=modules,
        )

    def close(self) -> None:
        """Forget the modules that were imported from here."""
        for name, module in [*sys.modules.items()]:
            if str(getattr(module, "__file__", None)).startswith(str(self.root)):
                del sys.modules[name]
