"""The decision core's codes, in a merchandiser's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engine.decision.types import Reason
from engine.notes import Note
from offers.models import OfferKind, StrategyCode

# Why an offer did not apply, or a candidate was removed.
WORDS: dict[str, Any] = {
    "active": gettext_lazy("The offer is switched off."),
    "schedule": gettext_lazy("The offer is outside its period."),
    "audience": gettext_lazy("The offer is for another audience."),
    "declined": gettext_lazy("This customer declined the offer."),
    "currency": gettext_lazy("The page or cart is in another currency than the offer."),
    "trigger": gettext_lazy("No trigger product or category is on the page or in the cart."),
    "min_subtotal": gettext_lazy("The cart is worth less than the offer asks for."),
    "hidden": gettext_lazy("hidden"),
    "out_of_stock": gettext_lazy("not enough in stock"),
    "excluded": gettext_lazy("excluded by the storefront"),
    "other_currency": gettext_lazy("priced in another currency"),
    "nothing_to_replace": gettext_lazy("no product of the page or cart to upgrade from"),
    "price_not_higher": gettext_lazy("no step up in price"),
    "step_too_high": gettext_lazy("a larger step up in price than the offer allows"),
    "above_comfort_band": gettext_lazy("dearer than this customer is used to paying in the category"),
    "is_context_product": gettext_lazy("it is the page's product"),
    "in_cart": gettext_lazy("lies in the cart already"),
    "already_proposed": gettext_lazy("already proposed in another place"),
    "ladder_already_shown": gettext_lazy("another offer climbs this ladder on the page"),
    "offer_has_enough": gettext_lazy("the offer has filled all its places"),
    "no_slot_left": gettext_lazy("no place left"),
    "unknown_sku": gettext_lazy("What serves now does not know one of these products yet."),
    "unknown_placement": gettext_lazy("What serves now does not know this placement yet."),
    "inactive_placement": gettext_lazy("This placement is switched off."),
    "unknown_offer": gettext_lazy("What serves now does not know this offer yet."),
    "not_in_placement": gettext_lazy("What serves now does not show the offer in this placement yet."),
    "not_live": gettext_lazy("Shoppers do not see it now: it is switched off or outside its period."),
    "code": gettext_lazy("The offer is for those who enter its promotion code."),
    "nothing_gained": gettext_lazy("nothing is gained by it"),
    "no_saving": gettext_lazy("saves nothing"),
    "too_many_options": gettext_lazy("more options than may be chosen"),
    "interval": gettext_lazy("not an interval of the offer"),
    "margin_floor": gettext_lazy("the margin floor leaves nothing of it"),
    "max_discount": gettext_lazy("the largest discount leaves nothing of it"),
    "not_in_cart": gettext_lazy("looks at nothing in this cart"),
}


# Why a product is proposed; the evidence of the decision core fills the gaps.
REASONS: dict[str, Any] = {
    "curated": gettext_lazy("Picked by hand."),
    "ladder": gettext_lazy("Next tier: %(from)s → %(to)s."),
    "related": gettext_lazy("Related to %(with)s."),
    "bundle": gettext_lazy("Bundle “%(name)s”."),
    "bought_together": gettext_lazy(
        "Bought together with %(with)s in %(orders)s orders, %(lift)s times as often as by chance."
    ),
    "also_bought_by_customer": gettext_lazy("This customer bought it before, in %(orders)s orders."),
    "due_for_repurchase": gettext_lazy("Due on %(due_date)s: needed again after %(interval_days)s days."),
    "category_popular": gettext_lazy("Popular in the category: in %(orders)s recent orders."),
    "popular": gettext_lazy("Popular overall: in %(orders)s recent orders."),
    "similar": gettext_lazy("Similar to what the shopper looks at."),
    "quantity": gettext_lazy("More units cost less each."),
    "subscription": gettext_lazy("Delivered again and again at a lower price."),
    "add_on": gettext_lazy("Options of a product that the shopper looks at or has in the cart."),
    "threshold": gettext_lazy("A little more, and there is a reward."),
    "buy_get": gettext_lazy("One group more, and some units cost less."),
}


def code_text(code: str) -> str:
    """Return a code in words; a code nobody has words for yet is shown itself."""
    return str(WORDS.get(code, code))


def strategy_text(code: str) -> str:
    """Return where a candidate comes from: one of the sources, or the kind of offer itself."""
    labels = dict(StrategyCode.choices) | dict(OfferKind.choices)
    return str(labels.get(code, code))


def note_text(note: Note) -> str:
    """Return a note in words."""
    return str(WORDS.get(note.code, note.detail))


def reason_text(reason: Reason, names: Mapping[str, str]) -> str:
    """Return why a product is proposed, with its evidence; `names` holds products by SKU."""
    known: dict[str, Any] = dict(reason.evidence)
    if "with" in known:
        known["with"] = names.get(str(known["with"]), known["with"])
    if reason.code == "bought_together" and known.get("pinned"):
        return _("Pinned for %(with)s.") % known
    words = REASONS.get(reason.code)
    return str(words) % known if words else reason.code
