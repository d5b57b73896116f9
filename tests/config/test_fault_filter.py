import logging
import sys

import pytest
from django.db import OperationalError

from config.logs import FaultFilter


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def record_of(error: Exception | None, **fields: object) -> logging.LogRecord:
    """Return what a logger passes to its handlers."""
    caught = None
    if error is not None:
        try:
            raise error
        except type(error):
            caught = sys.exc_info()
    record = logging.LogRecord("awase", logging.ERROR, "", 0, "GET %s", ("/livez",), caught)
    record.__dict__.update(fields)
    return record


def test_fault__many_requests__are_one_line_a_minute_without_traceback() -> None:
    clock = Clock()
    fault_filter = FaultFilter(clock)
    refused = OperationalError("connection refused\nIs the server running?")

    passed = []
    for clock.at in (0.0, 1.0, 59.0, 60.0, 61.0):
        record = record_of(refused)
        if fault_filter.filter(record):
            passed.append((record.getMessage(), record.exc_info))

    assert passed == [
        ("GET /livez: connection refused", None),
        ("GET /livez: connection refused (and 2 more since it was last logged)", None),
    ]


def test_fault__another__has_a_line_of_its_own() -> None:
    fault_filter = FaultFilter(Clock())

    assert fault_filter.filter(record_of(OperationalError("connection refused")))
    assert fault_filter.filter(record_of(OperationalError("database is locked")))
    assert fault_filter.filter(record_of(None, status_code=503))
    assert not fault_filter.filter(record_of(None, status_code=503))


def test_fault__that_a_module_marks__is_one_line_a_minute() -> None:
    fault_filter = FaultFilter(Clock())

    passed = [fault_filter.filter(record_of(ValueError("truncated"), is_fault=True)) for _ in range(5)]

    assert passed == [True, False, False, False, False]


@pytest.mark.parametrize(("error", "fields"), [(ValueError("wrong"), {}), (None, {"status_code": 500})])
def test_fault__of_the_code__keeps_every_traceback(error: Exception | None, fields: dict[str, int]) -> None:
    fault_filter = FaultFilter(Clock())

    for _ in range(3):
        record = record_of(error, **fields)
        assert fault_filter.filter(record)
        assert (record.exc_info is not None) == (error is not None)
