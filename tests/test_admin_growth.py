"""The admin's pages need as many queries for 30 rows as for 3, and the home page also answers without any."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support.admin_cast import create_people, sign_in
from tests.support.admin_pages import MODELS, first_row, page
from tests.support.admin_shop import build_shop
from tests.support.languages import in_both_languages

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def owner() -> Client:
    create_people()
    # Pages cache the content types they meet: the first page must not seem to need more queries.
    ContentType.objects.get_for_models(*MODELS)
    ContentType.objects.get_for_models(*MODELS, for_concrete_models=False)
    return sign_in("owner")


def pages() -> dict[str, str]:
    """Return the address of the home page, and of the list and a change page of each model."""
    addresses = {"home": reverse("admin:index")}
    for model in MODELS:
        addresses[f"{model._meta.label} list"] = page(model, "changelist")
        addresses[f"{model._meta.label} change"] = page(model, "change", first_row(model).pk)
    return addresses


def query_counts(row_count: int, owner: Client) -> dict[str, int]:
    """Return how many queries each page needs in a shop with this number of rows of each model."""
    counts = {}
    with transaction.atomic():
        build_shop(row_count)
        for name, address in pages().items():
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address, follow=True).status_code == 200
            counts[name] = len(queries)
        transaction.set_rollback(True)
    return counts


def test_pages__with_ten_times_the_rows__ask_no_more_queries(owner: Client) -> None:
    few = query_counts(3, owner)
    many = query_counts(30, owner)

    assert len(few) == 1 + 2 * len(MODELS)
    assert many == few


@pytest.mark.parametrize("count", [0, 3])
@in_both_languages
def test_home_page__empty_or_full__answers(count: int, language: str) -> None:
    create_people()
    build_shop(count)
    owner = sign_in("owner", language)

    answer = owner.get(reverse("admin:index"))

    assert answer.status_code == 200
    assert bool(answer.context["instructions"]) is (count == 0) or count == 3
