"""Log lines that include the request id, and one line a minute for a fault that every request meets."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.db.utils import InterfaceError, OperationalError

FAULT_SECONDS: Final = 60.0


class CallFilter(logging.Filter):
    """Prefix log messages with the `X-Request-Id` of the response."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `call` on every record: the request id and a space, or an empty string."""
        request_id: str = getattr(getattr(record, "request", None), "awase_request_id", "")
        record.call = f"{request_id} " if request_id else ""
        return True


class FaultFilter(logging.Filter):
    """Pass each fault of the database or of a file, and 503 responses, once a minute and without a traceback.

    While a database is down, every request would log the same traceback and fill the disk. Other modules mark
    what lasts in the same way with `extra={"is_fault": True}`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._passed_at: dict[str, float] = {}
        self._held_back: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record; shorten it."""
        fault = _fault_of(record)
        if fault is None:
            return True
        at = self._clock()
        if at - self._passed_at.get(fault, float("-inf")) < FAULT_SECONDS:
            self._held_back[fault] = self._held_back.get(fault, 0) + 1
            return False
        self._passed_at[fault] = at
        record.msg, record.args = f"{record.getMessage()}: {fault}", ()
        if count := self._held_back.pop(fault, 0):
            record.msg += f" (and {count} more since it was last logged)"
        record.exc_info = record.exc_text = None
        return True


def _fault_of(record: logging.LogRecord) -> str | None:
    """Return what is wrong with the database, a file or the server, None for any other record."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OperationalError | InterfaceError) or getattr(record, "is_fault", False):
        return next(iter(str(error).splitlines()), "") or type(error).__name__
    if getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE:
        return "503"
    return None
