"""The bundle as a kind of offer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from catalog.services.amounts import listed
from engine.pricing.kinds.bundle import BundleTerms
from offers.kinds.base import Kind
from offers.kinds.bundle.models import BundleOffer
from offers.kinds.bundle.source import BundleValues, read, terms
from offers.kinds.registry import register
from offers.services.source import OfferSource, UnreadOffer


class BundleKind(Kind[BundleOffer, BundleValues, None]):
    """Offers of bundles; each bundle has its own price."""

    code = "bundle"
    icon = "deployed_code"
    invitation = gettext_lazy("Bundle offer: together at one price")
    model = BundleOffer
    lacking = gettext_lazy("There is no active bundle in this currency.")
    waits_for_catalogue = True
    summary_reads = ("bundles",)
    codes = {"no_part_present": gettext_lazy("no part of the bundle is on the page or in the cart")}
    reason = gettext_lazy("Bundle “%(name)s”.")
    shopper_reason = gettext_noop("Together as a set")

    def summary(self, offer: BundleOffer) -> str:
        """Return the names of the bundles."""
        return listed(sorted(bundle.name for bundle in offer.bundles.all())) or _("every active bundle")

    def discounted(self, source: OfferSource[BundleValues]) -> frozenset[int]:
        """Return no product: a bundle is priced as a whole, on its own page."""
        del source
        return frozenset()

    def read(self, offers: Sequence[UnreadOffer]) -> list[BundleValues]:
        """Return the own values of the offers."""
        return read(offers)

    def terms(self, source: OfferSource[BundleValues]) -> BundleTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(BundleKind())
