"""What restricts an offer, removed by means that no model watches: the offer still never opens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from catalog.models import Bundle, BundleItem, Category, Product
from offers.models import CuratedProduct, Offer, PromotionCode
from offers.services.uses import LINKS
from tests.checkout.charging import quote
from tests.checkout.restricted import (
    BREAD,
    CASES,
    Case,
    Goods,
    bundle_of,
    made,
    named_bundle,
    on_tiers,
    quantity_category,
    quantity_trigger,
    threshold_category,
)
from tests.checkout.test_deletion import shown, staff
from tests.offers.market import publish, stock_shop
from tests.support.api_cast import caller

pytestmark = pytest.mark.django_db

LISTED = "Active offers that apply to nothing or are shown nowhere"
OPEN: dict[str, Any] = {
    "trigger_scope": "everything",
    "target_scope": "counted",
    "bundle_scope": "every",
    "needs_code": False,
}


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def links_of(thing: Model) -> list[tuple[type[Model], str]]:
    """Return the tables that link offers and bundles with it, and their columns that refer to it."""
    links = LINKS[type(thing)]
    tables = [(link.table, link.key) for link in links if "__" not in link.key and link.key != "pk"]
    if isinstance(thing, Product | Bundle):
        tables.append((BundleItem, "product" if isinstance(thing, Product) else "bundle"))
    return tables


def by_sql(thing: Model) -> None:
    with connection.cursor() as cursor:
        for table, key in links_of(thing):
            name = table._meta.db_table
            cursor.execute(f"DELETE FROM {name} WHERE {key}_id = %s", [thing.pk])  # noqa: S608 (our own names)
        cursor.execute(f"DELETE FROM {thing._meta.db_table} WHERE id = %s", [thing.pk])  # noqa: S608


def by_raw_delete(thing: Model) -> None:
    for table, key in links_of(thing):
        table._default_manager.filter(**{key: thing.pk})._raw_delete(connection.alias)
    type(thing)._default_manager.filter(pk=thing.pk)._raw_delete(connection.alias)


def links(thing: Model) -> Any:
    """Return the manager by which the one offer names the thing."""
    offer = Offer.objects.get()
    places = [offer.trigger_products, offer.trigger_categories, offer.target_categories, offer.bundles]
    return next(place for place in places if place.model is type(thing) and place.contains(thing))


def by_clear(thing: Model) -> None:
    links(thing).clear()


def by_remove(thing: Model) -> None:
    links(thing).remove(thing)


def by_set(thing: Model) -> None:
    links(thing).set([])


def by_clear_from_the_other_side(thing: Any) -> None:
    reverse_links = {
        Product: ("triggered_offers",),
        Category: ("triggered_offers", "targeted_by_offers"),
        Bundle: ("offers",),
    }
    for name in reverse_links[type(thing)]:
        getattr(thing, name).clear()


def by_links(thing: Model) -> None:
    links(thing).through._default_manager.all().delete()


LINKED = (quantity_trigger, quantity_category, threshold_category, named_bundle)
LINK_WAYS = (by_clear, by_remove, by_set, by_clear_from_the_other_side, by_links)


@pytest.mark.parametrize(
    ("case", "way"),
    [
        *((case, by_sql) for case in CASES),
        *((case, by_raw_delete) for case in LINKED),
        *((case, way) for case in LINKED for way in LINK_WAYS),
    ],
)
def test_offer__its_last_restriction_removed_unwatched__applies_to_nothing_and_is_named(
    case: Callable[[Goods], Case], way: Callable[[Model], Any], goods: Goods
) -> None:
    thing, cart, right = case(goods)
    # As of a script that does not know the columns.
    Offer.objects.update(**OPEN)
    publish()

    way(thing)
    publish()

    server = caller("secret")
    answer = quote(server, {"cart": cart})
    assert answer["totals"]["total"]["amount"] == str(right)
    assert (answer["offers"], shown(server, cart)) == ([], [])
    page = staff().get(reverse("admin:index")).content.decode()
    assert reverse("admin:offers_offer_change", args=[Offer.objects.get().pk]) in page.split(LISTED)[1]


def test_bundle__its_parts_removed_unwatched__is_no_bundle_and_its_offer_is_named(goods: Goods) -> None:
    offer = made(Offer, "bundle", lane="bundle", bundle_scope="chosen")
    offer.bundles.add(bundle_of("pair", goods["bread"], goods["oolong"]))
    publish()

    BundleItem.objects.filter(product=goods["oolong"])._raw_delete(connection.alias)
    publish()

    assert quote(caller("secret"), {"cart": BREAD})["totals"]["total"]["amount"] == "320"
    page = staff().get(reverse("admin:index"))
    assert LISTED in page.content.decode()
    assert page.context["dashboard"].offer_count == 0


def test_dashboard__offers_that_apply_to_something__names_none(goods: Goods) -> None:
    on_tiers(triggers=[goods["tea"]])
    made(Offer, "cross_sell", picks=[goods["butter"]], code="pick")
    made(Offer, "cross_sell", picks=[goods["butter"]], code="with-code", needs_code=True).codes.create(
        code="A"
    )
    made(Offer, "bundle", code="paused", is_active=False, bundle_scope="chosen")

    assert LISTED not in staff().get(reverse("admin:index")).content.decode()


def test_snapshot__of_offers_on_everything__leaves_them_on_everything(goods: Goods) -> None:
    on_tiers()
    CuratedProduct.objects.create(offer=on_tiers(code="second"), product=goods["tea"])

    publish()

    assert set(Offer.objects.values_list("trigger_scope", "target_scope")) == {("everything", "counted")}
    assert not PromotionCode.objects.exists()


def test_history__after_a_deletion_and_publication__shows_both(goods: Goods) -> None:
    offer = on_tiers(triggers=[goods["tea"]])
    page = reverse("admin:offers_quantityoffer_history", args=[offer.pk])
    before = staff().get(page).content.decode()

    goods["tea"].delete()
    paused = staff().get(page).content.decode()
    offer.trigger_products.add(goods["mug"])
    chosen = {"action": "publish", "_selected_action": [offer.pk]}
    staff().post(reverse("admin:offers_offer_changelist"), chosen)
    after = staff().get(page).content.decode()

    assert "Paused by a deletion" not in before
    assert "product · Tea (tea)" in paused
    assert "product · Tea (tea)" in after
    assert ("Published again:" in paused, "Published again:" in after) == (False, True)
    assert "Published." in after


@pytest.mark.parametrize("key", ["nothing", "999999", str(10**30)])
@pytest.mark.usefixtures("goods")
def test_history__of_no_offer__leads_away(key: str) -> None:
    answer = staff().get(reverse("admin:offers_quantityoffer_history", args=[key]))

    assert answer.status_code == 302
