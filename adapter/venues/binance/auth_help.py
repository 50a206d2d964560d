"""What Binance means when it refuses a key or an account, and what its user does about it.

https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
"""

from __future__ import annotations

from collections.abc import Mapping

from adapter.contract.messages import Response

SIGN_AGAIN = (
    "Copy key and secret again, both of the same key, without spaces or quotes. For an RSA or"
    " Ed25519 key the secret is the private key whose public half stands at Binance. If they are"
    " right, a proxy on the way changes what is sent."
)
BY_CODE: Mapping[int, tuple[str, str]] = {
    -1002: (
        "Binance does not let this key do that",
        "In Binance's API Management, allow the key what you trade.",
    ),
    -1022: (
        "Binance knows the API key, but the secret does not belong to it",
        SIGN_AGAIN,
    ),
    -2008: (
        "there is no such key on this host: demo and real keys differ",
        "Use a key that was made on this host's own site. A key of demo trading is not known to the"
        " real Binance, nor a real one to demo trading. If the site is the right one, see in its"
        " API Management that the key is still there.",
    ),
    -2014: (
        "what was given as the API key does not look like one of Binance's",
        "Copy the API key again: all of it, without spaces or quotes, and not the secret in its"
        " place.",
    ),
    -2015: (
        "Binance does not accept the API key: there is none like it, or this machine's address is"
        " not on its list, or it may not do that",
        "In Binance's API Management, see that a key with these first characters is there, that"
        " its list of IP addresses has this machine's public one, and that it is allowed what you"
        " trade: futures, options or Portfolio Margin. A key of a testnet does not open the real"
        " Binance, and a classic account has no Portfolio Margin. If all of it worked a moment"
        " ago, Binance may have banned the address for a while: wait.",
    ),
    -2017: (
        "Binance has locked the API keys of this account",
        "Log in at Binance and see why.",
    ),
    -4056: (
        "Binance does not take a key of this type here",
        "Make a key of another type in Binance's API Management.",
    ),
    -4057: (
        "Binance cannot read the public RSA key that it was given",
        "In Binance's API Management, register the public half of your key again.",
    ),
    -4109: ("the account is inactive", "Activate it at Binance before you trade."),
}


def explain_auth_error(response: Response) -> tuple[str, str] | None:
    """What a refusal means and what to do about it; None for what is no matter of the user's."""
    code = response.data.get("code") if isinstance(response.data, dict) else None
    return BY_CODE.get(code) if isinstance(code, int) else None
