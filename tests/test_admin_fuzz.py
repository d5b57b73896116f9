"""Nothing that a signed-in person can send makes the admin answer with a server error.

The addresses come from the URL configuration, so that a new page is covered without a change here.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.support.admin_cast import create_people, sign_in
from tests.support.admin_fuzz import KEYS, Attacker
from tests.support.admin_routes import address_of, admin_routes, folder_of, has_parameter, key_of
from tests.support.admin_shop import build_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
# The first ends the session, the second sends the words of scripts.
LEFT_OUT = ("admin/logout/", "admin/jsi18n/")
ROUTES = [route for route in admin_routes() if route not in LEFT_OUT]


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """Build the staff and a shop once; every request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        create_people()
        build_shop(2)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def attacker() -> Attacker:
    return Attacker(sign_in("owner"))


def test_addresses__with_keys_and_words_that_cannot_exist__are_no_server_errors(attacker: Attacker) -> None:
    for route in ROUTES:
        if has_parameter(route):
            for key in KEYS:
                for method in ("get", "post"):
                    attacker.send(method, address_of(route, key), {}, key)
        elif not route.endswith("/add/"):
            attacker.ask(address_of(route, ""))

    assert attacker.errors == []
    assert attacker.sent_count > 1000


def test_forms__with_values_that_no_database_can_hold__are_no_server_errors(attacker: Attacker) -> None:
    pages = {route: address_of(route, key_of(route)) for route in ROUTES}
    forms = {route: attacker.forms_of(address) for route, address in pages.items()}

    for route, address in pages.items():
        for form in forms[route]:
            attacker.attack(form, address)
        # A page without a form of its own, such as a preview, is sent the largest one of its neighbours.
        near = [form for other in ROUTES if folder_of(other) == folder_of(route) for form in forms[other]]
        if not forms[route] and near:
            largest = max(near, key=lambda form: len(form.fields))
            attacker.attack(replace(largest, method="post", action=""), address)

    assert attacker.errors == []
    assert sum(map(len, forms.values())) > len(ROUTES) // 2
