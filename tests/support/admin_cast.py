"""The users of the admin tests: superuser, merchandiser, analyst, outsider."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.services.group import create_groups

PASSWORD = "kurashi-no-awase"


@dataclass(frozen=True, slots=True)
class Cast:
    """Signed-in users, each with their own client."""

    superuser: Client
    merchandiser: Client
    analyst: Client
    outsider: Client
    stranger: Client


def create_people() -> None:
    """Create the staff and their groups."""
    create_groups()
    User.objects.create_superuser("owner", "owner@example.com", PASSWORD)
    for name, group in (("merchandiser", "Merchandiser"), ("analyst", "Analyst"), ("outsider", None)):
        user = User.objects.create_user(name, f"{name}@example.com", PASSWORD, is_staff=True)
        if group:
            user.groups.add(Group.objects.get(name=group))


def sign_in(name: str, language: str = "en") -> Client:
    """Return the client of an existing user, in a language."""
    User.objects.filter(username=name).update(language=language)
    return open_session(name)


def open_session(name: str) -> Client:
    """Return the client of an existing user, whose language stays as it is."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def create_cast() -> Cast:
    """Create all users and sign them in; the stranger has no account."""
    create_people()
    return Cast(
        superuser=sign_in("owner"),
        merchandiser=sign_in("merchandiser"),
        analyst=sign_in("analyst"),
        outsider=sign_in("outsider"),
        stranger=Client(),
    )
