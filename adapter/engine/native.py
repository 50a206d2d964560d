"""The channel that calls ccxt's methods, where the user has replaced one of them."""

from __future__ import annotations

import attrs
import ccxt

from adapter.contract.messages import ApiRequest, NoResponse, Response
from adapter.engine.channel import BaseChannel, Sending, is_unsent, timeout_for
from adapter.engine.implicit import implicit_call


@attrs.define(eq=False)
class Native(BaseChannel):
    """Calls ccxt's implicit methods, which wait in ccxt's queue, sign and send."""

    overrides: tuple[str, ...] = attrs.field(kw_only=True)
    """The methods that the user has replaced."""

    def send(self, request: ApiRequest, seconds: float) -> Sending:
        """Send one request by ccxt's implicit method, which charges ccxt's throttle."""
        began = self.state.io.clock()
        if (refused := self._check_blocked(self.limiter(), seconds)) is not None:
            return refused
        venue = self.active.endpoint.venue
        window_param = venue.recv_window_param
        if request.recv_window is not None and window_param is not None:
            params = {**request.params, window_param: request.recv_window}
            request = attrs.evolve(request, params=params)
        errors, timeout = self.state.config.error_classes[self.active.plugin], timeout_for(seconds)
        effect = implicit_call(
            self.exchange,
            request,
            self.overrides,
            errors,
            error_field=venue.error_field,
            left=timeout,
        )
        if self.has_listener:
            details = self.sent_details
            self.emit("sent", method=request.method, path=request.path, **details)
        self.has_sent = self.has_sent or self.is_cancel
        response: Response | NoResponse = yield effect
        self.has_left = not is_unsent(response)
        return self._report(response, began)

    def _request_clock(self, api: str, seconds: float) -> Sending:
        path = self.active.endpoint.venue.time_path
        page = ApiRequest(method="GET", api=api, path=path, params={}, weight=1)
        try:
            return (yield from self.send(page, seconds))
        except ccxt.NotSupported as e:
            return NoResponse(may_have_been_sent=False, reason=str(e))
