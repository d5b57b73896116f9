"""Complete the OpenAPI document with what holds for every operation and every schema."""

import inspect
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec

from gateway.api.problems import CONTENT_TYPE, PROBLEMS, ProblemError, problem_body
from gateway.api.shapes.known import add_known_values, know_values
from gateway.api.shapes.pattern import with_ecma_patterns
from gateway.api.shapes.problem import ProblemBody
from gateway.api.shapes.variants import add_variants

PROBLEM_SCHEMA: Final = {"$ref": "#/components/schemas/ProblemBody"}
_REQUEST_ID: Final = "475517dc6712beed0489caed8cb4ae2a"
# Answers that are given before a request is counted.
_UNCOUNTED: Final = frozenset({"401", "403"})
_HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "X-Request-Id": ("The ID of the request in the server's logs.", _REQUEST_ID),
    "RateLimit": ("The requests that are left, and the seconds until one more is.", '"key";r=5999;t=1'),
    "RateLimit-Policy": ("The requests that the key may send in a minute.", '"key";q=6000;w=60'),
    "Retry-After": ("The seconds to wait before the next attempt.", "6"),
    "WWW-Authenticate": ("How to send a key.", 'Bearer realm="awase"'),
    "Allow": ("The methods of the address.", "POST, OPTIONS"),
}
_HEADERS_OF_STATUS: Final[Mapping[str, tuple[str, ...]]] = {
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "409": ("Retry-After",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add required bodies, headers, problems and their examples; leave out defaults."""
    for operation in operations_of(document):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
        operation["responses"]["default"] = {
            "description": "Any other error",
            "content": {CONTENT_TYPE: {"schema": dict(PROBLEM_SCHEMA)}},
        }
        # An empty list says that no key is needed; without it, the document would not say either way.
        needs_key = bool(operation.setdefault("security", []))
        for status, response in operation["responses"].items():
            _complete_response(status, response, is_counted=needs_key)
    components = document["components"]
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}, "example": example}
        for name, (text, example) in _HEADERS.items()
    }
    know_values(ProblemBody, code=PROBLEMS)
    add_known_values(components["schemas"])
    add_variants(components["schemas"])
    components["schemas"] = {name: _complete_schema(schema) for name, schema in components["schemas"].items()}
    described: dict[str, Any] = with_ecma_patterns(document)
    return described


def operations_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each operation of the document."""
    for item in document["paths"].values():
        yield from item.values()


def _complete_response(status: str, response: dict[str, Any], *, is_counted: bool) -> None:
    names = ["X-Request-Id"]
    if is_counted and status not in _UNCOUNTED:
        names += ["RateLimit", "RateLimit-Policy"]
    names += _HEADERS_OF_STATUS.get(status, ())
    headers = response.setdefault("headers", {})
    headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    for content_type, content in response.get("content", {}).items():
        if content_type == CONTENT_TYPE:
            content["example"] = _problem_example(status)


def _problem_example(status: str) -> dict[str, Any]:
    """Return a problem that this status can have: the first of the table."""
    number = HTTPStatus.INTERNAL_SERVER_ERROR if status == "default" else HTTPStatus(int(status))
    code, title = next((code, title) for code, (of, title) in PROBLEMS.items() if of == number)
    body: dict[str, Any] = msgspec.to_builtins(problem_body(ProblemError(code, f"{title}."), _REQUEST_ID))
    return body


def _complete_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "description" in schema:
        schema["description"] = inspect.cleandoc(schema["description"])
    for name, field in schema.get("properties", {}).items():
        schema["properties"][name] = _without_default(field)
    return schema


def _without_default(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field that may be left out without `default`, which generators read as “always present”."""
    default = field.pop("default", None)
    if default and "Defaults to" not in field.get("description", ""):
        text = f"{field.get('description', '')} Defaults to {default}."
        field["description"] = text.strip()
    return field
