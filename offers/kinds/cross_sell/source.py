"""What cross-sells mean to pricing."""

from engine import pricing
from engine.pricing.kinds.cross_sell import CrossSellTerms
from offers.models import StrategyCode
from offers.services.source import OfferSource


def terms(source: OfferSource[None]) -> CrossSellTerms | None:
    """Return a price that holds in every cart if merchandisers chose all products, else by acceptance."""
    trigger = source.triggers if source.has_triggers else None
    is_hand_picked = source.strategies == (StrategyCode.CURATED,)
    if not source.strategies or (is_hand_picked and source.discounted is None):
        return None
    if is_hand_picked and source.discounted and not source.needs_acceptance:
        return CrossSellTerms(source.discounted, source.benefit, trigger, max_units=source.max_times)
    return CrossSellTerms(
        pricing.EVERYTHING, source.benefit, trigger, max_units=source.max_times, by_acceptance=True
    )
