"""The next tiers up of the products in focus."""

from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.restrain import DECLINED
from engine.decision.strategies.strategy import Strategy, always, found_once
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord


def ladder(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the next tiers up of the products in focus, the smallest step first."""
    del offer
    return iter(found_once(context, _ladder_steps))


def _ladder_steps(context: Context) -> list[Candidate]:
    """Return every tier above a product in focus, smallest steps first."""
    ladders = context.snapshot.ladders
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
            relevance=PRIOR_RELEVANCE["ladder"] / height,
            replaces=product,
            quantity=context.units_of(product),
            from_tier=tier,
            to_tier=to_tier,
        )
        for height, product, tier, to_tier in sorted(steps)
    ]


def next_lower_step(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the steps below the one that the customer declined, the next lower one first.

    It is one more chance: a ladder of which two steps were declined is left alone.
    """
    del offer
    ladders = context.snapshot.ladders
    refused: dict[int, list[int]] = {}
    for product, reason in context.restraint.alone.items():
        for tier in ladders.tiers_of[product] if reason == DECLINED else ():
            refused.setdefault(ladders.ladder[tier], []).append(tier)
    for candidate in reversed(found_once(context, _ladder_steps)):
        tiers = refused.get(ladders.ladder[candidate.to_tier], [])
        if len(tiers) == 1 and candidate.to_tier < tiers[0]:
            yield candidate


def gains_of(context: Context, candidate: Candidate) -> tuple[str, ...]:
    """Return what each step from the tier below to the proposed one gains the shopper."""
    ladders = context.snapshot.ladders
    first, other = ladders.gain_en, ladders.gain_ja
    if context.is_japanese:
        first, other = other, first
    steps = range(candidate.from_tier + 1, candidate.to_tier + 1)
    texts = (first[step] or other[step] for step in steps)
    return tuple(text for text in texts if text)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    label = context.snapshot.ladders.label
    return {"from": label[candidate.from_tier], "to": label[candidate.to_tier]}


LADDER: Final = Strategy(code="ladder", propose=ladder, evidence=_evidence, is_picked=always)
