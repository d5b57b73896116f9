"""Registers case prices with the offers and with pricing."""

from msgspec import Struct

from catalog.services.amounts import benefit
from engine.pricing.kinds import register as register_terms
from offers.kinds.base import Kind
from offers.kinds.registry import register
from offers.services.source import OfferSource
from tests.invented.models import CaseOffer
from tests.invented.pricing import CaseTerms


class CaseValues(Struct, frozen=True):
    """The column of the kind."""

    case_size: int


class Case(Kind[CaseOffer, CaseValues, None]):
    """Whole cases cost less."""

    code = "case"
    icon = "inventory"
    invitation = "Case price: whole cases for less"
    model = CaseOffer
    values = CaseValues

    def summary(self, offer: CaseOffer) -> str:
        """Return "case of 6: 10 % off"."""
        price = benefit(offer.benefit_kind, offer.benefit_value, offer.currency)
        return f"case of {offer.case_size}: {price}"

    def discounted(self, source: OfferSource[CaseValues]) -> frozenset[int]:
        """Return what is sold by the case."""
        return source.triggers.products

    def terms(self, source: OfferSource[CaseValues]) -> CaseTerms:
        """Return the terms of the pricing core."""
        return CaseTerms(source.triggers, source.own.case_size, source.benefit)


register(Case())
register_terms(CaseTerms)
