"""What an offer's columns mean as terms of the pricing core.

The ids of products, categories and offers are primary keys here, so that what was priced means the same
in every later snapshot.
"""

from collections.abc import Callable

from django.db.models import QuerySet

from engine import pricing
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from offers.models import Offer, OfferKind, StrategyCode
from offers.services.conditions import schedule_of
from offers.services.source import OfferSource, collect_offer_sources


def pricing_offers(*, offers: QuerySet[Offer]) -> list[pricing.Offer]:
    """Return the offers that can apply to some cart, by a constant number of queries."""
    built = map(build_pricing_offer, collect_offer_sources(offers))
    return [offer for offer in built if offer is not None]


def build_pricing_offer(source: OfferSource) -> pricing.Offer | None:
    """Return the offer as the core prices it; None while it names too little to apply to anything.

    Such are a discount on hand-picked products of which there are none, tiers without a tier, a bundle
    offer without bundles. Raises ValueError for tiers that do not rise.
    """
    terms = _TERMS[source.kind](source)
    if terms is None:
        return None
    return pricing.Offer(
        id=source.id,
        terms=terms,
        lane=source.lane,
        priority=source.priority,
        purchase=source.purchase,
        base=source.price_base,
        excludes=source.excludes,
        max_discount_minor=source.max_discount_minor,
        margin_basis_points=source.margin_floor_bp,
        currency=source.currency,
        schedule=schedule_of(source),
    )


def _upgrade(source: OfferSource) -> UpgradeTerms | None:
    products = source.upgrades_to
    if StrategyCode.CURATED in source.strategies:
        products |= source.picks
    return UpgradeTerms(source.triggers, products, source.benefit) if products else None


def _cross_sell(source: OfferSource) -> CrossSellTerms | None:
    """Return a price that holds in every cart where merchandisers chose all there is; else by acceptance."""
    trigger = source.triggers if source.has_triggers else None
    is_hand_picked = source.strategies == (StrategyCode.CURATED,)
    if not source.strategies or (is_hand_picked and not source.discounted):
        return None
    if is_hand_picked and source.discounted and not source.needs_acceptance:
        return CrossSellTerms(source.discounted, source.benefit, trigger, max_units=source.max_times)
    return CrossSellTerms(
        pricing.EVERYTHING, source.benefit, trigger, max_units=source.max_times, by_acceptance=True
    )


def _bundle(source: OfferSource) -> BundleTerms | None:
    return BundleTerms(source.bundles, source.max_times) if source.bundles else None


def _quantity(source: OfferSource) -> QuantityTerms | None:
    if not source.tiers:
        return None
    tiers = pricing.Tiers(source.tiers, source.mode, source.after_last)
    return QuantityTerms(source.triggers, tiers, source.counting, source.unit_order)


def _subscription(source: OfferSource) -> SubscriptionTerms:
    return SubscriptionTerms(
        products=source.triggers,
        recurring=source.benefit,
        intro=source.intro,
        intro_cycles=source.intro_cycles,
        intervals=frozenset(source.interval_days),
    )


def _add_on(source: OfferSource) -> AddOnTerms | None:
    if not source.picked:
        return None
    return AddOnTerms(
        parents=source.triggers,
        options=source.picks,
        min_count=source.min_count,
        max_count=source.max_count,
        included_count=source.included_count,
        benefit=source.benefit,
    )


def _threshold(source: OfferSource) -> ThresholdTerms | None:
    if source.at_least is None:
        return None
    return ThresholdTerms(
        measure=source.measure,
        at_least=source.at_least,
        counted=source.triggers,
        target=source.discounted,
        benefit=source.benefit,
        gift=source.gift,
        free_shipping=source.gives_free_shipping,
        base=source.threshold_base,
    )


def _buy_get(source: OfferSource) -> BuyGetTerms | None:
    if not source.buy_count or not source.get_count:
        return None
    return BuyGetTerms(
        buy=source.triggers,
        buy_count=source.buy_count,
        get=source.discounted or source.triggers,
        get_count=source.get_count,
        benefit=source.benefit,
        max_times=source.max_times,
        order=source.unit_order,
    )


_TERMS: dict[str, Callable[[OfferSource], pricing.Terms | None]] = {
    OfferKind.UPGRADE: _upgrade,
    OfferKind.CROSS_SELL: _cross_sell,
    OfferKind.BUNDLE: _bundle,
    OfferKind.QUANTITY: _quantity,
    OfferKind.SUBSCRIPTION: _subscription,
    OfferKind.ADD_ON: _add_on,
    OfferKind.THRESHOLD: _threshold,
    OfferKind.BUY_GET: _buy_get,
}
