"""What ccxt sends to the venues that its own methods serve, and what it makes of their answers.

``python -m bench.venues`` asks the ccxt that is installed, prints by venue what is not as it stands
in venues.json, and runs the tests of those venues. ``--write`` records what it has found. Of an
exchange without a model, only the request of a cancel is known.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ccxt

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the models are there

from venues.anywhere import PARAMS, SPOT, any_host, connect, page  # noqa: E402
from venues.models import MODELS  # noqa: E402
from venues.models.model import Model, Request  # noqa: E402
from venues.models.test_models import AMOUNTS, PRICE  # noqa: E402

FILE = Path(__file__).parent / "venues.json"
FAULTS = ("fill_before", "cancel_before", "busy", "rate_limit", "clock", "timed_out", "html")
TESTS = (
    ["tests/venues", "tests/contract/test_native_answers.py"],
    ["tests/test_golden.py", "-m", "", "-k", "not binance"],
)

Json = dict[str, Any]


def observed() -> Json:
    models = {model.IDS[0]: {s: calls(model, s) for s in model.MARKETS} for model in MODELS}
    with any_host() as host:
        others = [name for name in ccxt.exchanges if name not in models]
        swept = {name: cancel_of(name, host.address(page)) for name in others}
    return {"ccxt": ccxt.__version__, "venues": models | swept}


def calls(cls: type[Model], symbol: str) -> Json:
    """The requests of each call and how it ends; and how a cancel ends after each fault."""
    with cls() as model:
        exchange = model.connect(getattr(ccxt, cls.IDS[0])({"enableRateLimit": False}))
        ids: list[str] = []

        def place() -> Any:
            order = exchange.create_order(symbol, "limit", "buy", AMOUNTS[symbol], PRICE)
            ids.append(str(order["id"]))
            return order

        def fetch() -> Any:
            return exchange.fetch_order(ids[-1], symbol, dict(cls.FETCH_PARAMS))

        def cancel() -> Any:
            return exchange.cancel_order(ids[-1], symbol)

        found: Json = {}
        for name, call in {
            "load_markets": exchange.load_markets,
            "create_order": place,
            "fetch_order": fetch,
            "fetch_open_orders": lambda: exchange.fetch_open_orders(symbol),
            "cancel_order": cancel,
            "cancel_order, a second time": cancel,
            "fetch_order, canceled": fetch,
        }.items():
            before, end = len(model.requests), ended(call)
            found[name] = " ".join([*map(line, model.requests[before:]), "→", end])
        for fault in FAULTS:
            if fault != "timed_out" or fault in cls.ERRORS:
                place()
                model.fault(fault)
                found[f"cancel_order, {fault}"] = f"{ended(cancel)}, then {ended(fetch)}"
        return found


def ended(call: Callable[[], Any]) -> str:
    """The status of the order that ccxt returns, or the class of its error."""
    try:
        returned = call()
    except Exception as e:
        return type(e).__name__
    is_order = isinstance(returned, Mapping) and "status" in returned
    return str(returned["status"]) if is_order else "returned"


def line(request: Request) -> str:
    params = request.params[0] if isinstance(request.params, list) else request.params
    names = [*params] if isinstance(params, Mapping) else []
    return f"{request.method} {request.path} ({', '.join(sorted(names))})"


def cancel_of(name: str, address: Any) -> str:
    """The requests of a cancel, and how it ends if a page answers."""
    try:
        exchange = connect(name, address)
    except Exception as e:
        return type(e).__name__
    end = ended(lambda: exchange.cancel_order("123456", SPOT, dict(PARAMS.get(name, {}))))
    return " ".join([*address.received, "→", end])


def flat(found: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value by the names that lead to it."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from flat(dict(value), f"{path}{name}: ")
        else:
            yield path + name, str(value)


def changes(recorded: Json, found: Json) -> list[str]:
    was, now = dict(flat(recorded)), dict(flat(found))
    differ = sorted(name for name in was | now if was.get(name) != now.get(name))
    return [
        f"{name}\n    was  {was.get(name, 'nothing')}\n    is   {now.get(name, 'nothing')}"
        for name in differ
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.venues", description=__doc__)
    parser.add_argument("--write", action="store_true", help="record what is found")
    args, found = parser.parse_args(), observed()
    if args.write:
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    recorded = json.loads(FILE.read_text(encoding="utf-8"))
    differ = changes(recorded["venues"], found["venues"])
    print(
        *differ, f"ccxt {found['ccxt']}: {len(differ)} changes since {recorded['ccxt']}", sep="\n"
    )
    pytest = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no"]
    ends = [subprocess.run([*pytest, *tests], cwd=ROOT, check=False) for tests in TESTS]  # noqa: S603
    return 1 if differ or any(end.returncode for end in ends) else 0


if __name__ == "__main__":
    sys.exit(main())
