"""The offers of a bundle, and where their proposals come from."""

from django.db.models import Q, QuerySet

from catalog.models import Bundle
from offers.models import Offer, OfferStrategy, StrategyCode


def propose_bundles(*, offer: Offer) -> None:
    """Let bundles be the one source of the offer's proposals."""
    OfferStrategy.objects.filter(offer_id=offer.pk).exclude(strategy=StrategyCode.BUNDLE).delete()
    OfferStrategy.objects.get_or_create(offer_id=offer.pk, strategy=StrategyCode.BUNDLE)


def offers_with_bundle(*, bundle: Bundle) -> QuerySet[Offer]:
    """Return the offers whose price is the bundle's: those that name it, and those that name none."""
    named = Offer.bundles.through._default_manager.filter(bundle_id=bundle.pk)  # noqa: SLF001 (documented)
    return Offer.objects.filter(Q(pk__in=named.values("offer_id")) | Q(bundles__isnull=True), kind="bundle")
