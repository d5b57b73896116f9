"""The sign-in page of the admin, which does not check passwords as often as somebody can guess them."""

import math
import time
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.forms import AuthenticationForm

from gateway.services.address import client_address, network_of
from gateway.services.sign_in import (
    DEVICE_COOKIE,
    DEVICE_SECONDS,
    TooManyAttemptsError,
    begin_attempt,
    forget_attempt,
    issue_device,
)

SECONDS_PER_MINUTE: Final = 60


class SignInForm(AuthenticationForm):  # type: ignore[misc] # Unfold has no types
    """Checks the password only if this name and this address have attempts left."""

    retry_after_seconds = 0

    def clean(self) -> dict[str, Any]:
        """Count the attempt, check the password, and give the attempt back if it is correct."""
        request: HttpRequest = self.request
        try:
            attempt = begin_attempt(
                name=self.cleaned_data.get("username", ""),
                network=network_of(client_address(request.META)),
                device=request.COOKIES.get(DEVICE_COOKIE, ""),
                now_ns=time.monotonic_ns(),
            )
        except TooManyAttemptsError as error:
            self.retry_after_seconds = error.retry_after_seconds
            raise ValidationError(_too_many(error.retry_after_seconds), code="too_many") from error
        cleaned: dict[str, Any] = super().clean()
        forget_attempt(attempt=attempt, now_ns=time.monotonic_ns())
        return cleaned


def _too_many(seconds: int) -> str:
    minutes = math.ceil(seconds / SECONDS_PER_MINUTE)
    return ngettext(
        "Too many failed attempts to sign in. Try again in %(minutes)d minute.",
        "Too many failed attempts to sign in. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


@never_cache
@csrf_protect
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show the admin's sign-in page; remember a browser in which somebody signed in."""
    response = admin.site.login(request)
    context: dict[str, Any] = getattr(response, "context_data", None) or {}
    if seconds := getattr(context.get("form"), "retry_after_seconds", 0):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(seconds)
    elif request.method == "POST" and request.user.is_authenticated:
        _remember_device(response, request.user.get_username())
    return response


def _remember_device(response: HttpResponseBase, name: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        issue_device(name),
        max_age=DEVICE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


# The site is created before the forms of any app can be imported.
admin.site.login_form = SignInForm
