"""Registers case prices on every floor of the product."""

from msgspec import Struct

from catalog.services.amounts import benefit
from engine.decision.kinds import register as register_decisions
from engine.pricing.kinds import register as register_terms
from offers.kinds.base import Kind
from offers.kinds.registry import register
from offers.services.source import OfferSource
from tests.invented.decision import CaseProposer, WholeCase
from tests.invented.models import CaseOffer
from tests.invented.pricing import CaseTerms


class CaseValues(Struct, frozen=True):
    """The column of the kind."""

    case_size: int


class CaseFields(Struct, frozen=True):
    """What a proposal says in the API."""

    case_size: int


class CaseKind(Kind[CaseOffer, CaseValues, WholeCase]):
    """Whole cases cost less."""

    code = "case"
    icon = "inventory"
    invitation = "Case price: whole cases for less"
    model = CaseOffer
    values = CaseValues
    reason = "A case of %(case_size)s costs less."
    shopper_reason = "A whole case costs less"
    api_fields = CaseFields

    def summary(self, offer: CaseOffer) -> str:
        """Return "case of 6: 10% off"."""
        price = benefit(offer.benefit_kind, offer.benefit_value, offer.currency)
        return f"case of {offer.case_size}: {price}"

    def details(self, detail: WholeCase, currency: str) -> tuple[str, ...]:
        """Return how many units a case holds."""
        del currency
        return (f"{detail.size} units are a case.",)

    def render(self, detail: WholeCase, currency: str) -> CaseFields:
        """Return how many units a case holds."""
        del currency
        return CaseFields(detail.size)

    def discounted(self, source: OfferSource[CaseValues]) -> frozenset[int]:
        """Return what is sold by the case."""
        return source.triggers.products

    def terms(self, source: OfferSource[CaseValues]) -> CaseTerms:
        """Return the terms of the pricing core."""
        return CaseTerms(source.triggers, source.own.case_size, source.benefit)


register(CaseKind())
register_terms(CaseTerms)
register_decisions(CaseProposer())
