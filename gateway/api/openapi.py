"""The OpenAPI 3.1 document: schemas from the msgspec structs, operations from the views."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from gateway.api.document import complete
from gateway.api.problems import CONTENT_TYPE
from gateway.api.shapes.problem import ProblemBody

Shape = type[msgspec.Struct]
# One shape, or one of several.
Answer = Shape | tuple[Shape, ...]
View = TypeVar("View", bound=Callable[..., Any])

# The names of the ways to send a key.
KEY: Final = "key"
KEY_IN_ADDRESS: Final = "key_in_address"
# drf-spectacular documents names here, and copies what it gets.
_KEY_OR_ADDRESS: Final[Any] = [{KEY: []}, {KEY_IN_ADDRESS: []}]
_REFERENCE: Final = "#/components/schemas/{name}"
_shapes: dict[str, Shape] = {ProblemBody.__name__: ProblemBody}


def describe(
    operation_id: str,
    summary: str,
    *,
    tag: str,
    body: Shape | None = None,
    takes_key_in_address: bool = False,
    query: Shape | None = None,
    example: Any = None,
    answers: Mapping[int, Answer | None],
    answer_examples: Mapping[str, Any] | None = None,
    problems: Iterable[int] = (),
    parameters: Iterable[OpenApiParameter] = (),
) -> Callable[[View], View]:
    """Describe an operation by the structs it reads and returns, and the problems it may return.

    `tag` is the resource that it is about. `answer_examples` are examples of the answers, by their name.
    """
    examples = [OpenApiExample("request", value=example, request_only=True)] if example is not None else []
    examples += _answer_examples(answers, answer_examples or {})
    responses: dict[Any, Any] = {
        (status, "application/json"): _response(shape, HTTPStatus(status))
        for status, shape in answers.items()
    }
    # The front of the server answers 408 and 503 for every endpoint.
    for status in sorted({*problems, 405, 503, *((408,) if body else ())}):
        responses[status, CONTENT_TYPE] = _response(ProblemBody, HTTPStatus(status))
    decorate: Callable[[View], View] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        request={"application/json": _reference(body)} if body else None,
        auth=_KEY_OR_ADDRESS if takes_key_in_address else None,
        parameters=[*(_parameters(query) if query else ()), *parameters],
        responses=responses,
        examples=examples,
        tags=[tag],
    )
    return decorate


def _answer_examples(
    answers: Mapping[int, Answer | None], examples: Mapping[str, Any]
) -> list[OpenApiExample]:
    """Return the examples of the answers, for every status that has a body."""
    statuses = [str(status) for status, shape in answers.items() if shape]
    return [
        OpenApiExample(
            name, value=value, response_only=True, media_type="application/json", status_codes=statuses
        )
        for name, value in examples.items()
    ]


def _reference(shape: Shape) -> dict[str, str]:
    _shapes[shape.__name__] = shape
    return {"$ref": _REFERENCE.format(name=shape.__name__)}


def _response(shape: Answer | None, status: HTTPStatus) -> OpenApiResponse:
    schema: dict[str, Any] | None = None
    if isinstance(shape, tuple):
        schema = {"oneOf": [_reference(one) for one in shape]}
    elif shape is not None:
        schema = _reference(shape)
    return OpenApiResponse(response=schema, description=status.phrase)


def _parameters(query: Shape) -> list[OpenApiParameter]:
    """Return a struct's fields as query parameters. None stands for a missing parameter, not for a value."""
    (_, components) = msgspec.json.schema_components([query], ref_template=_REFERENCE)
    shape = components[query.__name__]
    return [
        OpenApiParameter(name, _without_null(schema), required=name in shape.get("required", ()))
        for name, schema in shape["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def finish_document(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the schemas of all structs and what all operations share; drf-spectacular calls this hook."""
    del generator, request, public
    (_, components) = msgspec.json.schema_components(_shapes.values(), ref_template=_REFERENCE)
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {name: components[name] for name in sorted(components)}
    result["components"]["securitySchemes"][KEY_IN_ADDRESS] = {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "A publishable key, so that a browser sends no preflight. Never a secret key.",
    }
    return complete(result)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describe for drf-spectacular how keys are sent."""

    target_class = "gateway.api.authentication.KeyAuthentication"
    name = KEY

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the security scheme."""
        del auto_schema
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Use a secret key (sk_…) on servers and a publishable key (pk_…) in browsers.",
        }
