"""Explains why Binance refuses a key or an account, and what the user does about it.

https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
"""

from __future__ import annotations

from collections.abc import Mapping

from adapter.contract.messages import Response

SIGN_AGAIN = (
    "Copy key and secret again, both of the same key, without spaces or quotes. For an RSA or"
    " Ed25519 key the secret is the private key whose public key is registered at Binance. If both"
    " are right, a proxy may be changing the request."
)
BY_CODE: Mapping[int, tuple[str, str]] = {
    -1002: (
        "this key has no permission for the request",
        "In Binance's API Management, enable the permissions for what you trade.",
    ),
    -1022: (
        "Binance knows the API key, but the secret does not belong to it",
        SIGN_AGAIN,
    ),
    -2008: (
        "there is no such key on this host: demo and real keys differ",
        "Use a key that was created on the site of this host. Binance does not know keys of demo"
        " trading, and demo trading does not know keys of Binance. If the site is the right one,"
        " check in its API Management that the key still exists.",
    ),
    -2014: (
        "the API key does not have the format of a Binance key",
        "Copy the API key again: all of it, without spaces or quotes, and not the secret.",
    ),
    -2015: (
        "Binance does not accept the API key: it does not exist, or this machine's IP address is"
        " not on its list, or it has no permission for the request",
        "In Binance's API Management, check that a key with these first characters exists, that"
        " its list of IP addresses has this machine's public address, and that it has the"
        " permission for what you trade: spot and margin, futures, options or Portfolio Margin. A"
        " key of a testnet"
        " does not work on Binance itself, and a classic account has no Portfolio Margin. If all"
        " of it worked a moment ago, Binance may have banned the IP address temporarily: wait.",
    ),
    -2017: (
        "Binance has locked the API keys of this account",
        "Log in at Binance to see why.",
    ),
    -4056: (
        "this endpoint does not accept a key of this type",
        "Create a key of another type in Binance's API Management.",
    ),
    -4057: (
        "Binance cannot read the registered public RSA key",
        "In Binance's API Management, register the public key again.",
    ),
    -4109: ("the account is inactive", "Activate it at Binance before you trade."),
}


def explain_auth_error(response: Response) -> tuple[str, str] | None:
    """What a refusal means, and what to do about it; None where the user cannot act on it."""
    code = response.data.get("code") if isinstance(response.data, dict) else None
    return BY_CODE.get(code) if isinstance(code, int) else None
