"""What the tests of every client share: a simulator, keys, and factories of the clients."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapter.simulator import Simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as sim:
        yield sim


@pytest.fixture(scope="session", params=["ed25519", "rsa"])
def pem(request: pytest.FixtureRequest) -> str:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if request.param == "rsa"
        else ed25519.Ed25519PrivateKey.generate()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def connect_sdk(sim: Simulator, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., Any]]:
    """Return what makes the REST client of an SDK: ``connect_sdk(its class, **credentials)``.

    Credentials are those of the simulator where not given; a private key takes the secret's place.
    """
    common = pytest.importorskip("binance_common.configuration")

    def connected(sdk: Any, *, private_key: str | None = None, **credentials: str) -> Any:
        secret = {"private_key": private_key} if private_key else {"api_secret": sim.secret}
        configuration = common.ConfigurationRestAPI(
            **{"api_key": sim.api_key, **secret, **credentials},
            base_path=sim.url,
            timeout=10_000,
            retries=0,
        )
        client = sdk(config_rest_api=configuration).rest_api
        opened.callback(client._session.close)  # it has no close() of its own
        return client

    with ExitStack() as opened:
        yield connected
    # The SDK takes an answer of other types than its model declares all the same, with a warning.
    said = [record.getMessage() for record in caplog.get_records("call") if record.name == "root"]
    assert said == []


@pytest.fixture(params=["sync", "async"])
async def connect(
    request: pytest.FixtureRequest, sim: Simulator
) -> AsyncIterator[Callable[..., Callable[..., Awaitable[Any]]]]:
    """Return a factory of a client of python-binance and a function that calls it, in either mode.

    ``connect(**options)("method", **params)`` awaits the answer.
    """
    binance = pytest.importorskip("binance")
    sync = partial(binance.Client, ping=False)
    clients = []

    def connected(**options: Any) -> Callable[..., Awaitable[Any]]:
        credentials = {"api_key": sim.api_key, "api_secret": sim.secret, **options}
        client = (sync if request.param == "sync" else binance.AsyncClient)(**credentials)
        client.API_URL = f"{sim.url}/api"
        client.MARGIN_API_URL = f"{sim.url}/sapi"
        client.FUTURES_URL = f"{sim.url}/fapi"
        client.FUTURES_COIN_URL = f"{sim.url}/dapi"
        client.OPTIONS_URL = f"{sim.url}/eapi"
        client.PAPI_URL = f"{sim.url}/papi"
        clients.append(client)
        return partial(_call, client)

    yield connected
    for client in clients:
        await _call(client, "close_connection")


async def _call(client: Any, method: str, **params: object) -> Any:
    answer = getattr(client, method)(**params)
    return await answer if inspect.isawaitable(answer) else answer
