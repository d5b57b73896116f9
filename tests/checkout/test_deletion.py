"""Deleting what restricts an offer: it applies to nothing, never to everything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalog.models import Bundle, BundleItem, Category, Product
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import (
    CuratedProduct,
    DeletionPause,
    Offer,
    OfferStrategy,
    Placement,
    PromotionCode,
    StrategyCode,
)
from tests.checkout.charging import quote
from tests.offers.market import publish, stock_shop
from tests.support.admin_cast import Person
from tests.support.api_cast import Caller, body_of, caller

pytestmark = pytest.mark.django_db

Goods = dict[str, Product]
# What is deleted, the lines of a cart, and what they cost afterwards: their list price.
Case = tuple[Model, list[dict[str, Any]], int]
HALF: dict[str, Any] = {"benefit_kind": "percent", "benefit_value": 5000}
BREAD = [{"sku": "bread", "quantity": 1}]


def line(sku: str, quantity: int = 1, **columns: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **columns}


def made(model: type[Offer], kind: str, *, triggers: Any = (), picks: Any = (), **columns: Any) -> Any:
    """Create an offer that is shown in the cart and restricted to what it names."""
    offer = model.objects.create(
        kind=kind,
        name="Offer",
        currency="JPY",
        **{"code": "offer", "trigger_scope": "chosen" if triggers else "everything"} | columns,
    )
    placement, _ = Placement.objects.get_or_create(code="cart", defaults={"name": "Cart", "slot_count": 4})
    offer.placements.add(placement)
    offer.trigger_products.set(triggers)
    for product in picks:
        CuratedProduct.objects.create(offer=offer, product=product)
    if kind in ("cross_sell", "upgrade"):
        OfferStrategy.objects.create(offer=offer, strategy=StrategyCode.CURATED)
    return offer


def on_tiers(**columns: Any) -> QuantityOffer:
    offer: QuantityOffer = made(QuantityOffer, "quantity", **columns)
    QuantityTier.objects.create(offer=offer, from_quantity=1, benefit_kind="percent", benefit_value=3000)
    return offer


def quantity_trigger(goods: Goods) -> Case:
    on_tiers(triggers=[goods["tea"]])
    return goods["tea"], BREAD, 320


def quantity_category(goods: Goods) -> Case:
    del goods
    shoes = Category.objects.create(name="Shoes", path="Shoes")
    on_tiers(trigger_scope="chosen").trigger_categories.add(shoes)
    return shoes, BREAD, 320


def cross_sell_trigger(goods: Goods) -> Case:
    made(Offer, "cross_sell", triggers=[goods["tea"]], picks=[goods["butter"]], **HALF)
    return goods["tea"], [line("butter")], 480


def cross_sell_pick(goods: Goods) -> Case:
    made(Offer, "cross_sell", triggers=[goods["tea"]], picks=[goods["butter"]], **HALF)
    return goods["butter"], [line("tea"), *BREAD], 1320


def cross_sell_code(goods: Goods) -> Case:
    offer = made(Offer, "cross_sell", picks=[goods["butter"]], needs_code=True, **HALF)
    return PromotionCode.objects.create(offer=offer, code="ONE"), [line("butter")], 480


def upgrade_trigger(goods: Goods) -> Case:
    made(Offer, "upgrade", triggers=[goods["tea"]], picks=[goods["oolong"]], **HALF)
    return goods["tea"], [line("mug")], 1200


def upgrade_pick(goods: Goods) -> Case:
    made(Offer, "upgrade", triggers=[goods["tea"]], picks=[goods["oolong"]], **HALF)
    return goods["oolong"], [line("tea")], 1000


def threshold_counted(goods: Goods) -> Case:
    made(ThresholdOffer, "threshold", triggers=[goods["tea"]], measure="quantity", at_least=2, **HALF)
    return goods["tea"], [line("bread", 2)], 640


def threshold_pick(goods: Goods) -> Case:
    picks = [goods["butter"]]
    made(ThresholdOffer, "threshold", picks=picks, at_least=1000, target_scope="chosen", **HALF)
    return goods["butter"], [line("tea")], 1000


def threshold_category(goods: Goods) -> Case:
    del goods
    shoes = Category.objects.create(name="Shoes", path="Shoes")
    offer = made(ThresholdOffer, "threshold", at_least=1000, target_scope="chosen", **HALF)
    offer.target_categories.add(shoes)
    return shoes, [line("tea")], 1000


def buy_get_bought(goods: Goods) -> Case:
    counts: dict[str, Any] = {"buy_count": 1, "get_count": 1, "target_scope": "chosen"}
    made(BuyGetOffer, "buy_get", triggers=[goods["tea"]], picks=[goods["bread"]], **counts, **HALF)
    return goods["tea"], [line("mug"), *BREAD], 1520


def buy_get_got(goods: Goods) -> Case:
    counts: dict[str, Any] = {"buy_count": 2, "get_count": 1, "target_scope": "chosen"}
    made(BuyGetOffer, "buy_get", triggers=[goods["tea"]], picks=[goods["bread"]], **counts, **HALF)
    return goods["bread"], [line("tea", 3)], 3000


def subscription_trigger(goods: Goods) -> Case:
    columns: dict[str, Any] = {"purchase": "subscription", "interval_days": [30]}
    made(SubscriptionOffer, "subscription", triggers=[goods["tea"]], **columns, **HALF)
    return goods["tea"], [line("bread", interval_days=30)], 320


def add_on_parent(goods: Goods) -> Case:
    options = [goods["butter"], goods["jam"]]
    made(AddOnOffer, "add_on", triggers=[goods["tea"]], picks=options, max_count=1, included_count=1)
    with_options = [{"sku": "butter", "quantity": 1}, {"sku": "jam", "quantity": 1}]
    return goods["tea"], [line("bread", options=with_options)], 320 + 480 + 650


def add_on_option(goods: Goods) -> Case:
    made(AddOnOffer, "add_on", triggers=[goods["tea"]], picks=[goods["jam"]], min_count=1)
    return goods["jam"], [line("tea")], 1000


def bundle_of(code: str, *products: Product) -> Bundle:
    bundle = Bundle.objects.create(code=code, name=code, currency="JPY", unit_count=2, **HALF)
    for product in products:
        BundleItem.objects.create(bundle=bundle, product=product)
    return bundle


def named_bundle(goods: Goods) -> Case:
    own = bundle_of("own", goods["mug"], goods["oolong"])
    bundle_of("other", goods["bread"], goods["butter"])
    offer = made(Offer, "bundle", lane="bundle", bundle_scope="chosen")
    offer.bundles.add(own)
    OfferStrategy.objects.create(offer=offer, strategy=StrategyCode.BUNDLE)
    return own, [*BREAD, line("butter")], 800


CASES: tuple[Callable[[Goods], Case], ...] = (
    quantity_trigger,
    quantity_category,
    cross_sell_trigger,
    cross_sell_pick,
    cross_sell_code,
    upgrade_trigger,
    upgrade_pick,
    threshold_counted,
    threshold_pick,
    threshold_category,
    buy_get_bought,
    buy_get_got,
    subscription_trigger,
    add_on_parent,
    add_on_option,
    named_bundle,
)


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


def on_its_page(thing: Model, *, confirmed: bool = True) -> str:
    return _answer(thing, "delete", {}, [thing.pk], confirmed=confirmed)


def by_action(thing: Model, *, confirmed: bool = True) -> str:
    chosen = {"action": "delete_selected", "_selected_action": [thing.pk]}
    return _answer(thing, "changelist", chosen, [], confirmed=confirmed)


def _answer(thing: Model, view: str, fields: dict[str, Any], keys: list[int], *, confirmed: bool) -> str:
    page = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{view}", args=keys)
    answer = staff().post(page, fields | ({"post": "yes"} if confirmed else {}))
    assert answer.status_code == (302 if confirmed else 200)
    text: str = answer.content.decode()
    return text


def staff() -> Person:
    """Sign in a person who may do everything."""
    user, _ = User.objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
    client = Person()
    client.force_login(user)
    return client


OTHER_WAYS = (by_set, on_its_page, by_action)


@pytest.mark.parametrize(
    ("case", "way"),
    [
        *((case, by_row) for case in CASES),
        *((case, way) for case in (threshold_pick, quantity_category, named_bundle) for way in OTHER_WAYS),
        (cross_sell_code, by_set),
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
    # A promotion code decides for whom a price is, not what it is.
    assert offer.version == (1 if case is cross_sell_code else 2)


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
        ("both", "It continues with the remaining items."),
        ("paused", "It is paused."),
    ]
    places = [page.index(words) for name, fate in said for words in (f">{name}</a> loses: Tea (tea).", fate)]
    assert places == sorted(places)
    assert Product.objects.filter(sku="tea").exists()


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
