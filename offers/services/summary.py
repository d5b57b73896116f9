"""What an offer gives, in one line of a list."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import BenefitKind
from catalog.services.amounts import benefit, listed, money
from offers.models import (
    AddOnOffer,
    BuyGetOffer,
    Measure,
    Offer,
    OfferKind,
    QuantityOffer,
    SubscriptionOffer,
    ThresholdOffer,
)

# The kinds with a table of their own, as an offer leads to them.
_TABLES = ("quantityoffer", "subscriptionoffer", "addonoffer", "thresholdoffer__gift", "buygetoffer")


def with_kinds(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Read along what `summary` says of each kind, in as many queries for one offer as for many."""
    return offers.select_related(*_TABLES).prefetch_related("bundles", "quantityoffer__tiers")


def own_kind(offer: Offer) -> Offer:
    """Return the offer with its kind's own columns, which have been read along; itself where it has none."""
    match offer.kind:
        case OfferKind.QUANTITY:
            return offer.quantityoffer
        case OfferKind.SUBSCRIPTION:
            return offer.subscriptionoffer
        case OfferKind.ADD_ON:
            return offer.addonoffer
        case OfferKind.THRESHOLD:
            return offer.thresholdoffer
        case OfferKind.BUY_GET:
            return offer.buygetoffer
    return offer


def summary(offer: Offer) -> str:
    """Return what a shopper gets, by the columns of the offer's own kind; what they name has been read."""
    match offer:
        case QuantityOffer():
            return _quantity(offer)
        case SubscriptionOffer():
            return _subscription(offer)
        case AddOnOffer():
            return _add_on(offer)
        case ThresholdOffer():
            return _threshold(offer)
        case BuyGetOffer():
            words = _("buy %(buy)d, get %(get)d: %(benefit)s")
            return words % {"buy": offer.buy_count, "get": offer.get_count, "benefit": _benefit(offer)}
    if offer.kind == OfferKind.BUNDLE:
        return listed(sorted(bundle.name for bundle in offer.bundles.all())) or _("every active bundle")
    return _benefit(offer)


def _benefit(offer: Offer) -> str:
    return benefit(offer.benefit_kind, offer.benefit_value, offer.currency)


def _quantity(offer: QuantityOffer) -> str:
    tiers = sorted(offer.tiers.all(), key=lambda tier: tier.from_quantity)
    return " · ".join(
        f"{tier.from_quantity}+: {benefit(tier.benefit_kind, tier.benefit_value, offer.currency)}"
        for tier in tiers
    )


def _subscription(offer: SubscriptionOffer) -> str:
    if not offer.intro_cycles or offer.intro_kind == BenefitKind.NONE:
        return _benefit(offer)
    intro = benefit(offer.intro_kind, offer.intro_value, offer.currency)
    words = _("first %(cycles)d: %(intro)s, then %(benefit)s")
    return words % {"cycles": offer.intro_cycles, "intro": intro, "benefit": _benefit(offer)}


def _add_on(offer: AddOnOffer) -> str:
    if not offer.included_count:
        return _benefit(offer)
    return _("%(count)d included, then %(benefit)s") % {
        "count": offer.included_count,
        "benefit": _benefit(offer),
    }


def _threshold(offer: ThresholdOffer) -> str:
    spend = money(offer.at_least, offer.currency)
    start = spend if offer.measure == Measure.SPEND else _("%(count)d units") % {"count": offer.at_least}
    rewards = [] if offer.benefit_kind == BenefitKind.NONE else [_benefit(offer)]
    if offer.gift is not None:
        rewards.append(_("gift: %(product)s") % {"product": offer.gift.name})
    if offer.gives_free_shipping:
        rewards.append(_("free shipping"))
    return _("from %(start)s: %(rewards)s") % {"start": start, "rewards": listed(rewards) or "–"}
