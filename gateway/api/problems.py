"""The error responses of the API: application/problem+json (RFC 9457), each with a stable code."""

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
    "bad_request": (HTTPStatus.BAD_REQUEST, "Malformed request"),
    "empty_body": (HTTPStatus.BAD_REQUEST, "Empty request body"),
    "malformed_json": (HTTPStatus.BAD_REQUEST, "Invalid JSON"),
    "duplicate_key": (HTTPStatus.BAD_REQUEST, "Duplicate key"),
    "too_deep": (HTTPStatus.BAD_REQUEST, "JSON nested too deeply"),
    "invalid_request": (HTTPStatus.BAD_REQUEST, "Invalid request"),
    "quote_invalid": (HTTPStatus.BAD_REQUEST, "Invalid quote ID"),
    "idempotency_key_required": (HTTPStatus.BAD_REQUEST, "Idempotency-Key required"),
    "key_required": (HTTPStatus.UNAUTHORIZED, "API key required"),
    "key_invalid": (HTTPStatus.UNAUTHORIZED, "Invalid API key"),
    "secret_key_required": (HTTPStatus.FORBIDDEN, "Secret key required"),
    "secret_key_exposed": (HTTPStatus.FORBIDDEN, "Secret key exposed"),
    "customer_token_required": (HTTPStatus.FORBIDDEN, "Customer token required"),
    "customer_token_invalid": (HTTPStatus.FORBIDDEN, "Invalid customer token"),
    "origin_not_allowed": (HTTPStatus.FORBIDDEN, "Origin not allowed"),
    "forbidden": (HTTPStatus.FORBIDDEN, "Forbidden"),
    "not_found": (HTTPStatus.NOT_FOUND, "Not found"),
    "unknown_placement": (HTTPStatus.NOT_FOUND, "Unknown placement"),
    "unknown_order": (HTTPStatus.NOT_FOUND, "Unknown order"),
    "unknown_customer": (HTTPStatus.NOT_FOUND, "Unknown customer"),
    "method_not_allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    "quote_used": (HTTPStatus.CONFLICT, "Quote already reserved or charged"),
    "cart_changed": (HTTPStatus.CONFLICT, "Cart differs from the quote"),
    "customer_changed": (HTTPStatus.CONFLICT, "Customer differs from the quote"),
    "limit_reached": (HTTPStatus.CONFLICT, "Offer limit reached"),
    "code_used_up": (HTTPStatus.CONFLICT, "Promotion code used up"),
    "not_reserved": (HTTPStatus.CONFLICT, "Quote not reserved"),
    "order_charged": (HTTPStatus.CONFLICT, "Order already charged"),
    "order_refunded": (HTTPStatus.CONFLICT, "Order already refunded"),
    "order_too_large": (HTTPStatus.CONFLICT, "Order total too large"),
    "refund_exceeds": (HTTPStatus.CONFLICT, "Exceeds what can be refunded"),
    "idempotency_in_progress": (HTTPStatus.CONFLICT, "Request already in progress"),
    "quote_expired": (HTTPStatus.GONE, "Quote expired"),
    "quote_outdated": (HTTPStatus.GONE, "Quote from an incompatible version"),
    "reservation_expired": (HTTPStatus.GONE, "Reservation expired"),
    "body_too_slow": (HTTPStatus.REQUEST_TIMEOUT, "Request body too slow"),
    "length_required": (HTTPStatus.LENGTH_REQUIRED, "Content-Length required"),
    "body_too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request body too large"),
    "unsupported_media_type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),
    "idempotency_key_reused": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Idempotency-Key already used",
    ),
    "rate_limited": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "internal_error": (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error"),
    "not_ready": (HTTPStatus.SERVICE_UNAVAILABLE, "Service not ready"),
    "overloaded": (HTTPStatus.SERVICE_UNAVAILABLE, "Server busy"),
    "database_unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "Database not available"),
}
# The codes of errors from Django, the server or a proxy, which carry only a status.
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
    """An error response; raise it anywhere in a view of the API."""

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
    """Return the problem for one invalid field."""
    return ProblemError("invalid_request", detail, errors=[FieldError(pointer, code, detail)])


def request_id_of(request: HttpRequest) -> str:
    """Return the ID of this request in logs and responses."""
    request_id: str = getattr(request, "awase_request_id", "")
    return request_id or secrets.token_hex(16)


def render_problem(problem: ProblemError, request: HttpRequest) -> HttpResponse:
    """Return the problem as a response."""
    body = problem_body(problem, request_id_of(request))
    # Caches may otherwise keep some errors, such as 404, for as long as they like (RFC 9110, section 15.1).
    headers = {"Cache-Control": "no-store", **problem.headers}
    return HttpResponse(_encoder.encode(body), status=body.status, content_type=CONTENT_TYPE, headers=headers)


def encode_problem(problem: ProblemError, request_id: str) -> bytes:
    """Return the problem as JSON."""
    return _encoder.encode(problem_body(problem, request_id))


def problem_body(problem: ProblemError, request_id: str) -> ProblemBody:
    """Return the body of the response."""
    status, title = PROBLEMS[problem.code]
    return ProblemBody(
        type=f"urn:awase:problem:{problem.code}",
        title=title,
        status=status,
        detail=problem.text,
        code=problem.code,
        errors=problem.errors,
        request_id=request_id,
    )


def problem_of_status(status: int) -> ProblemError:
    """Return the problem for an error of which only the status is known."""
    code = _CODE_OF_STATUS.get(status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "")
    code = code or "internal_error"
    return ProblemError(code, f"{PROBLEMS[code][1]}.")


def problem_of(error: Exception) -> ProblemError:
    """Return the problem for an exception; an unexpected exception is an internal error."""
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
            detail = "The database is not responding. Try again in a few seconds."
            return ProblemError("database_unavailable", detail, headers={"Retry-After": "2"})
        case _:
            return problem_of_status(500)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Render the exception of a view; DRF calls this."""
    problem = problem_of(error)
    request: HttpRequest = context["request"]._request
    if isinstance(error, MethodNotAllowed):
        problem.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, ProblemError):
        logger.error("%s %s", request.method, request.path, exc_info=error, extra={"request": request})
    return render_problem(problem, request)
