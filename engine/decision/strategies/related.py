"""What merchandisers related to the products in focus, beside them or in their place."""

from collections.abc import Iterator

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE, found_once
from engine.snapshot.layout import RELATION_KINDS
from engine.snapshot.records import OfferRecord

_SUBSTITUTE = RELATION_KINDS.index("substitute")


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
    relations, prior = context.snapshot.relations, PRIOR_RELEVANCE["related"]
    kind_of = context.snapshot.relation_kind
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
            prior / place,
            replaces=product,
            quantity=context.units_of(product) if kind_of[row] == _SUBSTITUTE else 1,
            basis=row,
        )
        for place, product, row, other in sorted(found)
    ]
