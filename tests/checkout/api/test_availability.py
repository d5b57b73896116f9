"""Quotes name what cannot be delivered, or are refused."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from checkout.models import Quote
from tests.checkout.asking import URL, ask, cart, decide, yen
from tests.offers.market import from_3000_yen, oolong_for_tea, publish, stock_shop
from tests.support.api_cast import Cast, body_of, problem_of


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def stock(sku: str, count: int | None, *, is_hidden: bool = False) -> None:
    Product.objects.filter(sku=sku).update(stock=count, is_hidden=is_hidden)


def notes_of(quote: Any) -> list[tuple[str, str, int]]:
    return [(note["code"], note["pointer"], note["available"]) for note in quote["notes"]]


@pytest.mark.usefixtures("goods")
def test_quote__more_units_than_in_stock__says_how_many_are_left(cast: Cast) -> None:
    stock("tea", 2)
    publish()

    quote = ask(cast.page, cart(bread=1, tea=3))

    assert notes_of(quote) == [("short_of_stock", "/cart/1/sku", 2)]
    assert quote["unavailable"] == [{"sku": "tea", "reason": "short_of_stock", "quantity": 3, "available": 2}]
    assert quote["totals"]["total"] == yen(3320)


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("count", [3, None], ids=["enough", "not tracked"])
def test_quote__as_many_units_as_in_stock__has_no_note(cast: Cast, count: int | None) -> None:
    stock("tea", count)
    publish()

    quote = ask(cast.page, cart(tea=3))

    assert (quote["notes"], quote["unavailable"]) == ([], [])


@pytest.mark.usefixtures("goods")
def test_quote__hidden_product__is_priced_and_named(cast: Cast) -> None:
    stock("tea", 9, is_hidden=True)
    publish()

    quote = ask(cast.page, cart(tea=1))

    assert notes_of(quote) == [("hidden", "/cart/0/sku", 0)]
    assert quote["unavailable"] == [{"sku": "tea", "reason": "hidden", "quantity": 1, "available": 0}]
    assert quote["totals"]["total"] == yen(1000)


@pytest.mark.usefixtures("goods")
def test_quote__units_in_several_lines_and_options__are_added_up(cast: Cast) -> None:
    stock("jam", 4)
    publish()
    lines = [
        {"sku": "jam", "quantity": 2},
        {"sku": "bread", "quantity": 2, "options": [{"sku": "butter"}, {"sku": "jam"}]},
        {"sku": "jam", "interval_days": 30},
    ]

    quote = ask(cast.page, {"cart": lines})

    pointers = ["/cart/0/sku", "/cart/2/sku", "/cart/1/options/1/sku"]
    assert sorted(notes_of(quote)) == sorted(("short_of_stock", pointer, 4) for pointer in pointers)
    assert quote["unavailable"] == [{"sku": "jam", "reason": "short_of_stock", "quantity": 5, "available": 4}]


def test_quote__gift_of_the_same_product__counts_as_well(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"])
    stock("mug", 2)
    publish()

    quote = ask(cast.page, cart(tea=3, mug=2))

    assert [line["gift_of"] for line in quote["lines"] if line["sku"] == "mug"] == [None, "from-3000"]
    assert notes_of(quote) == [("short_of_stock", "/cart/1/sku", 2)]
    assert quote["unavailable"][0]["quantity"] == 3


def test_quote__gift_that_the_shop_does_not_sell__is_not_named(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"])
    stock("mug", 5, is_hidden=True)
    publish()

    quote = ask(cast.page, cart(tea=3))

    assert [line["sku"] for line in quote["lines"]] == ["tea", "mug"]
    assert (quote["notes"], quote["unavailable"]) == ([], [])


def test_quote__accepted_upgrade_sold_out_since__names_the_line_that_it_exchanged(
    cast: Cast, goods: dict[str, Product]
) -> None:
    oolong_for_tea(goods)
    publish()
    decision = decide(cast.page, tea=2)
    stock("oolong", 1)
    publish()

    accepted = [{"decision_id": decision, "offer": "oolong"}]
    quote = ask(cast.page, cart(tea=2) | {"accept": accepted})

    (named,) = quote["unavailable"]
    assert (named["sku"], named["available"]) == ("oolong", 1)
    assert ("short_of_stock", "/cart/0/sku", 1) in notes_of(quote)


@override_settings(AWASE_REFUSE_UNAVAILABLE=True)
@pytest.mark.usefixtures("goods")
def test_quote__shop_refuses_what_is_unavailable__names_the_lines_and_stores_nothing(cast: Cast) -> None:
    stock("tea", 2)
    stock("jam", None, is_hidden=True)
    publish()

    response = cast.page.post(URL, cart(bread=1, tea=3, jam=1))

    problem = problem_of(response, 400, "invalid_request")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/cart/1/sku", "short_of_stock"),
        ("/cart/2/sku", "hidden"),
    ]
    assert "3 units requested, 2 in stock" in problem["errors"][0]["detail"]
    assert not Quote.objects.exists()


@pytest.mark.usefixtures("goods")
def test_quote__shop_refuses_and_all_is_available__is_made(cast: Cast, settings: LazySettings) -> None:
    settings.AWASE_REFUSE_UNAVAILABLE = True
    stock("tea", 3)
    publish()

    assert body_of(cast.page.post(URL, cart(tea=3)))["unavailable"] == []


@pytest.mark.usefixtures("goods")
def test_quote__unavailable_products__take_no_query(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stock("tea", 0)
    publish()
    ask(cast.page, cart(bread=1))
    with django_assert_max_num_queries(50) as few:
        ask(cast.page, cart(bread=1))

    with django_assert_max_num_queries(len(few.captured_queries)):
        ask(cast.page, cart(tea=1))
