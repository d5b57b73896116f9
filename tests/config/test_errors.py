import pytest
from django.db import DataError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from catalog.models import Category
from config.errors import server_error
from tests.support.admin_cast import create_people, sign_in
from tests.support.busy import busy_writer

BUSY = {"en": "The database is busy", "ja": "データベースが使用中です"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's writers do not wait for one another")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_admin__database_locked__says_so_and_saves_nothing(language: str) -> None:
    create_people()
    browser: Client = sign_in("merchandiser", language)
    browser.raise_request_exception = False

    with busy_writer():
        response = browser.post(reverse("admin:catalog_category_add"), {"name": "New"})

    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert BUSY[language] in response.content.decode()
    assert not Category.objects.exists()


@pytest.mark.parametrize(
    "error",
    [OverflowError(), DataError(), ValueError("A string literal cannot contain NUL (0x00) characters.")],
)
def test_server_error__a_value_that_no_database_can_hold__is_a_bad_request(
    rf: RequestFactory, error: Exception
) -> None:
    try:
        raise error
    except (OverflowError, DataError, ValueError):
        response = server_error(rf.get("/admin/"))

    assert response.status_code == 400
    assert "cannot be stored" in response.content.decode()


def test_server_error__any_other_exception__shows_a_simple_page(rf: RequestFactory) -> None:
    try:
        [].pop()
    except IndexError:
        response = server_error(rf.get("/admin/"))

    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "IndexError" not in response.content.decode()
