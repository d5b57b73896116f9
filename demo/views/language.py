"""The language of the storefront, which its address names."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


def requested_language(request: HttpRequest) -> str:
    """Return the language of `?language=`, or else that of the browser or the staff member."""
    language = request.GET.get("language", "")
    if language in dict(settings.LANGUAGES):
        return language
    return translation.get_language() or settings.LANGUAGE_CODE
