"""Pages that quote the headers of a request: nothing of a key or a signature is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from venues.models import MODELS
from venues.models.model import Model
from venues.models.server import Answer, Call
from venues.play import heard
from venues.test_native import cancel, placed
from venues.test_native_batch import cancel_many
from venues.truth import leaks, texts_of

SOON = {"deadline": 1.0}


def quoting(model_class: type[Model]) -> type[Model]:
    """A venue behind a proxy whose page, or whose refusal, has all headers of the request."""

    class Quoting(model_class):  # type: ignore[misc,valid-type]  # a class of its own for each
        def _execute(self, call: Call, kind: str, handler: Callable[[Call], Any]) -> Answer:
            if kind == "cancel":
                return Answer({"code": "77777", "error": 7, "msg": str(dict(call.headers))})
            if kind == "query":
                return Answer(f"<html>{dict(call.headers)}</html>", 502)
            answer: Answer = super()._execute(call, kind, handler)
            return answer

    return Quoting


@pytest.fixture(params=MODELS, ids=lambda model: model.IDS[0])
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    with quoting(request.param)() as model:
        yield model


def shown(result: Any) -> Iterator[str]:
    """All texts but ``info``, which is the exchange's answer as it came."""
    for each in result if isinstance(result, list) else [result]:
        if isinstance(each, dict):
            yield repr({key: each[key] for key in each.keys() - {"info", "error"}})
            each = each.get("error")
        yield from texts_of(each)


def test_no_header_of_the_request_is_shown(model: Model, mode: str) -> None:
    """In no order, no error, no cause and no line of the log."""
    symbol = next(iter(model.MARKETS))
    placed(model, symbol), placed(model, symbol)
    ids = [order.id for order in model.book.orders()]
    with heard() as lines:
        results = (
            cancel(model, mode, ids[0], symbol, SOON),
            cancel_many(model, mode, ids, symbol, SOON),
        )

    texts = [text for result in results for text in shown(result)]
    assert [] == [*leaks([model], [*texts, *lines])]
