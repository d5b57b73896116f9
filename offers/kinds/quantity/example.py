"""The carts of the example under the form."""

from django.utils.translation import gettext as _

from engine.pricing import PricingOffer
from offers.admin.example.scenario import FEW, MAX_ROWS, MAX_UNITS, Scenario, line, together, units
from offers.kinds.quantity.source import QuantityValues
from offers.services.samples import IncompleteOfferError, SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[QuantityValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: units of one product around each tier, then of several."""
    del offer
    first, *others = samples.take(source.triggers, 1 if source.own.counting == "product" else 3)
    last = source.own.tiers[-1].from_quantity
    if last > MAX_UNITS - 1:
        raise IncompleteOfferError([_("Too many units to show in an example.")])
    counts = set(range(1, last + 3))
    if len(counts) > MAX_ROWS:
        edges = [tier.from_quantity for tier in source.own.tiers[-FEW:]]
        counts = {1, *(edge - 1 for edge in edges), *edges, last + 1} - {0}
    carts = [
        Scenario(units(first, count), (line(first, count),), is_lead=count == last)
        for count in sorted(counts)
    ]
    for place in range(1, len(others) + 1):
        mixed = [first, *others[:place]]
        label = together(*((product, 1) for product in mixed))
        carts.append(Scenario(label, tuple(line(product) for product in mixed)))
    return carts
