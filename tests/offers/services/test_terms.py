"""An offer's columns as terms of the pricing core."""

from typing import Any, TypeVar

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Bundle, BundleItem, Category, Product, ProductRelation, UpgradeLadder, UpgradeTier
from engine.pricing import (
    EVERYTHING,
    Benefit,
    Gift,
    PricingBundle,
    PricingOffer,
    PricingProduct,
    Selector,
    Terms,
    Tier,
    Tiers,
)
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.registry import kind_of
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import CuratedProduct, Offer, OfferStrategy
from tests.support.pricing_offers import pricing_offers

pytestmark = pytest.mark.django_db

AnyOffer = TypeVar("AnyOffer", bound=Offer)
TENTH = Benefit("percent", 1000)
PRICE: dict[str, Any] = {"benefit_kind": "percent", "benefit_value": 1000}


def sell(sku: str, **columns: Any) -> Product:
    given: dict[str, Any] = {"name": sku, "price_minor": 500, "currency": "JPY"} | columns
    return Product.objects.create(sku=sku, **given)


def create(
    model: type[AnyOffer], *strategies: str, picked: tuple[Product, ...] = (), **columns: Any
) -> AnyOffer:
    offer = model(code="one", name="one", currency="JPY", **columns)
    offer.save()
    for position, strategy in enumerate(strategies):
        OfferStrategy.objects.create(offer=offer, strategy=strategy, position=position)
    for position, product in enumerate(picked):
        CuratedProduct.objects.create(offer=offer, product=product, position=position)
    return offer


def terms() -> Terms:
    (offer,) = pricing_offers(offers=Offer.objects.all())
    return offer.terms


def test_pricing_offers__every_column_set__means_the_same_in_the_core() -> None:
    other = Offer.objects.create(code="other", name="other", kind="cross_sell", currency="JPY")
    tea = sell("tea")
    offer = create(
        Offer,
        "curated",
        picked=(tea,),
        kind="cross_sell",
        lane="cart",
        priority=7,
        price_base="list",
        max_discount_minor=300,
        margin_floor_bp=2000,
        max_times=2,
        **PRICE,
    )
    offer.excludes.add(other)

    assert pricing_offers(offers=Offer.objects.filter(code="one")) == [
        PricingOffer(
            id=offer.pk,
            terms=CrossSellTerms(Selector(frozenset([tea.pk])), TENTH, max_units=2),
            lane="cart",
            priority=7,
            base="list",
            excludes=frozenset([other.pk]),
            max_discount_minor=300,
            margin_basis_points=2000,
            currency="JPY",
        )
    ]


def test_pricing_offers__ladder_and_substitutes__lead_to_higher_tiers_and_substitutes() -> None:
    plain, fine, other = sell("plain"), sell("fine"), sell("other")
    ladder = UpgradeLadder.objects.create(name="tea")
    UpgradeTier.objects.create(ladder=ladder, product=plain, position=0, label="梅")
    UpgradeTier.objects.create(ladder=ladder, product=fine, position=1, label="竹")
    ProductRelation.objects.create(product=plain, related=other, kind="substitute")
    offer = create(Offer, "ladder", "related", kind="upgrade", **PRICE)
    offer.trigger_products.add(plain)

    assert terms() == UpgradeTerms(Selector(frozenset([plain.pk])), frozenset([fine.pk, other.pk]), TENTH)


@pytest.mark.parametrize(("strategies", "needs"), [(("curated", "popular"), False), (("curated",), True)])
def test_pricing_offers__cross_sell_that_statistics_choose__is_by_acceptance(
    strategies: tuple[str, ...], needs: bool
) -> None:
    create(Offer, *strategies, picked=(sell("tea"),), kind="cross_sell", needs_acceptance=needs, **PRICE)

    assert terms() == CrossSellTerms(EVERYTHING, TENTH, by_acceptance=True)


def test_pricing_offers__bundle_offer_without_bundles__contains_all_in_its_currency() -> None:
    tea, cup = sell("tea"), sell("cup")
    for code, currency, is_active in (("set", "JPY", True), ("us", "USD", True), ("off", "JPY", False)):
        bundle = Bundle.objects.create(code=code, name=code, currency=currency, is_active=is_active, **PRICE)
        BundleItem.objects.create(bundle=bundle, product=tea, quantity=2)
        BundleItem.objects.create(bundle=bundle, product=cup, position=1)
    create(Offer, "bundle", kind="bundle", max_times=3)

    assert terms() == BundleTerms((PricingBundle(((tea.pk, 2), (cup.pk, 1)), TENTH),), 3)


def test_pricing_offers__bundle_offer_whose_bundle_is_off__is_left_out() -> None:
    offer = create(Offer, "bundle", kind="bundle")
    offer.bundles.add(Bundle.objects.create(code="off", name="off", currency="JPY", is_active=False))

    assert pricing_offers(offers=Offer.objects.all()) == []


def test_pricing_offers__quantity__counts_its_triggers_by_its_tiers() -> None:
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    offer = create(QuantityOffer, kind="quantity", mode="volume", counting="set")
    offer.trigger_categories.add(drinks)
    for start in (3, 2):
        QuantityTier.objects.create(offer=offer, from_quantity=start, **PRICE)

    assert terms() == QuantityTerms(
        Selector(categories=frozenset([drinks.pk])),
        Tiers((Tier(2, TENTH), Tier(3, TENTH)), "volume"),
        "set",
    )


def test_pricing_offers__subscription__is_cheaper_at_first() -> None:
    create(
        SubscriptionOffer,
        kind="subscription",
        purchase="subscription",
        intro_kind="fixed",
        intro_value=100,
        intro_cycles=2,
        interval_days=[30, 60],
        **PRICE,
    )

    assert terms() == SubscriptionTerms(EVERYTHING, TENTH, Benefit("fixed", 100), 2, frozenset([30, 60]))


def test_pricing_offers__add_on__has_its_picks_as_options() -> None:
    tea, syrup = sell("tea"), sell("syrup")
    offer = create(AddOnOffer, picked=(syrup,), kind="add_on", max_count=2, included_count=1)
    offer.trigger_products.add(tea)

    assert terms() == AddOnTerms(
        Selector(frozenset([tea.pk])), frozenset([syrup.pk]), max_count=2, included_count=1
    )


def test_pricing_offers__threshold__gives_a_gift_with_its_price_and_categories() -> None:
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    teas = Category.objects.create(name="Teas", path="Drinks > Teas", parent=drinks)
    cup = sell("cup", category=teas, tax_rate_bp=800, cost_minor=200)
    create(ThresholdOffer, kind="threshold", at_least=5000, gift=cup, gift_quantity=2)

    product = PricingProduct(cup.pk, 500, (teas.pk, drinks.pk), 800, 200)
    assert terms() == ThresholdTerms("spend", 5000, gift=Gift(product, 2))


@pytest.mark.parametrize("gives_free_shipping", [True, False])
def test_pricing_offers__gift_in_another_currency__is_left_out(*, gives_free_shipping: bool) -> None:
    cup = sell("cup")
    create(ThresholdOffer, kind="threshold", at_least=5000, gift=cup, gives_free_shipping=gives_free_shipping)
    Product.objects.update(currency="USD")

    offers = pricing_offers(offers=Offer.objects.all())

    assert [offer.terms for offer in offers] == (
        [ThresholdTerms("spend", 5000, free_shipping=True)] if gives_free_shipping else []
    )


def test_pricing_offers__buy_get_without_targets__gives_more_of_the_same() -> None:
    tea = sell("tea")
    create(BuyGetOffer, kind="buy_get", max_times=2, **PRICE).trigger_products.add(tea)

    same = Selector(frozenset([tea.pk]))
    assert terms() == BuyGetTerms(same, 2, same, 1, TENTH, max_times=2)


@pytest.mark.parametrize("kind", ["upgrade", "cross_sell", "bundle", "quantity", "add_on"])
def test_pricing_offers__offer_without_a_source__is_left_out(kind: str) -> None:
    create(kind_of(kind).model, kind=kind)

    assert pricing_offers(offers=Offer.objects.all()) == []


def test_pricing_offers__many_offers__take_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    tea = sell("tea")
    for number in range(20):
        Offer.objects.create(code=f"o{number}", name="o", kind="upgrade", currency="JPY")
        gift = ThresholdOffer.objects.create(
            code=f"t{number}", name="t", kind="threshold", at_least=1, gift=tea, currency="JPY"
        )
        gift.trigger_products.add(tea)

    with django_assert_num_queries(20):
        assert len(pricing_offers(offers=Offer.objects.all())) == 20
