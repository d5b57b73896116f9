"""Every page of the admin answers, in both languages."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from catalog.models import Product
from checkout.models import Quote
from offers.models import Offer
from tests.support.admin_cast import create_people, sign_in
from tests.support.admin_pages import MODELS, Model, first_row, owner_request, page
from tests.support.admin_shop import build_shop
from tests.support.languages import in_both_languages

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """Build the staff and a shop once for all tests of this module, each of which undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        create_people()
        build_shop(3)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def owner() -> Client:
    return sign_in("owner")


@every_model
@in_both_languages
def test_pages__list_search_sort_change_add__answer(model: Model, language: str) -> None:
    owner = sign_in("owner", language)
    lists: list[dict[str, str]] = [{}] if language == "ja" else [{}, {SEARCH_VAR: "1"}, {"o": "1"}]
    may_add = admin.site._registry[model].has_add_permission(owner_request())

    listed = [owner.get(page(model, "changelist"), query) for query in lists]
    changed = owner.get(page(model, "change", first_row(model).pk), follow=True)
    added = owner.get(page(model, "add"))

    assert {answer.status_code for answer in listed} == {200}
    assert listed[0].context["cl"].search_fields
    assert f'lang="{language}"' in listed[0].text
    assert changed.status_code == 200
    assert added.status_code == (200 if may_add else 403)


@every_model
def test_filters__each_with_a_value__answer(model: Model, owner: Client) -> None:
    listed = owner.get(page(model, "changelist")).context["cl"]
    names = [name for spec in listed.filter_specs for name in spec.expected_parameters()]

    answers = [owner.get(page(model, "changelist"), {name: "1"}, follow=True) for name in names]

    assert {answer.status_code for answer in answers} <= {200}
    assert names or model._meta.label_lower == "auth.group"


@every_model
@pytest.mark.parametrize("key", ["abc", "%00", "99999999999999999999"])
def test_pages__of_a_row_that_is_not_there__lead_back(model: Model, key: str, owner: Client) -> None:
    for view in ("change", "delete", "history"):
        address = page(model, view, 0).replace("/0/", f"/{key}/")

        answer = owner.get(address)

        assert answer.status_code in {302, 403}, address
        assert answer.status_code == 403 or answer["Location"] == reverse("admin:index")


@pytest.mark.parametrize("model", [Product, Quote, Offer, User], ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize("value", ["9" * 30, "\0", "99999-01-01", "[]"])
def test_filters__altered_by_hand__show_a_list_all_the_same(model: Model, value: str, owner: Client) -> None:
    listed = owner.get(page(model, "changelist")).context["cl"]
    names = [name for spec in listed.filter_specs for name in spec.expected_parameters()]

    answers = [owner.get(page(model, "changelist"), {name: value}, follow=True) for name in names]

    assert {answer.status_code for answer in answers} <= {200}
