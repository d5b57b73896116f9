"""The carts of the example under the form."""

from django.utils.translation import gettext as _

from engine.pricing import PricingOffer
from offers.admin.example.scenario import FEW_UNITS, MAX_UNITS, Scenario, besides, line, units
from offers.kinds.threshold.source import ThresholdValues
from offers.services.samples import IncompleteOfferError, SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[ThresholdValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: just below the threshold, at it and above it."""
    del offer
    product = samples.take(source.triggers)[0]
    if source.own.measure == "spend" and source.own.at_least > FEW_UNITS * product.price_minor:
        product = samples.take(source.triggers, most_expensive=True)[0]
    each = product.price_minor if source.own.measure == "spend" else 1
    reached = -(-source.own.at_least // each)
    if reached > MAX_UNITS:
        raise IncompleteOfferError([_("Too many units to show in an example.")])
    others = besides(source, product, samples)
    return [
        Scenario(
            " + ".join([units(product, count), *(one.name for one in others)]),
            (line(product, count), *(line(one) for one in others)),
            is_lead=count == reached,
        )
        for count in (reached - 1, reached, reached + 1)
        if count
    ]
