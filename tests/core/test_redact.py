"""Keys and signatures are taken out of text, however a page spells them."""

from __future__ import annotations

import pytest

from adapter.core.redact import redact

SECRET = "aB+/c="


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<a href='/order?symbol=X&signature=0a1b2c'>", "<a href='/order?symbol=X&signature=…'>"),
        ("SIGNATURE%3D0a1b&x=1", "SIGNATURE%3D…&x=1"),
        (r'"signature\u003d0a1b\u0026x"', r'"signature\u003d…\u0026x"'),
        ("no secret here", "no secret here"),
        (f"key {SECRET} key", "key …= key"),
        ("in a query aB%2B%2Fc%3D", "in a query …%3D"),
        (r"in JSON aB\u002b\/c", "in JSON …"),
    ],
)
def test_secrets_are_hidden(text: str, shown: str) -> None:
    """As they are, percent-encoded, or in JSON's escapes."""
    assert shown == redact(text, (SECRET,))
