"""The carts of the example under the form."""

from django.utils.translation import gettext as _

from engine.pricing import PricingOffer
from offers.admin.example.scenario import MAX_ROWS, MAX_UNITS, Scenario, besides, line, together, units
from offers.kinds.buy_get.source import BuyGetValues
from offers.services.samples import IncompleteOfferError, SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[BuyGetValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: less than a group, one group and two."""
    del offer
    buy, get = source.own.buy_count, source.own.get_count
    bought = samples.take(source.triggers)[0]
    got = besides(source, bought, samples)
    if buy + get > MAX_UNITS // 2:
        raise IncompleteOfferError([_("Too many units to show in an example.")])
    if got:
        carts = [(buy - 1, get), (buy, get), (2 * buy, 2 * get)]
        return [
            Scenario(
                together((bought, first), (got[0], second)),
                (line(bought, first), line(got[0], second)),
                is_lead=first == buy,
            )
            for first, second in carts
            if first
        ]
    group = buy + get
    counts = range(1, 2 * group + 1) if 2 * group <= MAX_ROWS else [group - 1, group, 2 * group]
    return [
        Scenario(units(bought, count), (line(bought, count),), is_lead=count == group) for count in counts
    ]
