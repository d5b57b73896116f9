"""The users of the admin tests: superuser, merchandiser, analyst, outsider."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from accounts.admin.conflicts.version import TOKEN
from accounts.models import User
from accounts.services.group import create_groups

# The pages whose forms carry the version that they were opened with.
GUARDED = re.compile(r"^/admin/\w+/\w+/(\d+/(change|delete)/)?(\?.*)?$")
PASSWORD = "kurashi-no-awase"


class Person(Client):
    """A browser whose user opens a page before posting its form: what the page carries is posted with it."""

    def post(self, path: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Post what is given; where it is a form of the admin without a version, the one stored now."""
        if data and isinstance(data, dict) and TOKEN not in data and GUARDED.search(str(path)):
            data = {**data, **self.opened(path, data)}
        return super().post(path, data, *args, **kwargs)

    def opened(self, path: str, data: Any = None) -> dict[str, str]:
        """Return what the page carries that answers now, or that a chosen action asks for confirmation on."""
        confirmed = data and data.get("post") == "yes"
        asked = {name: value for name, value in data.items() if name != "post"} if confirmed else None
        page = super().post(path, asked) if asked else self.get(path)
        token = (page.context or {}).get("opened_version")
        return {TOKEN: token} if token else {}


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


def sign_in(name: str, language: str = "en") -> Person:
    """Return the client of an existing user, in a language."""
    User.objects.filter(username=name).update(language=language)
    return open_session(name)


def open_session(name: str) -> Person:
    """Return the client of an existing user, whose language stays as it is."""
    client = Person()
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
