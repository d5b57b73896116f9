"""The base view of all API endpoints."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from gateway.api.authentication import KeyAuthentication, SecretKey, is_preflight, refuse_exposed_key
from gateway.api.cors import add_cors_headers, preflight_response
from gateway.api.headers import write_headers
from gateway.api.problems import ProblemError
from gateway.api.reader import JSON, read_body, read_json
from gateway.api.throttling import KeyThrottle

T = TypeVar("T")

_negotiator: Final = DefaultContentNegotiation()
_encoder: Final = msgspec.json.Encoder()


class ApiView(APIView):
    """An endpoint that requires a key, reads strict JSON and returns JSON.

    A subclass parses, makes one call and renders. DRF's support for other media types is left out: there is
    one parser and one renderer, both msgspec.
    """

    authentication_classes: Sequence[type[KeyAuthentication]] = (KeyAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = (SecretKey,)
    throttle_classes: Sequence[type[BaseThrottle]] = (KeyThrottle,)
    # Whether pages may call the endpoint from a browser, with a publishable key.
    is_for_browsers: ClassVar[bool] = False
    max_body_bytes: ClassVar[int] = 65_536

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return none: DRF would determine the allowed methods for every response."""
        return {}

    @staticmethod
    def find_key(request: HttpRequest, in_address: Sequence[str]) -> str | None:
        """Return the publishable key of a request without an Authorization header: here, none."""
        del request, in_address
        return None

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return the authenticators, which know where a key may be."""
        return [authentication(self.find_key) for authentication in self.authentication_classes]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Wrap the request without DRF's parsers."""
        wrapped = Request(request, authenticators=self.get_authenticators(), negotiator=_negotiator)
        # DRF would find it through a failed attribute lookup, three times.
        wrapped.method = request.method
        return wrapped

    def perform_authentication(self, request: Request) -> None:
        """Authenticate at once; the lazy user of the request would cost twice as much."""
        for authenticator in request.authenticators or ():
            found: Any = authenticator.authenticate(request)
            if found is not None:
                request.user, request.auth = found
                return

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, authorise and throttle the caller; a preflight carries no key.

        There is no content negotiation: the response is always JSON, and the version is part of the URL.
        """
        if request.method != "OPTIONS":
            refuse_exposed_key(request._request)
            self.perform_authentication(request)
            self.check_permissions(request)
            self.check_throttles(request)

    def finalize_response(  # type: ignore[override] # DRF takes any HttpResponse
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Add the headers that every response has."""
        http_request = request._request
        write_headers(response, getattr(http_request, "awase_rate_limit", {}))
        # DRF's request refers to itself here; without this, every request waits for the garbage collector.
        request.parser_context.clear()
        if self.is_for_browsers:
            add_cors_headers(http_request, response)
        return response

    def options(  # type: ignore[override] # DRF takes any HttpResponse
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Return the allowed methods; answer a browser's preflight."""
        http_request: HttpRequest = request._request
        if self.is_for_browsers and is_preflight(http_request):
            return preflight_response(self.allowed_methods)
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(self.allowed_methods)})

    def read(self, request: Request, decoder: "msgspec.json.Decoder[T]") -> T:
        """Return the body as a struct."""
        body = read_body(request._request, self.max_body_bytes)
        return read_json(body, decoder)


class OpenView(ApiView):
    """An endpoint for health checks, which need no key."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


class UnknownRoute(ApiView):
    """Any other URL under /api/."""

    permission_classes = ()
    authentication_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse every method."""
        refuse_exposed_key(request._request)
        detail = "The API has no endpoint at this address."
        if request.path.endswith("/"):
            detail = f"{detail} Its addresses do not end with a slash: remove the slash."
        raise ProblemError("not_found", detail)


def answer(
    body: msgspec.Struct, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Render a struct. `headers` are the shop's own: nothing that a caller sent."""
    content = _encoder.encode(body)
    response = HttpResponse(content, status=status, content_type=JSON)
    write_headers(response, {"Content-Length": str(len(content)), **(headers or {})})
    return response
