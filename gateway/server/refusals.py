"""The responses of the front itself, to requests that Django never sees. In an overload, most are these."""

from functools import lru_cache
from http import HTTPStatus
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from gateway.api.cors import cors_headers
from gateway.api.middleware import is_api, request_id_from, speak_as_asked
from gateway.api.problems import CONTENT_TYPE, ProblemError, encode_problem, problem_of_status
from gateway.server.bodies import MAX_BYTES
from gateway.server.environ import Answer, Scope

RETRY_SECONDS: Final = "1"
_PAGE: Final = "refused.html"


def refuse(scope: Scope, status: HTTPStatus) -> Answer:
    """Return a problem to callers of the API, and a page to people."""
    headers, body = _problem(scope, status) if is_api(scope.path) else _page(scope, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = RETRY_SECONDS
    else:
        # The rest of the body is not read, so the connection cannot be used again.
        headers["connection"] = "close"
    return status, [(name.lower(), value) for name, value in headers.items()], body


def _problem(scope: Scope, status: HTTPStatus) -> tuple[dict[str, str], bytes]:
    request_id = request_id_from(scope.headers.get("x-request-id", ""))
    headers = {"content-type": CONTENT_TYPE, "x-request-id": request_id}
    return headers | cors_headers(scope.headers.get("origin")), encode_problem(
        _problem_of(status), request_id
    )


@lru_cache(maxsize=16)
def _problem_of(status: HTTPStatus) -> ProblemError:
    match status:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return ProblemError("overloaded", "The server is busy. Nothing was done. Try again in a moment.")
        case HTTPStatus.REQUEST_TIMEOUT:
            return ProblemError("body_too_slow", "The request body did not arrive in time. Send it again.")
        case HTTPStatus.LENGTH_REQUIRED:
            detail = "Send a Content-Length header. Chunked requests are not supported."
            return ProblemError("length_required", detail)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return ProblemError("body_too_large", f"The body is limited to {MAX_BYTES:,} bytes.")
        case HTTPStatus.BAD_REQUEST:
            return ProblemError("bad_request", "The URL path is not valid UTF-8, or the body is incomplete.")
        case _:
            return problem_of_status(status)


def _page(scope: Scope, status: HTTPStatus) -> tuple[dict[str, str], bytes]:
    speak_as_asked(scope.headers.get("accept-language", ""))
    text = _text(status, translation.get_language())
    return {"content-type": "text/html; charset=utf-8"}, text


@lru_cache(maxsize=16)
def _text(status: HTTPStatus, language: str) -> bytes:
    """Return the page in the active language; `language` is its place in the cache."""
    del language
    return render_to_string(_PAGE, {"is_busy": status == HTTPStatus.SERVICE_UNAVAILABLE}).encode()
