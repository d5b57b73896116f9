"""The carts of the example under the form."""

from django.utils.translation import gettext as _

from engine.pricing import PricingCartLine, PricingOffer
from offers.admin.example.scenario import MAX_ROWS, MONTH_DAYS, Scenario
from offers.kinds.subscription.source import SubscriptionValues
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[SubscriptionValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: one delivery after another."""
    del offer
    product = samples.take(source.triggers)[0]
    days = min(source.own.interval_days, default=MONTH_DAYS)
    cycles = range(1, source.own.intro_cycles + 3)
    edges = [1, 2, source.own.intro_cycles, source.own.intro_cycles + 1]
    shown = edges if len(cycles) > MAX_ROWS else list(cycles)
    return [
        Scenario(
            _("delivery %(number)d") % {"number": cycle},
            (PricingCartLine(product.facts, 1, days, cycle),),
            is_lead=cycle == source.own.intro_cycles or (cycle == 1 and not source.own.intro_cycles),
        )
        for cycle in shown
    ]
