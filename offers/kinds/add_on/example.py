"""The carts of the example under the form."""

from engine.pricing import Option, PricingCartLine, PricingOffer, Selector
from offers.admin.example.scenario import FEW, MAX_ROWS, Scenario, together
from offers.kinds.add_on.source import AddOnValues
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[AddOnValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: with no option, with one, with two and so on."""
    del offer
    options = samples.take(Selector(source.picks), FEW)
    parent = next((one for one in samples.take(source.triggers, FEW + 1) if one not in options), None)
    parent = parent or samples.take_other(source.picked)
    most = max(len(options), source.own.included_count + 1, source.own.min_count, 2)
    carts: list[Scenario] = []
    for count in range(min(most, source.own.max_count or most, MAX_ROWS) + 1):
        chosen = [options[place % len(options)] for place in range(count)]
        counts = {one.facts.id: chosen.count(one) for one in chosen}
        taken = tuple(Option(one.facts, counts[one.facts.id]) for one in options if one in chosen)
        label = together((parent, 1), *((one, counts[one.facts.id]) for one in options if one in chosen))
        carts.append(Scenario(label, (PricingCartLine(parent.facts, options=taken),), is_lead=count == 1))
    return carts
