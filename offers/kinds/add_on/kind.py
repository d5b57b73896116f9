"""The add-on as a kind of offer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from engine.decision.kinds.add_on import Choice
from engine.pricing.kinds.add_on import AddOnTerms
from offers.kinds.add_on.answer import AddOnFields, render
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.add_on.source import AddOnValues, terms
from offers.kinds.add_on.words import choice_texts, summary
from offers.kinds.base import Fault, Kind
from offers.kinds.registry import register
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


class AddOnKind(Kind[AddOnOffer, AddOnValues, Choice]):
    """Add-ons: options on a product, at a surcharge."""

    code = "add_on"
    icon = "extension"
    invitation = gettext_lazy("Add-on: options on a product")
    model = AddOnOffer
    values = AddOnValues
    lacking = gettext_lazy("Choose at least one option.")
    reason = gettext_lazy("Options of a product that the shopper is viewing or has in the cart.")
    shopper_reason = gettext_noop("Options to choose from")
    codes = {"too_many_options": gettext_lazy("more options than allowed")}
    api_fields = AddOnFields

    def summary(self, offer: AddOnOffer) -> str:
        """Return what an option costs."""
        return summary(offer)

    def details(self, detail: Choice, currency: str) -> tuple[str, ...]:
        """Return the options."""
        return choice_texts(detail, currency)

    def render(self, detail: Choice, currency: str) -> AddOnFields:
        """Return the options."""
        return render(detail, currency)

    def find_faults(self, source: OfferSource[AddOnValues], samples: SampleProducts) -> Iterator[Fault]:
        """Yield that more options are included than may be chosen."""
        del samples
        if source.own.max_count is not None and source.own.included_count > source.own.max_count:
            words = _("%(included)d options are included, but only %(most)d may be chosen.") % {
                "included": source.own.included_count,
                "most": source.own.max_count,
            }
            yield Fault("more_included_than_chosen", words)

    def terms(self, source: OfferSource[AddOnValues]) -> AddOnTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(AddOnKind())
