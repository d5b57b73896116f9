"""The carts of the example under the form."""

from engine.pricing import PricingOffer
from offers.admin.example.scenario import FEW, Scenario, line, together
from offers.kinds.bundle.source import BundleValues
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[BundleValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: the first few bundles."""
    del offer
    carts: list[Scenario] = []
    for bundle in source.own.bundles[:FEW]:
        counts = dict(bundle.parts)
        parts = [(product, counts[product.facts.id]) for product in samples.named(counts)]
        cart = tuple(line(product, count) for product, count in parts)
        carts.append(Scenario(together(*parts), cart, is_lead=not carts))
    return carts
