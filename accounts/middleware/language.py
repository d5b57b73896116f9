"""Speak to each member of staff in their own language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class UserLanguageMiddleware(LocaleMiddleware):
    """Prefer the language kept with the signed-in user over the browser's.

    Only pages for people are looked at: the API's texts follow the request's `locale`, and reading
    the user there would cost a query.
    """

    api_prefixes = ("/api/", "/livez", "/readyz")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        """Activate the user's language, or else what the browser asks for."""
        if request.path_info.startswith(self.api_prefixes):
            # What the thread spoke last is nothing to this caller.
            translation.deactivate()
            return
        super().process_request(request)
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language the page is in; an answer of the API is in none."""
        if request.path_info.startswith(self.api_prefixes):
            return response
        return super().process_response(request, response)
