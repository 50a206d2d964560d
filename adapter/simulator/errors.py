"""Binance's error answers, as exceptions with their HTTP status, code and text.

Sources:
https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
https://developers.binance.com/docs/derivatives/options-trading/error-code
https://developers.binance.com/docs/derivatives/portfolio-margin/error-code
https://developers.binance.com/docs/binance-spot-api-docs/errors
"""


class ApiError(Exception):
    """What Binance answers instead of a result: ``{"code": code, "msg": msg}`` with ``status``."""

    def __init__(self, code: int, msg: str, *, status: int = 400) -> None:
        super().__init__(code, msg)
        self.code = code
        self.msg = msg
        self.status = status


def illegal(name: str, legal: str) -> ApiError:
    """Return -1100: the value of parameter ``name`` does not match the pattern ``legal``."""
    text = f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    return ApiError(-1100, text)


def duplicate_values() -> ApiError:
    """Return -1101: one parameter was sent twice."""
    return ApiError(-1101, "Duplicate values for a parameter detected.")


def mandatory(name: str) -> ApiError:
    """Return -1102: parameter ``name`` is missing or empty."""
    text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    return ApiError(-1102, text)


def no_id(client_id: str, order_id: str = "orderId") -> ApiError:
    """Return -1102: neither the parameter ``order_id`` nor ``client_id`` was sent."""
    text = f"Param '{client_id}' or '{order_id}' must be sent, but both were empty/null!"
    return ApiError(-1102, text)


def unread(*, read: int, sent: int) -> ApiError:
    """Return -1104: ``sent`` parameters came and only ``read`` of them are known here."""
    text = f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'."
    return ApiError(-1104, text)


def empty(name: str) -> ApiError:
    """Return -1105: the optional parameter ``name`` was sent without a value."""
    return ApiError(-1105, f"Parameter '{name}' was empty.")


def invalid(name: str) -> ApiError:
    """Return -1130: the value of parameter ``name`` is well-formed and still impossible."""
    return ApiError(-1130, f"Data sent for parameter '{name}' is not valid.")


def not_in_enumeration(name: str) -> ApiError:
    """Return the error for a value that is not in the enumeration of parameter ``name``."""
    own = {
        "timeInForce": (-1115, "Invalid timeInForce."),
        "type": (-1116, "Invalid orderType."),
        "side": (-1117, "Invalid side."),
    }
    return ApiError(*own[name]) if name in own else invalid(name)


def bad_amount(name: str) -> ApiError:
    """Return -1013: a price or a quantity that is not above zero."""
    return ApiError(-1013, f"Invalid {name}.")


def bad_symbol() -> ApiError:
    """Return -1121: no such symbol on this product."""
    return ApiError(-1121, "Invalid symbol.")


def client_id_too_long(limit: int) -> ApiError:
    """Return -4015: the client id has more than ``limit`` characters."""
    return ApiError(-4015, f"Client order id length should not be more than {limit} chars")


def client_id_mismatch() -> ApiError:
    """Return -2039: both ids were sent and they name different orders."""
    return ApiError(-2039, "Client order ID is not correct for this order ID.")


def bad_restriction() -> ApiError:
    """Return -1145: ``cancelRestrictions`` has a value that it cannot have."""
    return ApiError(-1145, "Invalid cancelRestrictions")


def restricted() -> ApiError:
    """Return -2011: the order is open, and not in the state that ``cancelRestrictions`` names."""
    return ApiError(-2011, "Order was not canceled due to cancel restrictions.")


def unknown_order() -> ApiError:
    """Return -2011: nothing open to cancel under this id."""
    return ApiError(-2011, "Unknown order sent.")


def too_many_cancels() -> ApiError:
    """Return -4032: one request cancels at most ten orders."""
    return ApiError(-4032, "Exceed maximum cancel order size.")


def too_many_option_cancels() -> ApiError:
    """Return -6011: the same on Options, whose pages do not say with which text."""
    return ApiError(-6011, "Over max count of batch cancel orders.")


def no_such_order() -> ApiError:
    """Return -2013: a query found nothing."""
    return ApiError(-2013, "Order does not exist.")


def final_order() -> ApiError:
    """Return -6028: the Options answer to cancelling an order that has ended."""
    return ApiError(-6028, "Order is in final state")


def duplicate_client_id() -> ApiError:
    """Return -4116: another open order has this client id."""
    return ApiError(-4116, "ClientOrderId is duplicated.")


def duplicate_option_client_id() -> ApiError:
    """Return -6044: the same on Options."""
    return ApiError(-6044, "Duplicate clientOrderId")


def duplicate_spot_order() -> ApiError:
    """Return -2010: another open order of the symbol has this client id, on spot."""
    return ApiError(-2010, "Duplicate order sent.")


def bad_combination() -> ApiError:
    """Return -1014: the types of the legs make no order list; Binance's pages name no code."""
    return ApiError(-1014, "Unsupported order combination.")


def bad_prices() -> ApiError:
    """Return -2010: the last price is not between those of the two legs of an OCO."""
    return ApiError(-2010, "The relationship of the prices for the orders is not correct.")


def same_order() -> ApiError:
    """Return -5027: an amendment that changes nothing."""
    return ApiError(-5027, "No need to modify the order.")


def same_inverse_order() -> ApiError:
    """Return -4197: the same on COIN-M."""
    return ApiError(-4197, "No need to modify the order.")


def not_reduce_only() -> ApiError:
    """Return -5047: an amendment says reduce-only of an order that is not."""
    return ApiError(-5047, "The original order is not a reduce-only order")


def bad_leverage(leverage: int) -> ApiError:
    """Return -4028: no bracket of the symbol allows this leverage."""
    return ApiError(-4028, f"Leverage {leverage} is not valid")


def same_margin_type() -> ApiError:
    """Return -4046: the symbol has this margin type already."""
    return ApiError(-4046, "No need to change margin type.")


def bad_interval() -> ApiError:
    """Return -1120: there are no candles of this length."""
    return ApiError(-1120, "Invalid interval.")


def conditional_moved() -> ApiError:
    """Return -4120: USDⓈ-M has conditional orders at the algo endpoints since 2025-12-09."""
    text = "Order type not supported for this endpoint. Please use the Algo Order API endpoints"
    return ApiError(-4120, f"{text} instead.")


def bad_key_format() -> ApiError:
    """Return -2014: the header ``X-MBX-APIKEY`` is missing or empty."""
    return ApiError(-2014, "API-key format invalid.", status=401)


def unknown_key() -> ApiError:
    """Return -2015: the API key is unknown."""
    return ApiError(-2015, "Invalid API-key, IP, or permissions for action.", status=401)


def bad_signature() -> ApiError:
    """Return -1022: the signature does not fit the bytes that arrived."""
    return ApiError(-1022, "Signature for this request is not valid.")


def too_early() -> ApiError:
    """Return -1021: the timestamp is 1000 ms or more ahead of the server."""
    return ApiError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")


def too_late() -> ApiError:
    """Return -1021: the timestamp is older than recvWindow allows."""
    return ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")


def wide_window() -> ApiError:
    """Return -1131: recvWindow is above 60000 ms."""
    return ApiError(-1131, "recvWindow must be less than 60000")


def limited(host: str) -> ApiError:
    """Return -1003, on Options -1008, with 429: too much weight in this minute."""
    limit = {"api": 6000, "papi": 6000, "sapi": 12000}.get(host, 2400)
    text = f"Too many requests; current limit is {limit} requests per minute."
    return ApiError(-1008 if host == "eapi" else -1003, text, status=429)


def banned(until: int) -> ApiError:
    """Return -1003 with 418: this address is banned until ``until``, in ms since 1970."""
    text = f"Way too many requests; IP banned until {until}."
    more = "Please use the websocket for live updates to avoid bans."
    return ApiError(-1003, f"{text} {more}", status=418)
