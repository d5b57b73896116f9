"""Generated requests, valid and invalid: no 5xx, only documented responses."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from gateway.api import handler
from tests.support.api_cast import Cast

schema = schemathesis.openapi.from_wsgi("/api/schema", application)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def lasting_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the test's own transaction open between requests, as Django's test client does."""
    monkeypatch.setattr(handler, "close_unusable_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("shop", "lasting_connection")
@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_api__generated_requests__get_documented_responses(case: Any, cast: Cast) -> None:
    response = case.call(headers={"Authorization": f"Bearer {cast.server.key}"})

    case.validate_response(response, checks=CHECKS)
    # `default` covers what a proxy may answer; what Awase answers is listed.
    if case.method.upper() == case.operation.method.upper():
        assert str(response.status_code) in case.operation.definition.raw["responses"]
