"""Tiers with which a larger quantity would cost less."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalog.services.amounts import money
from engine import pricing
from offers.kinds.base import Fault
from offers.kinds.quantity.source import QuantityValues
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource

# How many prices of a selection are tried if it has more.
MAX_PRICES = 20


def find_tier_faults(source: OfferSource[QuantityValues], samples: SampleProducts) -> Iterator[Fault]:
    """Try the tiers on the products they count: more units must never cost less in total."""
    if not source.own.tiers:
        return
    tiers = pricing.Tiers(source.own.tiers, source.own.mode, source.own.after_last)
    together = None if source.own.counting == "product" else source.own.unit_order
    fault = pricing.find_tier_fault(tiers, samples.prices(source.triggers, MAX_PRICES), together=together)
    if fault is None:
        return
    unit, added = (money(minor, samples.currency) for minor in (fault.unit_minor, fault.added_minor))
    more = f"{fault.more} × {unit}" if added == unit else f"{fault.fewer} × {unit} + {added}"
    words = _("%(more)s would cost %(more_total)s, less than %(fewer)s (%(fewer_total)s).") % {
        "more": more,
        "more_total": money(fault.more_minor, samples.currency),
        "fewer": f"{fault.fewer} × {unit}",
        "fewer_total": money(fault.fewer_minor, samples.currency),
    }
    yield Fault("more_is_cheaper", words)
