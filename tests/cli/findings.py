"""What the tests of ``ccxt-adapter doctor`` read in its report."""

from __future__ import annotations

from typing import Any


def wheres(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["level"], finding["where"]) for finding in found["findings"]]


def accepted(found: dict[str, Any]) -> dict[str, bool | None]:
    return {query["plugin"]: query["accepted"] for query in found["queries"]}
