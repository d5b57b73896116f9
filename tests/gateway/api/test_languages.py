"""Errors are in the language that the caller accepts, whatever page its thread served before."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests.support.admin_cast import create_people, sign_in
from tests.support.api_cast import Cast, body_of

ENGLISH, JAPANESE = "Required for a new product.", "新しい商品には必須です。"


def detail_of_a_new_product(cast: Cast, **headers: str) -> str:
    """Return why a product without a name and a price is refused."""
    answer = cast.server.post("/api/v1/products", {"products": [{"sku": "new"}]}, **headers)
    detail: str = body_of(answer)["products"][0]["errors"][0]["detail"]
    return detail


@pytest.fixture(autouse=True)
def served_japanese_page(cast: Cast) -> None:
    del cast
    create_people()
    assert sign_in("merchandiser", "ja").get(reverse("admin:index")).status_code == 200
    assert translation.get_language() == "ja"


def test_error__after_a_japanese_page__is_in_the_default_language(cast: Cast) -> None:
    assert detail_of_a_new_product(cast) == ENGLISH


@pytest.mark.parametrize(
    ("accepted", "detail"),
    [
        ("ja", JAPANESE),
        ("ja-JP,ja;q=0.9,en;q=0.5", JAPANESE),
        ("en-GB", ENGLISH),
        ("fr", ENGLISH),
        (";;", ENGLISH),
    ],
)
def test_error__accepted_language__is_followed(cast: Cast, accepted: str, detail: str) -> None:
    assert detail_of_a_new_product(cast, Accept_Language=accepted) == detail
