"""A shop in the database with offers of several kinds, and its snapshot: what quotes are made of."""

from typing import Any

from django.utils.timezone import now

from catalog.models import Product
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import CuratedProduct, Offer, OfferStrategy, Placement, StrategyCode
from offers.services.serving import snapshot_store_at
from offers.services.snapshot import refresh_snapshot

# SKU, price in yen
GOODS = (("bread", 320), ("butter", 480), ("jam", 650), ("tea", 1000), ("mug", 1200), ("oolong", 1500))


def stock_shop() -> dict[str, Product]:
    """Create the products; return them by SKU."""
    return {
        sku: Product.objects.create(
            sku=sku, name=sku.title(), price_minor=price, currency="JPY", tax_rate_bp=800
        )
        for sku, price in GOODS
    }


def publish() -> None:
    """Build the snapshot that quotes are made from, and let it be seen at once."""
    refresh_snapshot(at=now(), force=True)
    snapshot_store_at.cache_clear()


def tea_by_the_three(tea: Product, **columns: Any) -> QuantityOffer:
    """Second tea -10 %, third -20 %: 1,000, 1,900, 2,700 yen."""
    offer = QuantityOffer.objects.create(code="tea-3", name="Tea", kind="quantity", currency="JPY", **columns)
    offer.trigger_products.add(tea)
    for start, basis_points in ((2, 1000), (3, 2000)):
        QuantityTier.objects.create(
            offer=offer, from_quantity=start, benefit_kind="percent", benefit_value=basis_points
        )
    return offer


def from_3000_yen(gift: Product | None, **columns: Any) -> ThresholdOffer:
    """From 3,000 yen on a gift, or what the columns say."""
    return ThresholdOffer.objects.create(
        code="from-3000",
        name="From 3,000 yen",
        kind="threshold",
        currency="JPY",
        lane="cart",
        at_least=3000,
        gift=gift,
        **columns,
    )


def butter_with_bread(goods: dict[str, Product], **columns: Any) -> Offer:
    """80 yen off butter while there is bread."""
    offer = Offer.objects.create(
        code="butter", name="Butter", kind="cross_sell", currency="JPY",
        benefit_kind="amount", benefit_value=80, **columns,
    )  # fmt: skip
    offer.trigger_products.add(goods["bread"])
    propose(offer, goods["butter"])
    return offer


def oolong_for_tea(goods: dict[str, Product], **columns: Any) -> Offer:
    """Instead of tea an oolong for 1,300 yen."""
    offer = Offer.objects.create(
        code="oolong", name="Oolong", kind="upgrade", currency="JPY",
        benefit_kind="fixed", benefit_value=1300, **columns,
    )  # fmt: skip
    offer.trigger_products.add(goods["tea"])
    propose(offer, goods["oolong"])
    return offer


def menu_of(parents: list[Product], options: list[Product], **columns: Any) -> AddOnOffer:
    """Offer the options with each of the parents, at their own price."""
    code = f"menu-{AddOnOffer.objects.count()}"
    offer = AddOnOffer.objects.create(
        code=code, name=code, kind="add_on", currency="JPY", min_count=0, **columns
    )
    offer.trigger_products.set(parents)
    for option in options:
        CuratedProduct.objects.create(offer=offer, product=option)
    return offer


def propose(offer: Offer, product: Product) -> None:
    """Let the offer propose this product in the cart."""
    CuratedProduct.objects.create(offer=offer, product=product)
    OfferStrategy.objects.create(offer=offer, strategy=StrategyCode.CURATED)
    placement, _ = Placement.objects.get_or_create(code="cart", defaults={"name": "Cart", "slot_count": 4})
    offer.placements.add(placement)
