"""The parameters of a request: read from query and body, and checked as Binance checks them."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from urllib.parse import parse_qsl

import attrs

from adapter.simulator import errors

_WHOLE = r"^[0-9]{1,20}$"
_AMOUNT = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_INT64 = 2**63 - 1


@attrs.frozen
class Params:
    """Names and decoded values, each name once."""

    values: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """Return the value or None; raises -1105 for an empty one."""
        value = self.values.get(name)
        if value == "":
            raise errors.empty(name)
        return value

    def required(self, name: str) -> str:
        """Return the value; raises -1102 if it is missing or empty."""
        value = self.values.get(name)
        if not value:
            raise errors.mandatory(name)
        return value

    def integer(self, name: str) -> int | None:
        """Return the value as an int64, or None; raises -1100, -1105 or -1130."""
        text = self.get(name)
        if text is None:
            return None
        if not re.fullmatch(_WHOLE, text, re.ASCII):
            raise errors.illegal(name, _WHOLE)
        if int(text) > _INT64:
            raise errors.invalid(name)
        return int(text)

    def amount(self, name: str) -> Decimal:
        """Return a mandatory price or quantity; raises -1102, -1100, or -1013 unless above 0."""
        text = self.required(name)
        if not re.fullmatch(_AMOUNT, text, re.ASCII):
            raise errors.illegal(name, _AMOUNT)
        if not Decimal(text):
            raise errors.bad_amount(name)
        return Decimal(text)

    def one_of(self, name: str, values: Collection[str]) -> str:
        """Return a mandatory value of an enumeration; raises -1102, or the enumeration's error."""
        value = self.required(name)
        if value not in values:
            raise errors.not_in_enumeration(name)
        return value

    def optional_one_of(self, name: str, values: Collection[str], default: str) -> str:
        """Return an optional value of an enumeration, or the default; raises -1105 or -1130."""
        value = self.get(name)
        if value is None:
            return default
        if value not in values:
            raise errors.invalid(name)
        return value

    def flag(self, name: str) -> bool:
        """Return whether an optional boolean was sent as true, in any case."""
        return (self.get(name) or "").lower() == "true"

    def check_known(self, known: Collection[str]) -> None:
        """Raise -1104 if any name is not in ``known``."""
        read = sum(name in known for name in self.values)
        if read != len(self.values):
            raise errors.unread(read=read, sent=len(self.values))


def parsed(query: str, body: str) -> Params:
    """Return the parameters of a raw query string and a raw form body; the query takes precedence.

    Raises -1101 if either of the two has a name twice.
    """
    return Params({**_once(body), **_once(query)})


def _once(raw: str) -> dict[str, str]:
    pairs = parse_qsl(raw, keep_blank_values=True)
    values = dict(pairs)
    if len(values) != len(pairs):
        raise errors.duplicate_values()
    return values
