"""The users of the admin tests: superuser, merchandiser, analyst, outsider."""

import re
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.utils.crypto import get_random_string

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
        """Return what the page carries that answers now, or that a chosen action asks for confirmation on.

        Nobody reads that page: it is not rendered, which would take most of its time.
        """
        confirmed = data and data.get("post") == "yes"
        asked = {name: value for name, value in data.items() if name != "post"} if confirmed else None
        with patch.object(SimpleTemplateResponse, "rendered_content", ""):
            page = super().post(path, asked) if asked else self.get(path)
        token = (getattr(page, "context_data", None) or {}).get("opened_version")
        return {TOKEN: token} if token else {}


@dataclass(frozen=True, slots=True)
class Cast:
    """Signed-in users, each with their own client."""

    superuser: Client
    merchandiser: Client
    analyst: Client
    outsider: Client
    stranger: Client


def create_people(language: str = "") -> list[User]:
    """Create the staff and their groups; return the owner, a merchandiser, an analyst and an outsider.

    Without a language, theirs is that of their browser.
    """
    create_groups()
    people = [User.objects.create_superuser("owner", "owner@example.com", PASSWORD, language=language)]
    for name, group in (("merchandiser", "Merchandiser"), ("analyst", "Analyst"), ("outsider", None)):
        user = User.objects.create_user(
            name, f"{name}@example.com", PASSWORD, is_staff=True, language=language
        )
        if group:
            user.groups.add(Group.objects.get(name=group))
        people.append(user)
    return people


def sign_in(name: str, language: str = "en") -> Person:
    """Return the client of an existing user, in a language."""
    User.objects.filter(username=name).update(language=language)
    return open_session(name)


def open_session(name: str) -> Person:
    """Return the client of an existing user, whose language stays as it is."""
    client = Person()
    client.force_login(User.objects.get(username=name))
    return client


def open_sessions(users: list[User]) -> list[Person]:
    """Return the clients of users, signed in with one query instead of twenty for each."""
    store = SessionStore()
    clients, sessions = [], []
    for user in users:
        signed_in = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = get_random_string(32, VALID_KEY_CHARS)
        sessions.append(Session(key, store.encode(signed_in), store.get_expiry_date()))
        client = Person()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        clients.append(client)
    Session.objects.bulk_create(sessions)
    return clients


def create_cast() -> Cast:
    """Create all users and sign them in; the stranger has no account."""
    superuser, merchandiser, analyst, outsider = open_sessions(create_people("en"))
    return Cast(superuser, merchandiser, analyst, outsider, stranger=Client())
