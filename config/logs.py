"""Lines of the log that name the call they are about."""

import logging


class CallFilter(logging.Filter):
    """Put the id of a call in front of what is logged of it: the `X-Request-Id` of its answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with `call`: the id and a space, or nothing."""
        request_id: str = getattr(getattr(record, "request", None), "awase_request_id", "")
        record.call = f"{request_id} " if request_id else ""
        return True
