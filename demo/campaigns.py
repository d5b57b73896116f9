"""What the demo shop proposes: placements, offers and relations, as a merchandiser would set them up."""

from dataclasses import dataclass

from catalog.models import BenefitKind, RelationKind
from offers.models import Audience, OfferKind, StrategyCode


@dataclass(frozen=True, slots=True)
class PlacementPlan:
    """A spot of the storefront."""

    code: str
    name: str
    slot_count: int


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """An offer; `trigger_categories` and `curated_categories` name product categories of the data.

    The best sellers of `curated_categories` that are dearer than `curated_above_minor` are hand-picked.
    """

    code: str
    name: str
    kind: OfferKind
    placements: tuple[str, ...]
    strategies: tuple[StrategyCode, ...]
    priority: int
    headline_en: str
    headline_ja: str
    body_en: str = ""
    body_ja: str = ""
    max_proposals: int = 1
    audience: Audience = Audience.EVERYONE
    benefit_kind: BenefitKind = BenefitKind.NONE
    benefit_value: int = 0
    min_subtotal_minor: int | None = None
    trigger_categories: tuple[str, ...] = ()
    curated_categories: tuple[str, ...] = ()
    curated_above_minor: int = 0


@dataclass(frozen=True, slots=True)
class RelationPlan:
    """The best sellers of `related` go with the best sellers of `category`."""

    category: str
    related: str
    kind: RelationKind


PLACEMENTS = (
    PlacementPlan("product_page", "Product page", 4),
    PlacementPlan("cart", "Cart", 4),
    PlacementPlan("checkout", "Checkout", 2),
    PlacementPlan("after_purchase", "After the purchase", 4),
)

RELATIONS = (
    RelationPlan("Dry noodles/pasta", "Pasta sauce", RelationKind.COMPLEMENT),
    RelationPlan("Cold cereal", "Fluid milk products", RelationKind.COMPLEMENT),
    RelationPlan("Hot dogs", "Condiments/sauces", RelationKind.COMPLEMENT),
    RelationPlan("Salad mix", "Salad dressing/sandwich spread", RelationKind.COMPLEMENT),
    RelationPlan("Coffee", "Coffee filters", RelationKind.ACCESSORY),
    RelationPlan("Teas", "Sugars/sweeteners", RelationKind.COMPLEMENT),
    RelationPlan("Cat food", "Cat litter", RelationKind.CONSUMABLE),
    RelationPlan("Toys and games", "Batteries", RelationKind.CONSUMABLE),
    RelationPlan("Butter", "Margarines", RelationKind.SUBSTITUTE),
)

OFFERS = (
    OfferPlan(
        code="next-step-up",
        name="Ladder: the next step up, at list price",
        kind=OfferKind.UPGRADE,
        placements=("product_page", "cart"),
        strategies=(StrategyCode.LADDER,),
        priority=50,
        headline_en="One step up",
        headline_ja="ワンランク上はいかがですか",
        body_en="The same kind, and what it gains you is written below.",
        body_ja="同じ種類の商品です。何がよくなるかを下に示します。",
    ),
    OfferPlan(
        code="last-look",
        name="Ladder at the checkout, 20 cents off",
        kind=OfferKind.UPGRADE,
        placements=("checkout",),
        strategies=(StrategyCode.LADDER,),
        priority=40,
        headline_en="20 cents off one step up",
        headline_ja="ワンランク上が20セント引き",
        benefit_kind=BenefitKind.AMOUNT,
        benefit_value=20,
    ),
    OfferPlan(
        code="next-time-better",
        name="Ladder after the purchase, 5% off",
        kind=OfferKind.UPGRADE,
        placements=("after_purchase",),
        strategies=(StrategyCode.LADDER,),
        priority=40,
        headline_en="Next time: one step up, 5% off",
        headline_ja="次回はワンランク上を5%引きで",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=500,
    ),
    OfferPlan(
        code="pasta-night",
        name="Pasta night: 10% off what goes with pasta",
        kind=OfferKind.CROSS_SELL,
        placements=("product_page", "cart"),
        strategies=(StrategyCode.RELATED, StrategyCode.BOUGHT_TOGETHER),
        priority=60,
        headline_en="Pasta night: 10% off",
        headline_ja="パスタの夜は10%引き",
        body_en="Because there is pasta in your choice.",
        body_ja="パスタをお選びの方へ。",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=1000,
        trigger_categories=("Dry noodles/pasta",),
    ),
    OfferPlan(
        code="together-for-less",
        name="Bundles that hold what is being looked at",
        kind=OfferKind.BUNDLE,
        placements=("product_page", "cart", "checkout", "after_purchase"),
        strategies=(StrategyCode.BUNDLE,),
        priority=45,
        headline_en="Together for less",
        headline_ja="まとめてお得",
    ),
    OfferPlan(
        code="your-usual",
        name="What this customer buys again and again",
        kind=OfferKind.CROSS_SELL,
        placements=("cart", "checkout"),
        strategies=(StrategyCode.ALSO_BOUGHT_BY_CUSTOMER,),
        priority=30,
        headline_en="Your usual",
        headline_ja="いつもの商品",
        body_en="You bought it before. Is there still some at home?",
        body_ja="以前お求めの商品です。お買い忘れはありませんか。",
        audience=Audience.KNOWN,
    ),
    OfferPlan(
        code="goes-well-together",
        name="What goes with the product or the cart",
        kind=OfferKind.CROSS_SELL,
        placements=("product_page", "cart"),
        strategies=(
            StrategyCode.RELATED,
            StrategyCode.BOUGHT_TOGETHER,
            StrategyCode.CATEGORY_POPULAR,
            StrategyCode.POPULAR,
        ),
        priority=10,
        max_proposals=3,
        headline_en="Goes well together",
        headline_ja="一緒にいかがですか",
    ),
    OfferPlan(
        code="one-little-treat",
        name="A treat for 89 cents from $10",
        kind=OfferKind.CROSS_SELL,
        placements=("checkout",),
        strategies=(StrategyCode.CURATED,),
        priority=20,
        headline_en="A little treat for 89 cents",
        headline_ja="おやつを89セントで",
        body_en="With purchases of $10 or more.",
        body_ja="10ドル以上のお買い上げの方へ。",
        benefit_kind=BenefitKind.FIXED,
        benefit_value=89,
        min_subtotal_minor=1000,
        curated_categories=("Candy - checklane",),
        curated_above_minor=99,
    ),
    OfferPlan(
        code="thank-you",
        name="After the purchase: 15% off what others added",
        kind=OfferKind.CROSS_SELL,
        placements=("after_purchase",),
        strategies=(StrategyCode.BOUGHT_TOGETHER, StrategyCode.POPULAR),
        priority=20,
        max_proposals=2,
        headline_en="Thank you: 15% off next time",
        headline_ja="ありがとうございます。次回15%引き",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=1500,
    ),
)
