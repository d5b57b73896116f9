"""Hosts of calls that passed Django's checks: they are the same for every call, so each is checked once."""

from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware

_MOST_HOSTS: Final = 64


class HostCheck:
    """What the common middleware checks before a view, remembered by the Host header that passed.

    Nothing is remembered where the settings let the answer depend on more than this header.
    """

    def __init__(self, common: CommonMiddleware) -> None:
        self._common = common
        self._passed: set[str] = set()
        # Settings change in tests only.
        setting_changed.connect(self._forget)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | None:
        """Return a redirect, None if the request may pass; raise DisallowedHost or PermissionDenied."""
        host: str = request.META.get("HTTP_HOST", "")
        if host in self._passed:
            return None
        response: HttpResponseBase | None = self._common.process_request(request)
        if response is None and host and len(self._passed) < _MOST_HOSTS and not _depends_on_more():
            self._passed.add(host)
        return response

    def _forget(self, **_: Any) -> None:
        self._passed.clear()


def _depends_on_more() -> bool:
    return settings.USE_X_FORWARDED_HOST or bool(settings.DISALLOWED_USER_AGENTS)
