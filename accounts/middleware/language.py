"""Select the language of each admin user."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class UserLanguageMiddleware(LocaleMiddleware):
    """Prefer the language stored for the signed-in user over the browser's.

    Requests of the API and of shoppers are skipped: they do not come from the user of a session, and reading
    one would cost a query.
    """

    skipped_prefixes = ("/api/", "/livez", "/readyz", "/preferences/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        """Activate the user's language, or else the browser's."""
        if request.path_info.startswith(self.skipped_prefixes):
            return
        super().process_request(request)
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the language headers, except on responses that were skipped."""
        if request.path_info.startswith(self.skipped_prefixes):
            return response
        return super().process_response(request, response)
