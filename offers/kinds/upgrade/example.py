"""The carts of the example under the form."""

from itertools import pairwise

from django.utils.translation import gettext as _

from catalog.models import UpgradeTier
from engine.pricing import Acceptance, PricingOffer, Selector
from offers.admin.example.scenario import FEW, MAX_UNITS, Scenario, line
from offers.kinds.upgrade.source import UpgradeValues
from offers.services.samples import IncompleteOfferError, SampleProduct, SampleProducts
from offers.services.source import OfferSource


def scenarios(
    source: OfferSource[UpgradeValues], offer: PricingOffer, samples: SampleProducts
) -> list[Scenario]:
    """Return the carts to price: a few steps from one product to a better one."""
    carts: list[Scenario] = []
    for old, new in _steps(source, samples)[:FEW]:
        accepted = Acceptance(offer.id, new.facts, old.facts.id)
        label = _("%(new)s instead of %(old)s") % {"new": new.name, "old": old.name}
        carts.append(Scenario(label, (line(old),), (accepted,), not carts, old))
    if not carts:
        raise IncompleteOfferError(
            [_("There is no better product for any of these. Choose better products, or use ladders.")]
        )
    return carts


def _steps(
    source: OfferSource[UpgradeValues], samples: SampleProducts
) -> list[tuple[SampleProduct, SampleProduct]]:
    """Return what can be exchanged for what: hand-picked products first, then steps of ladders."""
    steps = []
    if source.picked and "curated" in source.strategies:
        better = samples.take(Selector(source.picks), FEW)
        plain = next((one for one in samples.take(source.triggers, FEW + 1) if one not in better), None)
        plain = plain or samples.take_other(source.picked)
        steps = [(plain, one) for one in better]
    if "ladder" in source.strategies:
        steps += _ladder_steps(source, samples)
    return steps


def _ladder_steps(
    source: OfferSource[UpgradeValues], samples: SampleProducts
) -> list[tuple[SampleProduct, SampleProduct]]:
    tiers = UpgradeTier.objects.filter(ladder__is_active=True).order_by("ladder_id", "position", "pk")
    if source.triggers.products:
        tiers = tiers.filter(ladder__tiers__product__in=source.triggers.products).distinct()
    rows = list(tiers.values_list("ladder_id", "product_id")[:MAX_UNITS])
    pairs = [(low, high) for (one, low), (other, high) in pairwise(rows) if one == other]
    products = {one.facts.id: one for one in samples.named({key for pair in pairs for key in pair})}
    return [
        (products[low], products[high])
        for low, high in pairs
        if source.triggers.sees(products[low].facts)
        and products[low].currency == products[high].currency == samples.currency
    ]
