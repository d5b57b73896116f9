"""What the OpenAPI document promises: required bodies, headers, problems and examples."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from gateway.api.documentation import schema_json

JSON = "application/json"
PROBLEM = "application/problem+json"


@cache
def document() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(schema_json())
    return decoded


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the schema and the value of each example."""
    for name, operation in operations():
        bodies = {"request": operation["requestBody"]} if "requestBody" in operation else {}
        for part, body in (bodies | operation["responses"]).items():
            for content in body.get("content", {}).values():
                values = [content[key] for key in ("example",) if key in content]
                values += [example["value"] for example in content.get("examples", {}).values()]
                for value in values:
                    yield f"{name} {part}", content["schema"], value


def test_document__each_body__is_required_and_has_an_example() -> None:
    bodies = {
        name: operation["requestBody"] for name, operation in operations() if "requestBody" in operation
    }

    assert len(bodies) == 15
    assert [name for name, body in bodies.items() if not body.get("required")] == []
    assert [name for name, body in bodies.items() if not body["content"][JSON].get("examples")] == []


def test_document__each_answer_with_a_body__has_an_example() -> None:
    missing = [
        f"{name} {status}"
        for name, operation in operations()
        for status, response in operation["responses"].items()
        for content in response.get("content", {}).values()
        if not content.get("examples") and "example" not in content
    ]

    assert missing == []


def test_document__each_example__matches_its_schema() -> None:
    shared = {"components": document()["components"]}
    found = list(examples())

    for name, schema, value in found:
        validator = jsonschema_rs.Draft202012Validator(shared | {"allOf": [schema]})
        assert [f"{name}: {error.message}" for error in validator.iter_errors(value)] == []
    assert len(found) > len(list(operations()))


def test_document__each_operation__may_answer_any_problem_and_names_the_request() -> None:
    for name, operation in operations():
        assert operation["responses"]["default"]["content"][PROBLEM]["schema"]["$ref"].endswith(
            "/ProblemBody"
        )
        for status, response in operation["responses"].items():
            assert "X-Request-Id" in response["headers"], f"{name} {status}"


@pytest.mark.parametrize(
    ("status", "header"),
    [
        (HTTPStatus.UNAUTHORIZED, "WWW-Authenticate"),
        (HTTPStatus.METHOD_NOT_ALLOWED, "Allow"),
        (HTTPStatus.TOO_MANY_REQUESTS, "Retry-After"),
        (HTTPStatus.SERVICE_UNAVAILABLE, "Retry-After"),
    ],
)
def test_document__a_status_with_its_own_header__describes_it(status: HTTPStatus, header: str) -> None:
    described = [
        header in operation["responses"][str(int(status))]["headers"]
        for _, operation in operations()
        if str(int(status)) in operation["responses"]
    ]

    assert described
    assert all(described)


def test_document__a_field_that_may_be_left_out__has_no_default() -> None:
    with_default = [
        f"{name}.{field}"
        for name, schema in document()["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if "default" in described
    ]

    assert with_default == []
    quantity = document()["components"]["schemas"]["CartLine"]["properties"]["quantity"]
    assert quantity["description"] == "Defaults to 1."


def test_document__times_in_answers__are_date_times() -> None:
    times = {
        f"{name}.{field}": described
        for name, schema in document()["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if field.endswith("_at") or field == "generation"
    }

    assert len(times) > 10
    assert [name for name, described in times.items() if "date-time" not in str(described)] == []


def test_document__each_operation__has_the_tag_of_its_resource() -> None:
    known = {tag["name"] for tag in document()["tags"]}

    used = {tag for _, operation in operations() for tag in operation["tags"]}

    assert used == known == {"Offers", "Events", "Quotes", "Orders", "Customers", "Products", "Health"}


def test_document__server__is_the_one_that_sent_it() -> None:
    assert [server["url"] for server in document()["servers"]] == ["/"]
