"""Log lines that include the request id."""

import logging


class CallFilter(logging.Filter):
    """Prefix log messages with the `X-Request-Id` of the response."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `call` on every record: the request id and a space, or an empty string."""
        request_id: str = getattr(getattr(record, "request", None), "awase_request_id", "")
        record.call = f"{request_id} " if request_id else ""
        return True
