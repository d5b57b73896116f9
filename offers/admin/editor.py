"""The user who makes a change."""

from django.http import HttpRequest

from accounts.models import User


def editor(request: HttpRequest) -> User | None:
    """Return the person behind a request, None for a visitor."""
    return request.user if isinstance(request.user, User) else None
