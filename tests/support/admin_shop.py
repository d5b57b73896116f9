"""A shop with any number of rows of every model."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from django.utils.timezone import now

from analytics.models import RecomputeRun, RunState, RunTrigger
from catalog.models import (
    Bundle,
    BundleItem,
    Category,
    PriceChange,
    Product,
    ProductRelation,
    UpgradeLadder,
    UpgradeTier,
)
from checkout.models import (
    AllocatedLine,
    Allocation,
    LineAttribution,
    Order,
    OrderLine,
    Quote,
    RedeemedGift,
    RedeemedOffer,
    Redemption,
    Refund,
    RefundedLine,
)
from engine.learned.generations import PARTNER, POPULAR, PURCHASE
from gateway.models import ApiKey
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.bundle.models import BundleOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.kinds.upgrade.models import UpgradeOffer
from offers.models import (
    Arm,
    ArmOffer,
    Audience,
    AudienceCount,
    BatchState,
    CodeBatch,
    ContextValue,
    CuratedProduct,
    Customer,
    CustomerAttribute,
    CustomerHistory,
    Event,
    Experiment,
    Generation,
    HoldoutGroups,
    Offer,
    OfferStrategy,
    PartnerOverride,
    Placement,
    PopularProducts,
    ProductExclusion,
    ProductPartners,
    PromotionCode,
    QuietPeriod,
    RestraintCap,
    RestraintPolicy,
)
from offers.services.lane import create_missing_lanes
from tests.checkout.promises import promise
from tests.support.learned_facts import due, publish_customers, publish_products
from tests.support.refusals import refuse

AT = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
NAMES = ("Sencha", "Gyokuro", "Houjicha", "Matcha", "Genmaicha", "Yokan", "Senbei", "Teapot", "Whisk", "Tray")
LABELS = ("梅", "竹", "松")


def label_of(place: int) -> str:
    """Return 梅, 竹, 松, and then numbers."""
    return LABELS[place] if place < len(LABELS) else f"tier {place}"


def build_shop(count: int) -> None:
    """Create `count` rows of each model; the first one has `count` inline rows, the others two."""
    if not count:
        return
    products = build_catalogue(count)
    build_offers(count, products)
    build_restraint(count)
    build_experiments(count)
    build_learning(count, products)
    build_customers(count, products)
    build_charges(products)


def below(row: int, products: list[Product]) -> list[Product]:
    """Return the products of a row's inlines."""
    return products if row == 0 else products[:2]


def build_catalogue(count: int) -> list[Product]:
    """Create categories, products with their history, relations, ladders and bundles."""
    root = Category.objects.create(name="Tea", path="Tea")
    categories = Category.objects.bulk_create(
        Category(name=f"Kind {row}", parent=root, path=f"Tea > Kind {row}") for row in range(count)
    )
    products = Product.objects.bulk_create(
        Product(
            sku=f"T-{row:03}",
            name=f"{NAMES[row % len(NAMES)]} {row}",
            brand="Awase-en",
            category=categories[row],
            currency="JPY",
            price_minor=980 + 500 * row,
            stock=(None, 12, 0)[row % 3],
        )
        for row in range(count)
    )
    PriceChange.objects.bulk_create(
        PriceChange(product=products[0], currency="JPY", price_minor=900, changed_at=AT - timedelta(days=row))
        for row in range(count)
    )
    ProductRelation.objects.bulk_create(
        ProductRelation(product=products[0], related=other, kind="complement") for other in products[1:]
    )
    for row in range(count):
        build_sets(row, below(row, products))
    return products


def build_sets(row: int, products: list[Product]) -> None:
    """Create a ladder and a bundle of these products."""
    ladder = UpgradeLadder.objects.create(name=f"Ladder {row}")
    UpgradeTier.objects.bulk_create(
        UpgradeTier(ladder=ladder, product=product, position=place, label=label_of(place))
        for place, product in enumerate(products)
    )
    bundle = Bundle.objects.create(
        code=f"set-{row}", name=f"Set {row}", currency="JPY", unit_count=len(products)
    )
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, product=product, position=place) for place, product in enumerate(products)
    )


def build_offers(count: int, products: list[Product]) -> None:
    """Create placements, offers with their strategies and products, and keys."""
    sources = ("curated", "related", "bought_together")
    for row in range(count):
        placement = Placement.objects.create(code=f"place-{row}", name=f"Place {row}")
        exclusion = ProductExclusion.objects.create(
            name=f"Exclusion {row}", keywords=["tray"], is_everywhere=False
        )
        exclusion.placements.add(placement)
        offer = Offer.objects.create(
            code=f"offer-{row}", name=f"Offer {row}", kind="cross_sell", currency="JPY"
        )
        offer.placements.add(placement)
        offer.trigger_products.add(products[0])
        OfferStrategy.objects.bulk_create(
            OfferStrategy(offer=offer, strategy=source, position=place)
            for place, source in enumerate(sources)
        )
        CuratedProduct.objects.bulk_create(
            CuratedProduct(offer=offer, product=product, position=place)
            for place, product in enumerate(below(row, products))
        )
        build_kinds(row, placement, below(row, products))
    build_code_batches(count)
    create_missing_lanes()
    ApiKey.objects.bulk_create(
        ApiKey(name=f"Key {row}", kind="secret", prefix="sk_", digest=f"{row:064}") for row in range(count)
    )


def build_code_batches(count: int) -> None:
    """Create batches of codes, which protect an offer of their own from being deleted."""
    offer = Offer.objects.create(
        code="by-code", name="By code", kind="cross_sell", currency="JPY", needs_code=True
    )
    OfferStrategy.objects.create(offer=offer, strategy="popular", position=0)
    for row in range(count):
        CodeBatch.objects.create(
            name=f"Codes {row}", offer=offer, size=3, state=BatchState.READY, done_count=3, ready_at=AT
        )


def build_kinds(row: int, placement: Placement, products: list[Product]) -> None:
    """Create an offer of every kind except cross-sell."""
    percent = {"benefit_kind": "percent", "benefit_value": 1000}
    tiered = QuantityOffer(kind="quantity")
    kinds: list[Offer] = [
        tiered,
        UpgradeOffer(kind="upgrade", **percent),
        BundleOffer(kind="bundle", lane="bundle"),
        SubscriptionOffer(kind="subscription", purchase="subscription", interval_days=[30, 60], **percent),
        AddOnOffer(kind="add_on", included_count=1, max_count=3),
        ThresholdOffer(kind="threshold", lane="cart", at_least=5000, gift=products[0], **percent),
        BuyGetOffer(kind="buy_get", **percent),
    ]
    for offer in kinds:
        offer.code, offer.name = f"{offer.kind}-{row}", f"{row} {offer.kind}"
        offer.currency = "JPY"
        offer.save()
        offer.placements.add(placement)
        offer.trigger_products.set(products)
        PromotionCode.objects.create(offer=offer, code=f"{offer.kind}-{row}".upper())
        CuratedProduct.objects.bulk_create(
            CuratedProduct(offer=offer, product=product, position=place)
            for place, product in enumerate(products)
        )
    QuantityTier.objects.bulk_create(
        QuantityTier(offer=tiered, from_quantity=place + 2, **percent) for place in range(len(products))
    )


def build_learning(count: int, products: list[Product]) -> None:
    """Create past generations, a current one, runs, and pins and vetoes."""
    generations = Generation.objects.bulk_create(
        Generation(
            published_at=AT + timedelta(hours=row),
            order_count=1200,
            counted_order_count=1200,
            line_count=4300,
            product_count=count,
        )
        for row in range(count)
    )
    RecomputeRun.objects.bulk_create(
        RecomputeRun(
            trigger=RunTrigger.COMMAND,
            state=RunState.SUCCEEDED,
            requested_at=generation.published_at,
            generation=generation,
        )
        for generation in generations
    )
    publish_products([{"product": product, "sold": AT.date(), "units": 3} for product in products])
    for row, product in enumerate(products):
        others = [other.pk for other in products if other != product]
        partners = [(key, 1 / (1 + rank), 1 / (1 + rank), 40 - rank) for rank, key in enumerate(others)]
        ProductPartners.objects.create(
            product=product, order_count=100, partners=np.array(partners, PARTNER).tobytes()
        )
        popular = np.array([(other.pk, 90) for other in products], POPULAR)
        PopularProducts.objects.create(
            generation=generations[-1],
            category=product.category if row else None,
            products=popular.tobytes(),
        )
    PartnerOverride.objects.bulk_create(
        PartnerOverride(product=products[0], partner=other, action="pin") for other in products[1:]
    )


def build_restraint(count: int) -> None:
    """Create policies with exceptions, caps and quiet periods."""
    offers = list(Offer.objects.order_by("pk"))
    for row in range(count):
        RestraintPolicy.objects.create(
            outcome="shown",
            count=row + 2,
            pause_days=7,
            offer=offers[row % len(offers)] if row else None,
            counts_from=AT,
        )
        RestraintCap.objects.create(count=20, window_days=row + 1)
        QuietPeriod.objects.create(starts_at=time(21), ends_at=time(8), weekdays="56", dates=["2026-12-31"])


def build_experiments(count: int) -> None:
    """Create drafts with two arms, of which the second one has an offer, and the holdout of the shop."""
    HoldoutGroups.objects.create()
    for row in range(count):
        experiment = Experiment.objects.create(code=f"experiment-{row}", name_en=f"Experiment {row}")
        Arm.objects.create(
            experiment=experiment, code="control", name="Control", weight_bp=5000, is_control=True
        )
        arm = Arm.objects.create(experiment=experiment, code="new", name="New", weight_bp=5000)
        ArmOffer.objects.create(arm=arm, offer=Offer.objects.get(code=f"offer-{row}"))


def build_customers(count: int, products: list[Product]) -> None:
    """Create customers with orders, history and events."""
    history = np.array([(product.pk, 3, 20_000, 0.5, 0.5) for product in products], PURCHASE).tobytes()
    for row in range(count):
        ContextValue.objects.create(code=f"value-{row}", name_en=f"Value {row}")
        CustomerAttribute.objects.create(code=f"attribute-{row}", name_en=f"Attribute {row}", type="text")
        customer = Customer.objects.create(external_id=f"c-{row:03}")
        refuse(customer, offers=["offer-1"], products=[product.sku for product in products], at=now())
        CustomerHistory.objects.create(customer=customer, purchases=history)
        order = Order.objects.create(
            order_id=f"o-{row:03}", customer=customer, placed_at=AT - timedelta(days=row), currency="JPY"
        )
        lines = OrderLine.objects.bulk_create(
            OrderLine(order=order, position=place, product=product, quantity=2, unit_price_minor=980)
            for place, product in enumerate(below(row, products))
        )
        LineAttribution.objects.bulk_create(
            LineAttribution(line=line, decision=f"d-{row}", offer_code="offer-0") for line in lines
        )
        Event.objects.create(
            event_id=f"e-{row}",
            type="impression",
            decision=f"d-{row}",
            offer_code="offer-0",
            position=1,
            customer=customer,
            occurred_at=AT,
            received_at=AT,
        )
        audience = Audience.objects.create(
            code=f"audience-{row}", name_en=f"Audience {row}", conditions=conditions_of_audience(row)
        )
        AudienceCount.objects.create(audience=audience, size=row, counted_at=AT)
    due_again = [due(product, AT.date()) for product in products]
    publish_customers([{"customer": customer, "due": due_again} for customer in Customer.objects.all()])


def conditions_of_audience(row: int) -> dict[str, Any]:
    """Return conditions of which those of a later audience refer to the first one."""
    first = Audience.objects.order_by("pk").first()
    node: dict[str, Any] = {"type": "orders", "op": "at_least", "count": row}
    if first is not None:
        node = {"type": "audience", "op": "is", "audiences": [first.pk]}
    return {"version": 1, "match": "all", "nodes": [node]}


def build_charges(products: list[Product]) -> None:
    """Create a quote, its redemption, allocation and refund for every order."""
    offer = Offer.objects.get(code="offer-0")
    for row, order in enumerate(Order.objects.order_by("pk")):
        promise(products[0], offer, quantity=2, customer=order.customer)
        quote = Quote.objects.order_by("-pk")[0]
        redemption = Redemption.objects.create(
            quote=quote,
            state="committed",
            order_id=order.order_id,
            reserved_at=AT,
            expires_at=AT,
            settled_at=AT,
        )
        allocation = Allocation.objects.create(
            order=order, quote=quote, currency="JPY", paid_minor=9000, committed_at=AT
        )
        build_charged_lines(redemption, allocation, below(row, products))


def build_charged_lines(redemption: Redemption, allocation: Allocation, products: list[Product]) -> None:
    """Create the redeemed, allocated and refunded lines, one for each product."""
    RedeemedOffer.objects.bulk_create(
        RedeemedOffer(redemption=redemption, offer_code=f"offer-{place}", version=1, discount_minor=10)
        for place in range(len(products))
    )
    RedeemedGift.objects.bulk_create(
        RedeemedGift(redemption=redemption, product=product, quantity=1) for product in products
    )
    lines = AllocatedLine.objects.bulk_create(
        AllocatedLine(
            allocation=allocation,
            position=place,
            product=product,
            sku=product.sku,
            quantity=1,
            list_minor=1000,
            discount_minor=10,
            net_minor=900,
            tax_minor=90,
            taken={"offer-0": 10},
        )
        for place, product in enumerate(products)
    )
    refund = Refund.objects.create(
        allocation=allocation, amount_minor=980, keep_minor=990, claw_back_minor=980, refunded_at=AT
    )
    RefundedLine.objects.bulk_create(
        RefundedLine(refund=refund, line=line, quantity=1, net_minor=900, tax_minor=90) for line in lines
    )
