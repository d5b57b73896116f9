"""Every page of the admin answers, in both languages, with as many queries for 30 rows as for 3."""

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import config.urls  # noqa: F401 (the admin's pages are found with the URLs)
from accounts.models import User
from catalog.models import Product
from checkout.models import Quote
from offers.models import Offer
from tests.support.admin_cast import create_people, sign_in
from tests.support.admin_shop import build_shop

Model = type[models.Model]
# Not those of the kind of offer that the tests install: `build_shop` has none.
PAGES = [model for model in admin.site._registry if not model.__module__.startswith("tests.")]
MODELS = sorted(PAGES, key=lambda model: model._meta.label)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
in_both_languages = pytest.mark.parametrize("language", ["en", "ja"])
pytestmark = pytest.mark.django_db


def page(model: Model, name: str, *arguments: int) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


def owner_request() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(username="owner")
    return request


def first_row(model: Model) -> models.Model:
    row = admin.site._registry[model].get_queryset(owner_request()).order_by("pk").first()
    assert isinstance(row, model)
    return row


def queries_with(count: int, model: Model, owner: Client) -> list[int]:
    """Return how many queries the list and a change page need in a shop with `count` rows of everything."""
    counts = []
    with transaction.atomic():
        build_shop(count)
        for address in (page(model, "changelist"), page(model, "change", first_row(model).pk)):
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address, follow=True).status_code == 200
            counts.append(len(queries))
        transaction.set_rollback(True)
    return counts


@pytest.fixture
def owner() -> Client:
    create_people()
    # Pages remember the content types they met: none shall seem to need a query more for being first.
    ContentType.objects.get_for_models(*MODELS)
    ContentType.objects.get_for_models(*MODELS, for_concrete_models=False)
    return sign_in("owner")


@every_model
@in_both_languages
def test_pages__list_search_sort_change_add__answer(model: Model, language: str) -> None:
    create_people()
    build_shop(3)
    owner = sign_in("owner", language)
    lists: list[dict[str, str]] = [{}, {SEARCH_VAR: "1"}, {"o": "1"}]
    may_add = admin.site._registry[model].has_add_permission(owner_request())

    listed = [owner.get(page(model, "changelist"), query) for query in lists]
    changed = owner.get(page(model, "change", first_row(model).pk), follow=True)
    added = owner.get(page(model, "add"))

    assert [answer.status_code for answer in listed] == [200, 200, 200]
    assert listed[0].context["cl"].search_fields
    assert f'lang="{language}"' in listed[0].text
    assert changed.status_code == 200
    assert added.status_code == (200 if may_add else 403)


@every_model
def test_filters__each_with_a_value__answer(model: Model, owner: Client) -> None:
    build_shop(3)
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


@every_model
def test_pages__with_ten_times_the_rows__ask_no_more_queries(model: Model, owner: Client) -> None:
    few = queries_with(3, model, owner)
    many = queries_with(30, model, owner)

    assert many == few


@pytest.mark.parametrize("count", [0, 3])
@in_both_languages
def test_first_page__empty_or_full__answers(count: int, language: str) -> None:
    create_people()
    build_shop(count)
    owner = sign_in("owner", language)

    answer = owner.get(reverse("admin:index"))

    assert answer.status_code == 200
    assert bool(answer.context["instructions"]) is (count == 0) or count == 3


def test_first_page__with_ten_times_the_rows__asks_no_more_queries(owner: Client) -> None:
    counts = []
    for rows in (3, 30):
        with transaction.atomic():
            build_shop(rows)
            with CaptureQueriesContext(connection) as queries:
                owner.get(reverse("admin:index"))
            transaction.set_rollback(True)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", [Product, Quote, Offer, User], ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize("value", ["9" * 30, "\0", "99999-01-01", "[]"])
def test_filters__altered_by_hand__show_a_list_all_the_same(model: Model, value: str, owner: Client) -> None:
    listed = owner.get(page(model, "changelist")).context["cl"]
    names = [name for spec in listed.filter_specs for name in spec.expected_parameters()]

    answers = [owner.get(page(model, "changelist"), {name: value}, follow=True) for name in names]

    assert {answer.status_code for answer in answers} <= {200}
