"""Add-ons in a merchandiser's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.services.amounts import benefit, listed, money
from engine.decision.kinds.add_on import Choice
from offers.kinds.add_on.models import AddOnOffer


def summary(offer: AddOnOffer) -> str:
    """Return what an option costs, and how many are included."""
    price = benefit(offer.benefit_kind, offer.benefit_value, offer.currency)
    if not offer.included_count:
        return price
    return _("%(count)d included, then %(benefit)s") % {"count": offer.included_count, "benefit": price}


def choice_texts(choice: Choice, currency: str) -> tuple[str, ...]:
    """Return the options with their surcharges, and how many are included."""
    options = listed(f"{option.name} +{money(option.offer_minor, currency)}" for option in choice.options)
    if not choice.included_count:
        return (options,)
    words = ngettext("%(count)d option included", "%(count)d options included", choice.included_count)
    return (options, words % {"count": choice.included_count})
