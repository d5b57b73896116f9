"""Whom the demo shop knows, and what its offers make of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category
from demo.data.invented import is_age_confirmed
from demo.plans.audiences import ADULT_CATEGORIES, AUDIENCES
from demo.services.audiences import confirm_ages, set_up_customers
from demo.services.limited import audiences_of, limited_offers
from offers.models import (
    Audience,
    Customer,
    CustomerAttribute,
    CustomerFacts,
    Offer,
    ProductExclusion,
    RestraintCap,
    RestraintPolicy,
)
from offers.services.audience.count import count_waiting
from offers.services.restraint.rules import USUAL_POLICIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def categories() -> Mapping[str, Category]:
    """Create a department with pasta and wine."""
    root = Category.objects.create(name="Grocery", path="Grocery")
    names = ("Dry noodles/pasta", "Domestic wine", "Teas")
    return {name: Category.objects.create(name=name, parent=root, path=f"Grocery > {name}") for name in names}


def know(external_id: str, *, segment: str, days: int) -> Customer:
    """Create a customer whose last order was so many days ago."""
    customer = Customer.objects.create(external_id=external_id)
    today = timezone.localdate()
    CustomerFacts.objects.create(
        customer=customer,
        segment=segment,
        recency=5,
        frequency=5,
        monetary=5,
        first_order_date=date(2026, 1, 1),
        last_order_date=today - timedelta(days=days),
        order_count=40,
        currency="USD",
        spent_minor=1000,
        comfort=b"",
        due=b"",
        categories=b"",
    )
    return customer


@pytest.mark.usefixtures("categories")
def test_set_up_customers__facts__counts_who_is_loyal_and_who_lapsed() -> None:
    loyal, lapsed = know("1", segment="champion", days=1), know("2", segment="lost", days=45)

    set_up_customers(at=timezone.now())
    count_waiting(at=timezone.now())

    sizes = dict(Audience.objects.values_list("code", "count__size"))
    assert sizes == {"loyal": 1, "pasta-buyers": 0, "lapsed": 1}
    assert audiences_of([loyal.pk, lapsed.pk]) == {
        loyal.pk: ["Loyal customers"],
        lapsed.pk: ["Lapsed customers"],
    }


def test_set_up_customers__adult_goods__need_a_confirmed_age(categories: Mapping[str, Category]) -> None:
    Customer.objects.bulk_create(Customer(external_id=str(number)) for number in range(20))

    set_up_customers(at=timezone.now())

    restricted = ProductExclusion.objects.get()
    restricted.full_clean()
    assert list(restricted.categories.all()) == [categories["Domestic wine"]]
    assert restricted.attribute == CustomerAttribute.objects.get(code="age_confirmed")
    values = {customer.external_id: customer.attributes for customer in Customer.objects.all()}
    assert values == {key: {"age_confirmed": is_age_confirmed(key)} for key in values}
    assert {each["age_confirmed"] for each in values.values()} == {True, False}


def test_set_up_customers__restraint__is_usual_with_a_lower_cap() -> None:
    set_up_customers(at=timezone.now())

    assert RestraintPolicy.objects.count() == len(USUAL_POLICIES) + 1
    assert RestraintPolicy.objects.get(kind="cross_sell").count == 20
    assert set(RestraintCap.objects.values_list("count", "channel")) == {(100, ""), (60, "web")}


def test_confirm_ages__more_customers__takes_no_more_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    set_up_customers(at=timezone.now())
    Customer.objects.bulk_create(Customer(external_id=str(number)) for number in range(300))

    with django_assert_max_num_queries(15):
        confirm_ages(at=timezone.now())


@pytest.mark.usefixtures("categories")
def test_audiences__category_missing__skips_the_audience() -> None:
    Category.objects.filter(name="Dry noodles/pasta").delete()

    set_up_customers(at=timezone.now())

    assert set(Audience.objects.values_list("code", flat=True)) == {"loyal", "lapsed"}
    assert len(AUDIENCES) == 3
    assert "Domestic wine" in ADULT_CATEGORIES


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        (
            [
                {"type": "weekday", "op": "is", "days": ["sat", "sun"]},
                {"type": "hours", "op": "between", "from": "06:00", "to": "12:00"},
            ],
            "06:00–12:00",
        ),
        ([{"type": "segment", "op": "is", "values": ["lost"]}], "For shoppers"),
    ],
)
def test_limited_offers__conditions__are_sentences(nodes: list[Any], sentence: str) -> None:
    tree = {"version": 1, "match": "all", "nodes": nodes}
    Offer.objects.create(code="a", name="A", kind="cross_sell", headline_en="Breakfast", conditions=tree)
    Offer.objects.create(code="b", name="B", kind="cross_sell", headline_en="Always")

    (limited,) = limited_offers(at=timezone.now(), language="en")

    assert limited.headline == "Breakfast"
    assert sentence in limited.sentence
