"""The carts of the example under the form."""

from django.utils.translation import gettext as _

from engine.pricing import Acceptance, PricingOffer, Selector
from offers.admin.example.scenario import FEW, Scenario, line, together
from offers.services.samples import IncompleteOfferError, SampleProducts
from offers.services.source import OfferSource


def scenarios(source: OfferSource[None], offer: PricingOffer, samples: SampleProducts) -> list[Scenario]:
    """Return the carts to price: one cart for each of the first proposed products."""
    triggers = samples.take(source.triggers, FEW + 1) if source.has_triggers else []
    if source.picked:
        targets = samples.take(Selector(source.picks), FEW)
    else:
        targets = [samples.take_other(source.triggers.products)]
    is_accepted = offer.terms.is_by_acceptance
    carts: list[Scenario] = []
    for target in targets:
        others = [one for one in triggers if one != target]
        if triggers and not others:
            continue
        cart = [*((one, 1) for one in others[:1]), (target, 1)]
        accepted = (Acceptance(offer.id, target.facts),) if is_accepted else ()
        lines = tuple(line(product, count) for product, count in cart)
        carts.append(Scenario(together(*cart), lines, accepted, is_lead=not carts))
    if not carts:
        raise IncompleteOfferError(
            [_("A product cannot be proposed with itself. Choose another product to propose.")]
        )
    return carts
