"""The next tiers up of the products in focus."""

from collections.abc import Iterator

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE, found_once
from engine.snapshot.records import OfferRecord


def ladder(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the next tiers up of the products in focus, the smallest step first."""
    del offer
    return iter(found_once(context, _ladder_steps))


def _ladder_steps(context: Context) -> list[Candidate]:
    """Return every tier above a product in focus, smallest steps first."""
    ladders, prior = context.snapshot.ladders, PRIOR_RELEVANCE["ladder"]
    steps = [
        (to_tier - tier, product, tier, to_tier)
        for product in context.focus
        for tier in ladders.tiers_of[product]
        for to_tier in range(tier + 1, ladders.starts[ladders.ladder[tier] + 1])
    ]
    return [
        Candidate(
            "ladder",
            ladders.product[to_tier],
            score=1 / height,
            relevance=prior / height,
            replaces=product,
            quantity=context.units_of(product),
            from_tier=tier,
            to_tier=to_tier,
        )
        for height, product, tier, to_tier in sorted(steps)
    ]
