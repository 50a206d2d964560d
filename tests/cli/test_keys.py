"""Where ``ccxt-adapter cancel`` takes its keys from."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapter.cli import main
from adapter.cli.exit_codes import UsageError
from adapter.cli.keys import API_KEY, SECRET, settings, variable
from adapter.simulator import Simulator

HIDDEN = "not-to-be-seen"


def written(path: Path, text: str) -> str:
    file = path / "keys.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    """The two variables are the keys, without the line break that a file leaves on them."""
    environment.setenv(API_KEY, "key\r")
    environment.setenv(SECRET, " secret\n")

    assert {"apiKey": "key", "secret": "secret"} == settings(None)


def test_a_file_wins_over_the_environment(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What --config names is used alone."""
    environment.setenv(API_KEY, "other")
    environment.setenv(SECRET, "other")
    file = written(tmp_path, 'apiKey = "key"\nsecret = "secret"\n[options]\nrecvWindow = 5000')

    expected = {"apiKey": "key", "secret": "secret", "options": {"recvWindow": 5000}}
    assert expected == settings(file)


@pytest.mark.parametrize("escaped", [False, True], ids=["line breaks", "escapes"])
def test_a_pem_signs(sim: Simulator, environment: pytest.MonkeyPatch, escaped: bool) -> None:
    """An Ed25519 key in PEM works, with its line breaks or with escapes instead of them."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    sim.add_key("mine", pem)
    environment.setenv(API_KEY, "mine")
    environment.setenv(SECRET, pem.replace("\n", "\\n") if escaped else pem)
    order = sim.place("usdm", "BTCUSDT")

    assert 0 == main(["cancel", str(order.order_id), "BTC/USDT:USDT", "--url", sim.url])


def test_an_hmac_secret_is_left_as_it_is(environment: pytest.MonkeyPatch) -> None:
    """A backslash in a secret that is no PEM is a backslash."""
    environment.setenv(API_KEY, "key")
    environment.setenv(SECRET, r"a\nb")

    assert r"a\nb" == settings(None)["secret"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"secret = {HIDDEN}", "is not TOML"),
        (f'secret = "{HIDDEN}"', "has no apiKey"),
        (f'apiKey = "{HIDDEN}"\nsecret = " "', "has no secret"),
        (f'apikey = "{HIDDEN}"', "has no setting 'apikey'; there are apiKey, secret, options"),
        ("apiKey = 1", "apiKey must be a string"),
        (f'options = "{HIDDEN}"', "options must be a table"),
    ],
)
def test_a_broken_file(tmp_path: Path, text: str, said: str) -> None:
    """A file that cannot be used is named with what is wrong in it, and no value is shown."""
    file = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        settings(file)

    assert f"{file}: {said}" in str(caught.value)
    assert HIDDEN not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(UsageError, match=r"keys\.toml: cannot be read \(No such file"):
        settings(str(tmp_path / "keys.toml"))


def test_what_ccxt_needs_at_the_exchange(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """OKX has a password, too, in the environment and in a file."""
    line = ["cancel", "1", "BTC/USDT", "--exchange", "okx", "--url", "http://127.0.0.1:9"]
    assert 2 == main(line)
    said = "set OKX_API_KEY, OKX_SECRET and OKX_PASSWORD in the environment, or name a TOML file"
    assert f"{said} with apiKey, secret and password by --config" in capsys.readouterr().err

    for name in ("OKX_API_KEY", "OKX_SECRET", "OKX_PASSWORD"):
        environment.setenv(name, "given")
    assert 1 == main([*line, "--deadline", "0.5"])
    assert "the markets could not be loaded" in capsys.readouterr().err

    file = written(tmp_path, 'apiKey = "key"\nsecret = "secret"')
    assert 2 == main([*line, "--config", file])
    assert "has no password" in capsys.readouterr().err


def test_the_variable_of_a_credential() -> None:
    """ccxt's name in capitals, its words apart."""
    names = [variable("HYPERLIQUID", name) for name in ("walletAddress", "privateKey")]
    assert ["HYPERLIQUID_WALLET_ADDRESS", "HYPERLIQUID_PRIVATE_KEY"] == names
