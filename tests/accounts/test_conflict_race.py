"""Many people save the same form at the same moment: the first one wins, and the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from catalog.models import Category, Product
from tests.support.admin_cast import create_people, sign_in
from tests.support.html_forms import read_form

PEOPLE = 4


@pytest.mark.django_db(transaction=True)
def test_form__saved_by_several_at_once__is_saved_once() -> None:
    create_people()
    category = Category.objects.create(name="Tea", path="Tea")
    product = Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1, category=category)
    page = f"/admin/catalog/product/{product.pk}/change/"
    people = [sign_in("merchandiser") for _ in range(PEOPLE)]
    forms = [read_form(person.get(page).text, "product_form") for person in people]
    start = Barrier(PEOPLE)

    def save(number: int) -> int:
        try:
            start.wait()
            answer = people[number].post(page, forms[number] | {"name": [f"Tea {number}"], "_save": ["Save"]})
            return int(answer.status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(save, range(PEOPLE)))

    assert sorted(answers) == [302, *[409] * (PEOPLE - 1)]
    product.refresh_from_db()
    assert product.name == f"Tea {answers.index(302)}"
