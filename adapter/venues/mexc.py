"""MEXC: spot answers a cancel with the order, swap with a code for each id of a list.

Nothing says that the cancel is then executed, and the client id of the answer is the cancel's own.

https://www.mexc.com/api-docs/spot-v3/spot-account-trade#cancel-order
https://www.mexc.com/api-docs/spot-v3/error-code
https://www.mexc.com/api-docs/futures/account-and-trading-endpoints/cancel-orders
https://www.mexc.com/api-docs/futures/error-code
"""

from adapter.contract.native import (
    CLOCK,
    NOT_FOUND,
    NOT_PERMITTED,
    WRONG_KEY,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, each_in

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"mexc"}),
    confirms="MEXC's answer to a cancel only accepts it; fetchOrder shows when it is final",
    client_id_symbols=r"[^:]+",
    client_id_pattern=r"[A-Za-z0-9_-]{1,32}",
    client_id_rule="up to 32 letters, digits, - and _",
    looks=(
        Look(triggers=False),
        # ccxt has none for those that have ended
        Look(method="fetch_open_orders", lists=True, triggers=True),
    ),
    # ccxt would ask for spot orders among the swaps
    batch=NativeBatch(size=50, symbols=r".+:.+", split=each_in("data")),
    list_params=frozenset({"type"}),
    page_size=100,
    query_params=frozenset({"marginMode"}),
    acknowledges=lambda answer: text_at(answer, "code|orderId") is not None,
    error_fields=("data.0.errorCode", "code"),
    successes=frozenset({"0", "200"}),
    codes={
        "-2011": NOT_FOUND,
        "-2013": NOT_FOUND,
        "2040": NOT_FOUND,
        "2041": NOT_FOUND,
        "10072": WRONG_KEY,
        "10073": CLOCK,
        "700003": CLOCK,
        "700006": NOT_PERMITTED,
    },
    status_field="status|state",
    statuses={"5": "rejected"},
    filled_statuses=frozenset({"FILLED", "3"}),
    conditional_hint='if it is a trigger order, pass params={"trigger": True}',
)
