"""Offers that are restricted to what they name: what is deleted or removed, and what a cart costs then."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from catalog.models import Bundle, BundleItem, Category, Product
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import CuratedProduct, Offer, OfferStrategy, Placement, PromotionCode, StrategyCode

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
