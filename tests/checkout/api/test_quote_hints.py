"""Quotes hint at what is missing for an offer only where it may be proposed to the shopper."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from engine.restraint import LedgerEntry
from offers.models import Customer, CustomerAttribute, ProductExclusion
from offers.services.restraint.ledger import Person, add_entries
from tests.checkout.asking import URL, ask, cart, told
from tests.offers.market import from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast

AKI = {"customer": "aki"}
BOTH = {"from-3000", "tea-3"}


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    """Give a mug from 3,000 yen on, and a discount from the second tea on."""
    goods = stock_shop()
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    Product.objects.filter(sku="tea").update(category=drinks)
    from_3000_yen(goods["mug"])
    tea_by_the_three(goods["tea"])
    CustomerAttribute.objects.create(code="adult", name_en="Adult", type="yes_no")
    Customer.objects.create(external_id="aki")
    return goods


def hinted(cast: Cast, **asked: Any) -> set[str]:
    quote = ask(cast.server, cart(tea=1) | asked)
    return {code for code, status in told(quote).items() if status == "not_yet"}


def exclude(product: Product, **columns: Any) -> None:
    ProductExclusion.objects.create(name=product.sku, **columns).products.add(product)


def restrict(product: Product) -> None:
    attribute = CustomerAttribute.objects.get(code="adult")
    exclude(product, effect="restricted", attribute=attribute, attribute_equals="yes")


SAID: dict[str, tuple[Callable[[], dict[str, Any]], set[str]]] = {
    "an offer put off": (lambda: {"outcome": "later", "scope": "offer", "subject": "tea-3"}, {"from-3000"}),
    "a kind": (lambda: {"outcome": "never", "scope": "kind", "subject": "threshold"}, {"tea-3"}),
    "a category": (
        lambda: {"outcome": "never", "scope": "category", "subject": str(Category.objects.get().pk)},
        {"from-3000"},
    ),
    "everything, for a while": (lambda: {"outcome": "later", "scope": "everything"}, set()),
}


@pytest.mark.parametrize(("said", "left"), SAID.values(), ids=SAID)
def test_quote__shopper_wants_none_of_it__gets_no_hint(
    cast: Cast, said: Callable[[], dict[str, Any]], left: set[str]
) -> None:
    publish()
    aki, moment = Customer.objects.get(external_id="aki"), int(now().timestamp())
    assert hinted(cast, **AKI) == BOTH
    add_entries(person=Person(aki.pk), entries=[LedgerEntry(at=moment - 1, until=moment + 9999, **said())])

    assert hinted(cast, **AKI) == left
    assert hinted(cast) == BOTH


def test_quote__visitor_refused_before_the_login__holds_for_the_customer(cast: Cast) -> None:
    publish()
    entry = LedgerEntry("declined", int(now().timestamp()) - 1, subject="tea-3")
    add_entries(person=Person(visitor="v-1"), entries=[entry])

    assert hinted(cast, **AKI, visitor="v-1") == {"from-3000"}


@pytest.mark.parametrize(("sku", "left"), [("tea", {"from-3000"}), ("mug", {"tea-3"})])
def test_quote__product_or_gift_that_is_never_proposed__gets_no_hint(
    cast: Cast, goods: dict[str, Product], sku: str, left: set[str]
) -> None:
    exclude(goods[sku], effect="all")
    publish()

    assert hinted(cast) == left


def test_quote__product_that_only_the_statistics_may_not_choose__is_hinted_at(
    cast: Cast, goods: dict[str, Product]
) -> None:
    exclude(goods["tea"], effect="learned")
    publish()

    assert hinted(cast) == BOTH


@pytest.mark.parametrize(
    ("attributes", "left"), [({}, set()), ({"adult": False}, set()), ({"adult": True}, BOTH)]
)
def test_quote__restricted_goods__are_hinted_at_for_those_who_may_have_them(
    cast: Cast, goods: dict[str, Product], attributes: dict[str, Any], left: set[str]
) -> None:
    for sku in ("tea", "mug"):
        restrict(goods[sku])
    Customer.objects.update(attributes=attributes)
    publish()

    assert hinted(cast, **AKI) == left
    assert hinted(cast) == set()


def test_quote__restricted_goods_in_cart_and_hints__ask_once_for_the_attributes(
    cast: Cast, goods: dict[str, Product], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for restricted in (False, True):
        if restricted:
            restrict(goods["tea"])
        publish()
        cast.server.post(URL, cart(tea=1) | AKI)
        with django_assert_max_num_queries(40) as queries:
            ask(cast.server, cart(tea=1) | AKI)
        counts.append(len(queries))

    assert counts[1] == counts[0] + 1
