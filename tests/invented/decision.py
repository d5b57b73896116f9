"""What a case price proposes."""

from collections.abc import Iterator

from engine.decision.basket import price_basket, sees, terms_of
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.types import Detail
from engine.snapshot.records import OfferRecord
from tests.invented.pricing import CaseTerms


class WholeCase(Detail, frozen=True):
    """How many units a case holds."""

    size: int


class CaseProposer(DirectProposer):
    """Proposes a whole case of each product in focus."""

    code = "case"

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose a case of each product in focus."""
        terms = terms_of(offer)
        if not isinstance(terms, CaseTerms):
            return
        for product in context.focus:
            if sees(context, terms.products, product):
                total = price_basket(context, offer, {product: terms.case_size}).total_minor
                listed = context.snapshot.products.price[product] * terms.case_size
                change = Change(
                    parts=((product, terms.case_size),),
                    priced=Priced(listed, total, total, (total,)),
                    about=("case", product),
                    evidence={"case_size": terms.case_size},
                    detail=WholeCase(terms.case_size),
                )
                yield Candidate("case", product, 1, 0.05, change=change)
