"""The arguments of a cancel of several orders, and which of them go in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import attrs
import ccxt

from adapter.contract.endpoint import Endpoint
from adapter.contract.messages import CancelRequest

T = TypeVar("T")

CLIENT_ID = "clientOrderId"


@attrs.frozen
class Named:
    """One of several ids, as the arguments of the cancel of one order."""

    id: Any
    params: Mapping[str, Any]
    name: str
    """Which one it is, for messages."""


def parse_ids(name: str, ids: Any, params: Mapping[str, Any], endpoint: Endpoint) -> list[Named]:
    """The ids in their order. Client ids in params win, as in ccxt; ``params`` is not changed.

    As many order ids as client ids are those of the same orders. ``name`` is the exchange's.

    Raises ``ccxt.ArgumentsRequired`` without any list of ids, and ``ccxt.BadRequest`` for one that
    is none, two that do not belong together, or ids in another param.
    """
    words, venue, name = (
        endpoint.venue.client_id_list_params,
        endpoint.venue,
        f"{name} cancelOrders()",
    )
    if (word := id_param_in(params, endpoint, but=words)) is not None:
        raise ccxt.BadRequest(
            f"{name} takes ids as lists: the first argument, or params[{words[0]!r}]; got"
            f" params[{word!r}]"
        )
    word = next((word for word in words if params.get(word)), words[0])
    order_ids = _listed(name, "ids", ids)
    client_ids = _listed(name, f"params[{word!r}]", params.get(word))
    if ids is None and params.get(word) is None:
        raise ccxt.ArgumentsRequired(
            f"{name} needs a list of ids: pass it first, or client ids as"
            f" params={{{words[0]!r}: […]}}"
        )
    if client_ids and order_ids and len(client_ids) != len(order_ids):
        raise ccxt.BadRequest(
            f"{name} got {len(order_ids)} ids and {len(client_ids)} client ids: pass one"
            " of the two, or both ids of each order"
        )
    left = {key: value for key, value in params.items() if key not in words}
    if not client_ids:
        return [Named(each, left, f"ids[{index}]") for index, each in enumerate(order_ids)]
    # ccxt's word, which messages name, where the venue has it
    own = CLIENT_ID if CLIENT_ID in venue.client_id_params else venue.client_id_params[0]
    both = order_ids or [None] * len(client_ids)
    return [
        Named(order_id, {**left, own: client_id}, f"params[{word!r}][{index}]")
        for index, (order_id, client_id) in enumerate(zip(both, client_ids, strict=True))
    ]


def id_param_in(
    params: Mapping[str, Any], endpoint: Endpoint, *, but: Iterable[str] = ()
) -> str | None:
    """A param that has ids, of one order or of several, if there is one besides ``but``.

    It would be sent, or be taken for the id of each order. The letters' case may mean nothing to
    the exchange.
    """
    batch, venue = endpoint.batch_cancel, endpoint.venue
    of_batch = () if batch is None else (batch.order_ids_param, batch.client_ids_param)
    words = {
        *(*venue.client_id_params, *venue.client_id_list_params),
        *(*endpoint.order_id_params, *of_batch),
    }
    folded = {word.lower() for word in of_batch}
    return next(
        (
            word
            for word, value in params.items()
            if word not in but
            and (word in words or word.lower() in folded)
            and value not in (None, "")
        ),
        None,
    )


def _listed(name: str, what: str, ids: Any) -> list[Any]:
    if ids is None:
        return []
    if isinstance(ids, Iterable) and not isinstance(ids, str | bytes | Mapping):
        return list(ids)
    raise ccxt.BadRequest(f"{name} takes {what} as a list; got {type(ids).__name__}")


def batches(members: Iterable[tuple[CancelRequest, T]], size: int) -> list[Sequence[T]]:
    """The members in groups of at most ``size``, of one market and with ids of one kind."""
    alike: defaultdict[tuple[str, bool], list[T]] = defaultdict(list)
    for call, member in members:
        alike[call.market_id, call.client_order_id is None].append(member)
    return [
        group[first : first + size]
        for group in alike.values()
        for first in range(0, len(group), size)
    ]
