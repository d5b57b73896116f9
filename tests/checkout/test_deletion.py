"""Deleting what restricts an offer: it applies to nothing, never to everything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Model, ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalog.models import Product
from offers.models import CuratedProduct, DeletionPause, Offer, Placement
from tests.checkout.charging import charge, quote
from tests.checkout.restricted import (
    CASES,
    HALF,
    Case,
    Goods,
    add_on_option,
    bundle_of,
    buy_get_got,
    cross_sell_code,
    cross_sell_pick,
    made,
    named_bundle,
    on_tiers,
    quantity_category,
    threshold_pick,
    upgrade_pick,
)
from tests.offers.market import from_3000_yen, publish, stock_shop
from tests.support.admin_cast import Person
from tests.support.api_cast import Caller, body_of, caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def shown(who: Caller, cart: list[dict[str, Any]]) -> list[str]:
    """Return the offers that are proposed for the cart."""
    lines = [{"sku": one["sku"], "quantity": one["quantity"]} for one in cart]
    answer = body_of(who.post("/api/v1/offers", {"placement": "cart", "cart": lines}))
    return [offer["offer"] for offer in answer["offers"]]


def by_row(thing: Model) -> None:
    thing.delete()


def by_set(thing: Model) -> None:
    type(thing)._default_manager.filter(pk=thing.pk).delete()


def by_its_pick(thing: Model) -> None:
    CuratedProduct.objects.get(product=thing.pk).delete()


def by_its_picks(thing: Model) -> None:
    CuratedProduct.objects.filter(product=thing.pk).delete()


def by_the_picks_of_the_offer(thing: Model) -> None:
    del thing
    Offer.objects.get().curated.all().delete()


def on_its_page(thing: Model, **how: bool) -> str:
    return _answer(thing, "delete", {}, [thing.pk], **how)


def by_action(thing: Model, **how: bool) -> str:
    chosen = {"action": "delete_selected", "_selected_action": [thing.pk]}
    return _answer(thing, "changelist", chosen, [], **how)


def _answer(
    thing: Model,
    view: str,
    fields: dict[str, Any],
    keys: list[int],
    *,
    confirmed: bool = True,
    is_refused: bool = False,
) -> str:
    page = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{view}", args=keys)
    answer = staff().post(page, fields | ({"post": "yes"} if confirmed else {}))
    assert answer.status_code == (302 if confirmed and not is_refused else 200)
    text: str = answer.content.decode()
    return text


def staff() -> Person:
    """Sign in a person who may do everything."""
    user, _ = User.objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
    client = Person()
    client.force_login(user)
    return client


OTHER_WAYS = (by_set, on_its_page, by_action)
PICKED = (cross_sell_pick, upgrade_pick, threshold_pick, buy_get_got, add_on_option)
PICK_WAYS = (by_its_pick, by_its_picks, by_the_picks_of_the_offer)


@pytest.mark.parametrize(
    ("case", "way"),
    [
        *((case, by_row) for case in CASES),
        *((case, way) for case in (threshold_pick, quantity_category, named_bundle) for way in OTHER_WAYS),
        (cross_sell_code, by_set),
        *((case, way) for case in PICKED for way in PICK_WAYS),
    ],
)
def test_offer__its_last_restriction_deleted__is_paused_and_applies_to_nothing(
    case: Callable[[Goods], Case], way: Callable[[Model], Any], goods: Goods
) -> None:
    thing, cart, right = case(goods)
    name = str(thing)

    way(thing)
    publish()

    server = caller("secret")
    answer = quote(server, {"cart": cart})
    assert answer["totals"]["total"]["amount"] == str(right)
    assert (answer["offers"], shown(server, cart)) == ([], [])
    offer = Offer.objects.get()
    assert (offer.is_active, offer.deletion_pauses.get().names) == (False, name)
    assert offer.version == 2


@pytest.mark.parametrize("case", CASES)
def test_offer__its_last_restriction_deleted_and_switched_on_again__applies_to_nothing(
    case: Callable[[Goods], Case], goods: Goods
) -> None:
    thing, cart, right = case(goods)
    # As of a script that does not know the columns.
    Offer.objects.update(
        trigger_scope="everything", target_scope="counted", bundle_scope="every", needs_code=False
    )

    thing.delete()
    Offer.objects.update(is_active=True)
    publish()

    server = caller("secret")
    answer = quote(server, {"cart": cart})
    assert answer["totals"]["total"]["amount"] == str(right)
    assert (answer["offers"], shown(server, cart)) == ([], [])


def test_bundle__left_with_one_unit__is_no_bundle(goods: Goods) -> None:
    offer = made(Offer, "bundle", lane="bundle", bundle_scope="chosen")
    offer.bundles.add(bundle_of("pair", goods["mug"], goods["oolong"]))

    goods["oolong"].delete()
    publish()

    assert quote(caller("secret"), mug=1)["totals"]["total"]["amount"] == "1200"
    assert not Offer.objects.get().is_active


def test_offer__one_of_two_triggers_deleted__applies_to_the_other(goods: Goods) -> None:
    on_tiers(triggers=[goods["tea"], goods["mug"]])

    goods["tea"].delete()
    publish()

    server = caller("secret")
    assert quote(server, mug=1)["totals"]["total"]["amount"] == "840"
    assert quote(server, bread=1)["totals"]["total"]["amount"] == "320"
    assert Offer.objects.values_list("is_active", "version").get() == (True, 2)
    assert not DeletionPause.objects.exists()


def as_a_gift(goods: Goods) -> Product:
    from_3000_yen(goods["mug"])
    return goods["mug"]


def as_ordered(goods: Goods) -> Product:
    on_tiers(triggers=[goods["tea"]])
    publish()
    charge(caller("secret"), "2026-1", tea=1)
    return goods["tea"]


@pytest.mark.parametrize("needed", [as_a_gift, as_ordered])
def test_deletion__of_a_gift_or_an_ordered_product__is_refused_and_pauses_nothing(
    needed: Callable[[Goods], Product], goods: Goods
) -> None:
    product = needed(goods)

    for way in (by_row, by_set):
        with pytest.raises(ProtectedError):
            way(product)
    pages = [way(Product.objects.get(sku=product.sku), is_refused=True) for way in (on_its_page, by_action)]

    assert all("would require deleting the following protected related objects" in page for page in pages)
    assert Product.objects.filter(sku=product.sku).exists()
    offer = Offer.objects.get()
    assert (offer.is_active, offer.version, offer.trigger_products.count()) == (True, 1, needed is as_ordered)
    assert not DeletionPause.objects.exists()


def test_deletion__of_a_product_that_many_offers_name__asks_as_often_as_for_one(
    goods: Goods, django_assert_max_num_queries: Any
) -> None:
    def offers_on(product: Product, count: int) -> None:
        for number in range(count):
            made(
                Offer,
                "cross_sell",
                triggers=[product],
                picks=[goods["butter"]],
                **HALF,
                code=f"{product.sku}-{number}",
            )

    offers_on(goods["tea"], 1)
    with CaptureQueriesContext(connection) as few:
        goods["tea"].delete()
    offers_on(goods["mug"], 12)

    with django_assert_max_num_queries(len(few)):
        goods["mug"].delete()
    assert not Offer.objects.filter(is_active=True).exists()


@pytest.mark.parametrize("way", [on_its_page, by_action])
def test_confirmation__of_a_deletion__names_the_offers_and_what_becomes_of_them(
    way: Callable[..., str], goods: Goods
) -> None:
    on_tiers(triggers=[goods["tea"]], code="alone")
    on_tiers(triggers=[goods["tea"], goods["mug"]], code="both")
    on_tiers(triggers=[goods["tea"]], code="paused", is_active=False)
    Offer.objects.update(name=F("code"))

    page = " ".join(way(goods["tea"], confirmed=False).split())

    said = [
        ("alone", "Nothing else is left, so it will be paused."),
        ("both", "It continues with what is left."),
        ("paused", "It is paused."),
    ]
    places = [
        page.index(words)
        for name, fate in said
        for words in (f">{name}</a> <small>offer</small> loses: Tea (tea).", fate)
    ]
    assert places == sorted(places)
    assert Product.objects.filter(sku="tea").exists()


@pytest.mark.parametrize("way", [by_row, *OTHER_WAYS])
def test_placement__the_only_one_of_an_offer__deleted__pauses_the_offer_and_says_so(
    way: Callable[[Model], Any], goods: Goods
) -> None:
    made(Offer, "cross_sell", triggers=[goods["tea"]], picks=[goods["butter"]], **HALF)
    placement = Placement.objects.get()

    asked = [" ".join(page(placement, confirmed=False).split()) for page in (on_its_page, by_action)]
    way(placement)
    publish()

    for page in asked:
        assert (
            "Nothing else is left, so it will be paused."
            in page.split("Offer</a> <small>offer</small> loses: Cart.")[1]
        )
    assert Offer.objects.values_list("is_active", "version").get() == (False, 2)
    assert quote(caller("secret"), tea=1, butter=1)["totals"]["total"]["amount"] == "1480"
    assert "placement · Cart ·" in staff().get(reverse("admin:index")).content.decode()


def test_dashboard__after_a_deletion__names_the_paused_offers_until_they_are_published(goods: Goods) -> None:
    offer = on_tiers(triggers=[goods["tea"]])
    goods["tea"].delete()

    before = staff().get(reverse("admin:index")).content.decode()
    offer.trigger_products.add(goods["mug"])
    chosen = {"action": "publish", "_selected_action": [offer.pk]}
    staff().post(reverse("admin:offers_offer_changelist"), chosen)
    after = staff().get(reverse("admin:index")).content.decode()

    assert reverse("admin:offers_offer_change", args=[offer.pk]) in before
    assert "product · Tea (tea) ·" in before
    assert "Tea (tea)" not in after
    assert DeletionPause.objects.get().settled_at is not None
