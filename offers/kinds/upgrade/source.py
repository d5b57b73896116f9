"""How upgrades are read, and what they mean to pricing."""

from collections.abc import Sequence

from msgspec import Struct

from catalog.models import ProductRelation, RelationKind, UpgradeTier
from engine.pricing.kinds.upgrade import UpgradeTerms
from offers.models import StrategyCode
from offers.services.source import OfferSource, UnreadOffer


class UpgradeValues(Struct, frozen=True):
    """The better products from ladders and substitutes, as far as the offer's strategies use them."""

    leads_to: frozenset[int] = frozenset()


def read(offers: Sequence[UnreadOffer]) -> list[UpgradeValues]:
    """Return what each offer leads to, by two queries."""
    higher, other = steps_up(), substitutes()
    found = {
        StrategyCode.LADDER: higher,
        StrategyCode.RELATED: other,
        StrategyCode.VIEWED_NOT_BOUGHT: higher | other,
    }
    return [
        UpgradeValues(frozenset().union(*(found[code] for code in found if code in offer.common.strategies)))
        for offer in offers
    ]


def steps_up() -> frozenset[int]:
    """Return the products that are above another on an active ladder."""
    lowest: dict[int, int] = {}
    above: set[int] = set()
    tiers = UpgradeTier.objects.filter(ladder__is_active=True).order_by("ladder_id", "position", "pk")
    for ladder, product in tiers.values_list("ladder_id", "product_id"):
        if lowest.setdefault(ladder, product) != product:
            above.add(product)
    return frozenset(above)


def substitutes() -> frozenset[int]:
    """Return the products that a merchandiser named as another's substitute."""
    relations = ProductRelation.objects.filter(kind=RelationKind.SUBSTITUTE)
    return frozenset(relations.values_list("related_id", flat=True))


def terms(source: OfferSource[UpgradeValues]) -> UpgradeTerms | None:
    """Return which products replace which, None if there is no replacement."""
    products = source.own.leads_to
    if StrategyCode.CURATED in source.strategies:
        products |= source.picks
    return UpgradeTerms(source.triggers, products, source.benefit) if products else None
