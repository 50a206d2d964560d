from adapter.testing import Answer, PluginSuite

ORDER_ID = "9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b"
CLIENT_ID = "e5fe8482-05bb-428f-ad4d-dbc8ce39239c"
ORDER = {"order_id": ORDER_ID, "client_order_id": CLIENT_ID, "status": "CANCELLED"}
REFUSED = f'"success":false,"failure_reason":"UNKNOWN_CANCEL_ORDER","order_id":"{ORDER_ID}"'


class TestCoinbase(PluginSuite):
    plugin, exchange_id, symbol = "coinbase.spot", "coinbase", "LTC/BTC"
    order_id, client_order_id = ORDER_ID, CLIENT_ID
    canceled = Answer(body={"results": [{"success": True, "order_id": ORDER_ID}]})
    queried = (Answer(body={"order": ORDER}),)
    unknown_order = Answer(body='{"results":[{' + REFUSED + "}]}")
