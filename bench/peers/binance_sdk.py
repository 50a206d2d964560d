"""Binance's own SDK for USDⓈ-M futures: ``rest_api.cancel_order``, read into its model."""

from __future__ import annotations

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_derivatives_trading_usds_futures import DerivativesTradingUsdsFutures

from bench.target import MARKET, Answer, Client, Target


def prepare(target: Target) -> Client:
    """The SDK's REST client; without retries, so that a failure is one."""
    configuration = ConfigurationRestAPI(
        api_key=target.key, api_secret=target.secret, base_path=target.url, retries=0
    )
    rest = DerivativesTradingUsdsFutures(config_rest_api=configuration).rest_api

    def cancel(order: int) -> Answer:
        data = rest.cancel_order(symbol=MARKET, order_id=order).data()
        return {"status": data.status, "orderId": data.order_id}

    return Client(cancel, rest._session.close)  # it has no close() of its own
