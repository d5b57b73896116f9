"""Process a request once, however often it is sent with the same Idempotency-Key.

The header follows draft-ietf-httpapi-idempotency-key-header. Quotation marks around the value are part of it.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from gateway.api.authentication import key_of
from gateway.api.problems import ProblemError
from gateway.api.reader import JSON
from gateway.services.idempotency import (
    InProgressError,
    KeyReusedError,
    StoredAnswer,
    fingerprint_of,
    run_once,
)

_KEY: Final = re.compile(r"[!-~]{1,255}", re.ASCII)


def _parameter(description: str, *, is_required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]{1,255}$"},
        OpenApiParameter.HEADER,
        required=is_required,
        description=description,
    )


IDEMPOTENCY_KEY: Final = _parameter(
    "A repeated request with the same key does the work once, for 24 hours.", is_required=True
)
OPTIONAL_IDEMPOTENCY_KEY: Final = _parameter(
    "Required unless `preview` is true. A repeated request with the same key returns the first response for "
    "24 hours.",
    is_required=False,
)
_encoder: Final = msgspec.json.Encoder()


def answer_once(
    request: Request,
    body: msgspec.Struct,
    work: Callable[[], tuple[msgspec.Struct, int]],
    again: Callable[[], msgspec.Struct] | None = None,
) -> HttpResponse:
    """Return what `work` answers, or what it answered when the request was first sent.

    `body` is the decoded body: requests are the same if it is equal. `work` returns a struct and a status.
    An error it raises is answered but not stored. `again` answers a repeated request with the present state
    instead of the first response.
    """
    http = request._request
    name = http.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not _KEY.fullmatch(name):
        detail = (
            "Send an Idempotency-Key of 1 to 255 visible ASCII characters. Use a new key for each operation."
        )
        raise ProblemError("idempotency_key_required", detail)
    method, path = (http.method or "").encode(), http.path.encode()

    def answered() -> StoredAnswer:
        answer, status = work()
        return StoredAnswer(status, _encoder.encode(answer))

    try:
        stored = run_once(
            key_id=key_of(request).id,
            name=name,
            fingerprint=fingerprint_of(method, path, _encoder.encode(body)),
            at=now(),
            work=answered,
        )
    except KeyReusedError as error:
        raise ProblemError("idempotency_key_reused", str(error)) from error
    except InProgressError as error:
        raise ProblemError("idempotency_in_progress", str(error), headers={"Retry-After": "1"}) from error
    content = _encoder.encode(again()) if again and stored.is_repeated else stored.body
    return HttpResponse(content, status=HTTPStatus(stored.status), content_type=JSON)
