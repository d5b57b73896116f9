"""What merchandisers related to the products in focus: to go with them or to replace them."""

from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Strategy, always, found_once
from engine.decision.types import Evidence
from engine.snapshot.layout import RELATION_KINDS
from engine.snapshot.records import OfferRecord

_SUBSTITUTE: Final = RELATION_KINDS.index("substitute")


def related(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the accessories, consumables and complements of the products in focus."""
    del offer
    kind_of = context.snapshot.relation_kind
    return (one for one in found_once(context, _relations) if kind_of[one.basis] != _SUBSTITUTE)


def substitutes(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the substitutes of the products in focus in their place."""
    del offer
    kind_of = context.snapshot.relation_kind
    return (one for one in found_once(context, _relations) if kind_of[one.basis] == _SUBSTITUTE)


def _relations(context: Context) -> list[Candidate]:
    """Return what is related to the focus: first every product's first relation, then the seconds."""
    relations, kind_of = context.snapshot.relations, context.snapshot.relation_kind
    found = [
        (place, product, relations.span(product)[0] + place - 1, other)
        for product in context.focus
        for place, other in enumerate(relations[product], 1)
    ]
    return [
        Candidate(
            "related",
            other,
            1 / place,
            PRIOR_RELEVANCE["related"] / place,
            replaces=product,
            quantity=context.units_of(product) if kind_of[row] == _SUBSTITUTE else 1,
            basis=row,
        )
        for place, product, row, other in sorted(found)
    ]


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    snapshot = context.snapshot
    relation = RELATION_KINDS[snapshot.relation_kind[candidate.basis]]
    return {"relation": relation, "with": snapshot.products.sku[candidate.replaces]}


RELATED: Final = Strategy(code="related", propose=related, evidence=_evidence, is_picked=always)
