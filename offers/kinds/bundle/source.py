"""How offers of bundles are read, and what they mean to pricing."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from catalog.models import Bundle, BundleItem
from engine.pricing import Benefit, PricingBundle
from engine.pricing.kinds.bundle import BundleTerms
from offers.kinds.bundle.price import MIN_UNITS
from offers.services.source import OfferSource, UnreadOffer


class BundleValues(Struct, frozen=True):
    """The active bundles in the offer's currency, as far as the offer is not restricted to others."""

    bundles: tuple[PricingBundle, ...] = ()


def read(offers: Sequence[UnreadOffer]) -> list[BundleValues]:
    """Return the bundles of each offer, by two queries."""
    active = active_bundles()
    values = []
    for offer in offers:
        known = active.get(offer.common.currency or "", {})
        named = known if offer.common.named_bundles is None else offer.common.named_bundles
        values.append(BundleValues(tuple(known[bundle] for bundle in named if bundle in known)))
    return values


def active_bundles() -> dict[str, dict[int, PricingBundle]]:
    """Return the active bundles of two units or more, by currency and primary key.

    Deleting products may leave less of a bundle: one unit is no bundle.
    """
    parts: dict[int, list[tuple[int, int]]] = {}
    items = BundleItem.objects.filter(bundle__is_active=True).order_by("bundle_id", "position", "pk")
    for bundle, product, quantity in items.values_list("bundle_id", "product_id", "quantity"):
        parts.setdefault(bundle, []).append((product, quantity))
    bundles: dict[str, dict[int, PricingBundle]] = {}
    heads = Bundle.objects.filter(is_active=True).order_by("pk")
    columns: Any = heads.values_list("pk", "currency", "benefit_kind", "benefit_value")
    for pk, currency, kind, value in columns:
        if sum(quantity for _product, quantity in parts.get(pk, ())) >= MIN_UNITS:
            benefit = Benefit(kind, value)
            bundles.setdefault(currency, {})[pk] = PricingBundle(tuple(parts[pk]), benefit)
    return bundles


def terms(source: OfferSource[BundleValues]) -> BundleTerms | None:
    """Return the bundles, None if there is none."""
    return BundleTerms(source.own.bundles, source.max_times) if source.own.bundles else None
