"""Deleting what conditions refer to, in an offer itself or in an audience: it never opens the offer."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Model
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from catalog.models.deletion import foresee_losses
from catalog.models.loss import Fate
from offers.models import (
    AttributeChoice,
    Audience,
    ContextValue,
    CustomerAttribute,
    DeletionPause,
    Offer,
    OfferVersion,
    Placement,
)
from offers.services.collection.sources import collect_offer_sources
from tests.checkout.restricted import HALF, Goods, made, on_tiers
from tests.checkout.test_deletion import staff
from tests.offers.market import stock_shop
from tests.support.servers import wait_until

pytestmark = pytest.mark.django_db
Node = dict[str, Any]


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def tree(*nodes: Node, match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "nodes": list(nodes)}


def audience(code: str, *nodes: Node) -> Audience:
    return Audience.objects.create(code=code, name_en=code.title(), conditions=tree(*nodes))


def within(*audiences: Audience, op: str = "is") -> Node:
    return {"type": "audience", "op": op, "audiences": [one.pk for one in audiences]}


def never_bought(*products: Product) -> Node:
    return {"type": "bought_product", "op": "never", "products": [one.pk for one in products]}


def half_butter(goods: Goods, *nodes: Node, code: str = "offer") -> Offer:
    """Half off butter for those who meet the conditions."""
    picks = [goods["butter"]]
    offer: Offer = made(Offer, "cross_sell", picks=picks, conditions=tree(*nodes), code=code, **HALF)
    offer.name = code
    offer.save(update_fields=["name"])
    return offer


def skin() -> CustomerAttribute:
    return CustomerAttribute.objects.create(code="skin", name_en="Skin", type="choice")


def product() -> tuple[Model, Node]:
    jam = Product.objects.get(sku="jam")
    return jam, never_bought(jam)


def category() -> tuple[Model, Node]:
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    return drinks, {"type": "bought_category", "op": "never", "categories": [drinks.pk]}


def attribute() -> tuple[Model, Node]:
    AttributeChoice.objects.create(attribute=skin(), code="dry", name_en="Dry")
    node = {"type": "attribute", "op": "is_not", "name": "skin", "values": ["dry"]}
    return CustomerAttribute.objects.get(), node


def number() -> tuple[Model, Node]:
    age = CustomerAttribute.objects.create(code="age", name_en="Age", type="number")
    return age, {"type": "attribute_number", "op": "at_least", "name": "age", "number": 20}


def date() -> tuple[Model, Node]:
    born = CustomerAttribute.objects.create(code="born", name_en="Born", type="date")
    return born, {"type": "attribute_date", "op": "before", "name": "born", "day": "2000-01-01"}


def choice() -> tuple[Model, Node]:
    dry = AttributeChoice.objects.create(attribute=skin(), code="dry", name_en="Dry")
    return dry, {"type": "attribute", "op": "is_not", "name": "skin", "values": ["dry"]}


def inner_audience() -> tuple[Model, Node]:
    inner = audience("inner", {"type": "orders", "op": "at_least", "count": 1})
    return inner, within(inner, op="is_not")


def placement() -> tuple[Model, Node]:
    thanks = Placement.objects.create(code="thanks", name="Thanks")
    return thanks, {"type": "placement", "op": "is_not", "values": ["thanks"]}


def context() -> tuple[Model, Node]:
    payment = ContextValue.objects.create(code="payment", name_en="Payment")
    return payment, {"type": "context", "op": "is_not", "name": "payment", "values": ["card"]}


ABOUT_SHOPPERS = (product, category, attribute, number, date, choice, inner_audience)
THINGS = (*ABOUT_SHOPPERS, placement, context)


def by_row(thing: Model) -> None:
    thing.delete()


def by_set(thing: Model) -> None:
    type(thing)._default_manager.filter(pk=thing.pk).delete()


def on_its_page(thing: Model) -> None:
    page = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_delete", args=[thing.pk])
    assert staff().post(page, {"post": "yes"}).status_code == 302


def fates(thing: Model) -> dict[str, Fate]:
    """Return what becomes of what loses the thing, by name."""
    rows = type(thing)._default_manager.filter(pk=thing.pk)
    losses = foresee_losses(rows)
    assert {loss.names for loss in losses} <= {(str(thing),)}
    return {loss.name: loss.fate for loss in losses}


@pytest.mark.parametrize("way", [by_row, by_set])
@pytest.mark.parametrize("case", THINGS)
def test_offer__its_condition_on_something_deleted__is_paused(
    case: Callable[[], tuple[Model, Node]], way: Callable[[Model], None], goods: Goods
) -> None:
    thing, node = case()
    offer = half_butter(goods, node)
    name = str(thing)

    assert fates(thing) == {"offer": Fate.UNMET}
    way(thing)

    offer.refresh_from_db()
    assert (offer.is_active, offer.version) == (False, 2)
    assert DeletionPause.objects.get().names == name
    assert OfferVersion.objects.get(number=2).keeps_price


@pytest.mark.parametrize("case", ABOUT_SHOPPERS)
def test_offer__not_for_an_audience_that_loses_its_condition__is_paused_and_opens_to_nobody(
    case: Callable[[], tuple[Model, Node]], goods: Goods
) -> None:
    thing, node = case()
    inside = audience("inside", node)
    outside = audience("outside", within(inside, op="is_not"))
    offer = half_butter(goods, within(outside))

    assert fates(thing) == {"offer": Fate.UNMET, "Inside": Fate.NOBODY, "Outside": Fate.NOBODY}
    thing.delete()

    offer.refresh_from_db()
    assert (offer.is_active, offer.version) == (False, 2)


def test_offer__one_of_two_things_of_its_condition_deleted__goes_on_under_a_new_version(
    goods: Goods,
) -> None:
    jam, tea = goods["jam"], goods["tea"]
    either = audience("either", never_bought(jam, tea))
    half_butter(goods, never_bought(jam, tea), code="direct")
    half_butter(goods, within(either), code="through")

    names = {"direct": Fate.CONTINUES, "through": Fate.CONTINUES, "Either": Fate.CONTINUES}
    assert fates(jam) == names
    jam.delete()

    assert set(Offer.objects.values_list("is_active", "version")) == {(True, 2)}
    assert not DeletionPause.objects.exists()


def test_offer__shown_in_a_deleted_placement_or_to_large_carts__still_needs_acceptance(goods: Goods) -> None:
    _thanks, node = placement()
    half_butter(goods)
    nodes = (node, {"type": "cart_units", "op": "at_least", "count": 2})
    Offer.objects.update(conditions=tree(*nodes, match="any"))

    Placement.objects.get(code="thanks").delete()

    [source] = collect_offer_sources(Offer.objects.all())
    assert (source.is_active, source.needs_acceptance) == (True, True)
    assert OfferVersion.objects.get(number=2).keeps_price


def test_offer__of_which_any_condition_may_hold__goes_on_until_none_is_left(goods: Goods) -> None:
    offer = half_butter(goods)
    nodes = (never_bought(goods["jam"]), never_bought(goods["tea"]))
    Offer.objects.update(conditions=tree(*nodes, match="any"))

    goods["jam"].delete()
    offer.refresh_from_db()
    assert (offer.is_active, offer.version) == (True, 2)

    goods["tea"].delete()
    offer.refresh_from_db()
    assert (offer.is_active, offer.version) == (False, 3)


def test_deletion_page__of_an_audience__says_what_becomes_of_all_that_use_it(goods: Goods) -> None:
    thing, node = inner_audience()
    outer = audience("outer", node)
    half_butter(goods, within(outer))

    page = " ".join(
        staff().get(reverse("admin:offers_audience_delete", args=[thing.pk])).content.decode().split()
    )

    offer_words = page.split(">offer</a> <small>offer</small> loses: Inner.")[1].split("</li>")[0]
    assert "Its conditions can then never be met, so it will be paused." in offer_words
    outer_words = page.split(">Outer</a> <small>audience</small> loses: Inner.")[1].split("</li>")[0]
    assert "Nobody can belong to it any more." in outer_words


def test_offer__with_conditions_that_are_never_met__cannot_be_published(goods: Goods) -> None:
    offer = half_butter(goods, never_bought(goods["jam"]))
    goods["jam"].delete()

    chosen = {"action": "publish", "_selected_action": [offer.pk]}
    page = staff().post(reverse("admin:offers_offer_changelist"), chosen, follow=True).content.decode()

    assert "Not published, because these offers no longer apply to anything: offer" in page
    assert not Offer.objects.get().is_active


def test_deletion__of_what_many_conditions_name__asks_as_often_as_for_one(
    goods: Goods, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def offers_on(thing: Product, count: int) -> None:
        for place in range(count):
            inside = audience(f"{thing.sku}-{place}", never_bought(thing))
            half_butter(goods, within(inside), code=f"{thing.sku}-{place}")

    offers_on(goods["tea"], 1)
    with django_assert_max_num_queries(200) as few:
        goods["tea"].delete()
    offers_on(goods["mug"], 9)

    with django_assert_max_num_queries(len(few)):
        goods["mug"].delete()
    assert not Offer.objects.filter(is_active=True).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_two_deletions_at_once__that_take_the_last_two_triggers__pause_the_offer(goods: Goods) -> None:
    on_tiers(triggers=[goods["tea"], goods["mug"]])

    def delete_mug() -> None:
        try:
            Product.objects.filter(sku="mug").delete()
        finally:
            connections.close_all()

    second = threading.Thread(target=delete_mug)
    with transaction.atomic():
        goods["tea"].delete()
        second.start()
        wait_until(somebody_waits_for_a_lock, otherwise=lambda: "the second deletion did not wait")
    second.join()

    assert connection.vendor == "postgresql"
    assert Offer.objects.values_list("is_active", "version").get() == (False, 3)
    assert DeletionPause.objects.get().names == "Mug (mug)"


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        (waiting,) = cursor.fetchone()
    return bool(waiting)
