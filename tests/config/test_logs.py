"""Log messages for operators."""

import io
import logging

import pytest
from django.test import Client

from config.logs import CallFilter


@pytest.mark.django_db
def test_log__refused_request__contains_the_request_id(client: Client) -> None:
    handlers = logging.getLogger().handlers
    ours = next(one for one in handlers if any(isinstance(each, CallFilter) for each in one.filters))
    assert isinstance(ours, logging.StreamHandler)
    log = io.StringIO()
    stderr = ours.setStream(log)

    answer = client.get("/api/v1/nothing", headers={"X-Request-Id": "call-7"})
    ours.setStream(stderr)

    assert answer.headers["X-Request-Id"] == "call-7"
    assert "WARNING django.request call-7 Not Found: /api/v1/nothing" in log.getvalue()
