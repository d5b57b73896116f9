"""What a change of an offer brings along: where its proposals come from, and a new version of its price."""

from offers.models import Offer, OfferStrategy, StrategyCode


def propose_bundles(*, offer: Offer) -> None:
    """Let bundles be the one source of the offer's proposals."""
    offer.strategies.exclude(strategy=StrategyCode.BUNDLE).delete()
    OfferStrategy.objects.get_or_create(offer_id=offer.pk, strategy=StrategyCode.BUNDLE)
