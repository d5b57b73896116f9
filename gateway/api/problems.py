"""Every way the API says no: application/problem+json (RFC 9457), each with a stable code."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from rest_framework.exceptions import APIException, MethodNotAllowed

from gateway.api.shapes.problem import FieldError, ProblemBody

logger = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/problem+json"
_encoder = msgspec.json.Encoder()

# code → status and title. A code never changes its meaning; docs/api.md explains each.
PROBLEMS: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "bad_request": (HTTPStatus.BAD_REQUEST, "The request cannot be understood"),
    "empty_body": (HTTPStatus.BAD_REQUEST, "The body is empty"),
    "malformed_json": (HTTPStatus.BAD_REQUEST, "The body is not JSON"),
    "duplicate_key": (HTTPStatus.BAD_REQUEST, "A key stands twice in one object"),
    "too_deep": (HTTPStatus.BAD_REQUEST, "The JSON is nested too deeply"),
    "invalid_request": (HTTPStatus.BAD_REQUEST, "A field is not as it should be"),
    "quote_invalid": (HTTPStatus.BAD_REQUEST, "This is not a quote of this shop"),
    "idempotency_key_required": (HTTPStatus.BAD_REQUEST, "The call needs an Idempotency-Key"),
    "key_required": (HTTPStatus.UNAUTHORIZED, "An API key is required"),
    "key_invalid": (HTTPStatus.UNAUTHORIZED, "The API key is unknown or revoked"),
    "secret_key_required": (HTTPStatus.FORBIDDEN, "This takes a secret key"),
    "origin_not_allowed": (HTTPStatus.FORBIDDEN, "The key may not be used from this origin"),
    "forbidden": (HTTPStatus.FORBIDDEN, "This is not allowed"),
    "not_found": (HTTPStatus.NOT_FOUND, "There is nothing here"),
    "unknown_placement": (HTTPStatus.NOT_FOUND, "There is no such placement"),
    "unknown_order": (HTTPStatus.NOT_FOUND, "No order was charged by a quote under this id"),
    "method_not_allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This address does not know the method"),
    "quote_used": (HTTPStatus.CONFLICT, "The quote is reserved or was charged"),
    "cart_changed": (HTTPStatus.CONFLICT, "The quote is for another cart"),
    "customer_changed": (HTTPStatus.CONFLICT, "The quote is for another customer"),
    "limit_reached": (HTTPStatus.CONFLICT, "An offer has nothing left to give"),
    "not_reserved": (HTTPStatus.CONFLICT, "Nothing is reserved for the quote"),
    "order_charged": (HTTPStatus.CONFLICT, "The order was charged by a quote"),
    "refund_exceeds": (HTTPStatus.CONFLICT, "So many units are not left to refund"),
    "idempotency_in_progress": (HTTPStatus.CONFLICT, "The same call is being worked on"),
    "quote_expired": (HTTPStatus.GONE, "The quote has expired"),
    "quote_outdated": (HTTPStatus.GONE, "Another release made the quote"),
    "reservation_expired": (HTTPStatus.GONE, "The reservation has expired"),
    "length_required": (HTTPStatus.LENGTH_REQUIRED, "The request needs a Content-Length"),
    "body_too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    "unsupported_media_type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be UTF-8 JSON"),
    "idempotency_key_reused": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The Idempotency-Key was used for another request",
    ),
    "rate_limited": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "internal_error": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something broke on our side"),
    "not_ready": (HTTPStatus.SERVICE_UNAVAILABLE, "Not ready to serve yet"),
    "database_unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer"),
}
# What a problem without a code of its own is called: errors of Django, the server or a proxy.
_CODE_OF_STATUS: Final[Mapping[int, str]] = {
    401: "key_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_required",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    503: "not_ready",
}


class ProblemError(APIException):
    """A problem to answer with; raised anywhere under a view of the API."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.code = code
        self.status_code = PROBLEMS[code][0]
        self.text = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


def invalid_field(pointer: str, code: str, detail: str) -> ProblemError:
    """Return the problem of one wrong field."""
    return ProblemError("invalid_request", detail, errors=[FieldError(pointer, code, detail)])


def request_id_of(request: HttpRequest) -> str:
    """Return the id under which this request is logged and answered."""
    request_id: str = getattr(request, "awase_request_id", "")
    return request_id or secrets.token_hex(16)


def render_problem(problem: ProblemError, request: HttpRequest) -> HttpResponse:
    """Return the problem as the answer to a request."""
    status, title = PROBLEMS[problem.code]
    body = ProblemBody(
        type=f"urn:awase:problem:{problem.code}",
        title=title,
        status=status,
        detail=problem.text,
        code=problem.code,
        errors=problem.errors,
        request_id=request_id_of(request),
    )
    return HttpResponse(
        _encoder.encode(body), status=status, content_type=CONTENT_TYPE, headers=problem.headers
    )


def problem_of_status(status: int) -> ProblemError:
    """Return the problem for an error that carries no more than its status."""
    code = _CODE_OF_STATUS.get(status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "")
    code = code or "internal_error"
    return ProblemError(code, f"{PROBLEMS[code][1]}.")


def problem_of(error: Exception) -> ProblemError:
    """Return the problem that an exception means; anything unforeseen is an internal error."""
    match error:
        case ProblemError():
            return error
        case MethodNotAllowed():
            return ProblemError("method_not_allowed", str(error.detail))
        case APIException():
            return problem_of_status(error.status_code)
        case Http404():
            return problem_of_status(404)
        case PermissionDenied():
            return problem_of_status(403)
        case RequestDataTooBig():
            return problem_of_status(413)
        case BadRequest() | SuspiciousOperation() | UnreadablePostError():
            return problem_of_status(400)
        case OperationalError() | InterfaceError():
            detail = "The database does not answer. Try again in a moment."
            return ProblemError("database_unavailable", detail, headers={"Retry-After": "2"})
        case _:
            return problem_of_status(500)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer any exception of a view; DRF calls this."""
    problem = problem_of(error)
    request: HttpRequest = context["request"]._request
    if isinstance(error, MethodNotAllowed):
        problem.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, ProblemError):
        logger.error("%s %s", request.method, request.path, exc_info=error, extra={"request": request})
    return render_problem(problem, request)
