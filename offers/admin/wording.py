"""The decision core's codes, in a merchandiser's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engine.decision.types import Reason
from engine.notes import Note
from offers.kinds.config import kind_choices
from offers.kinds.registry import all_kinds, find_kind
from offers.models import StrategyCode

# Why an offer did not apply, or a candidate was removed; each kind of offer has further words of its own.
WORDS: dict[str, Any] = {
    "active": gettext_lazy("The offer is paused."),
    "not_active": gettext_lazy("The offer is paused."),
    "schedule": gettext_lazy("The offer is outside its period."),
    "not_started": gettext_lazy("The offer has not started yet."),
    "arm": gettext_lazy("The offer is for another arm of its experiment."),
    "other_arm": gettext_lazy("The offer is for another arm of its experiment."),
    "holdout": gettext_lazy("The shopper is in the holdout, which is shown no offers."),
    "business_as_usual": gettext_lazy(
        "chosen by the statistics: the shopper is in the group that is shown only what was hand-picked"
    ),
    "audience": gettext_lazy("The offer is for another audience."),
    "declined": gettext_lazy("declined by this customer"),
    "channel_refused": gettext_lazy("The shopper does not want offers on this channel."),
    "complaint": gettext_lazy("The shopper complained about offers on this channel."),
    "never": gettext_lazy("The shopper never wants to see this again."),
    "paused": gettext_lazy("The shopper has paused all offers."),
    "quiet_hours": gettext_lazy("It is a quiet period of this channel."),
    "cap_reached": gettext_lazy("The shopper has seen as many offers as the cap allows."),
    "owned": gettext_lazy("The shopper has it already."),
    "later": gettext_lazy("The shopper put it off."),
    "accepted": gettext_lazy("The shopper accepted it, and does not need it again yet."),
    "enough_shown": gettext_lazy("paused after many views"),
    "enough_clicked": gettext_lazy("paused after many clicks"),
    "enough_dismissed": gettext_lazy("paused after dismissals"),
    "enough_later": gettext_lazy("paused after being put off repeatedly"),
    "enough_declined": gettext_lazy("paused after repeated declines"),
    "enough_accepted": gettext_lazy("paused after acceptances"),
    "excluded_offer": gettext_lazy("The storefront excluded the offer."),
    "currency": gettext_lazy("The page or cart has a different currency from the offer."),
    "trigger": gettext_lazy("No trigger product or category is on the page or in the cart."),
    "moment": gettext_lazy("It is not the time of the offer’s conditions."),
    "shopper": gettext_lazy("The shopper does not meet the conditions of the offer."),
    "page": gettext_lazy("The page does not meet the conditions of the offer."),
    "cart": gettext_lazy("The cart does not meet the conditions of the offer."),
    "unknown_context": gettext_lazy("A context value is not declared."),
    "unknown_context_choice": gettext_lazy("A context value is none of its choices."),
    "min_subtotal": gettext_lazy("The cart value is below the minimum of the offer."),
    "hidden": gettext_lazy("hidden"),
    "out_of_stock": gettext_lazy("not enough in stock"),
    "excluded": gettext_lazy("excluded by the storefront"),
    "other_currency": gettext_lazy("priced in a different currency"),
    "ruled_out": gettext_lazy("excluded in this placement"),
    "restricted": gettext_lazy("restricted: the customer does not have the attribute that it needs"),
    "fill_in": gettext_lazy("chosen by the statistics, which do not fill slots of this placement"),
    "after_decline": gettext_lazy(
        "The placement shows this offer only as it was chosen for after a decline."
    ),
    "is_context_product": gettext_lazy("the product of the page"),
    "in_cart": gettext_lazy("already in the cart"),
    "already_proposed": gettext_lazy("already proposed in another slot"),
    "offer_has_enough": gettext_lazy("the offer has filled all its slots"),
    "no_slot_left": gettext_lazy("no slot left"),
    "unknown_sku": gettext_lazy("The snapshot does not contain one of these products yet."),
    "unknown_placement": gettext_lazy("The snapshot does not contain this placement yet."),
    "inactive_placement": gettext_lazy("This placement is switched off."),
    "unknown_offer": gettext_lazy("The snapshot does not contain this offer yet."),
    "not_in_placement": gettext_lazy("In the snapshot, this offer is not in this placement yet."),
    "not_live": gettext_lazy(
        "Shoppers do not see it now: it is paused, outside its period or the times of its conditions, needs "
        "a promotion code, or is only for an arm of an experiment."
    ),
    "code": gettext_lazy("The offer requires a promotion code."),
    "code_needed": gettext_lazy("The offer requires a promotion code."),
    "customer_needed": gettext_lazy("The offer is only for known customers."),
    "acceptance": gettext_lazy("The offer is only for shoppers who accept it."),
    "not_accepted": gettext_lazy("The offer is only for shoppers who accept it."),
    "limits": gettext_lazy("The offer has reached its limit."),
    "limit_reached": gettext_lazy("The offer has reached its limit."),
    "no_lane": gettext_lazy("The lane of the offer does not exist."),
    "no_saving": gettext_lazy("saves nothing"),
    "margin_floor": gettext_lazy("the margin floor removes the whole discount"),
    "max_discount": gettext_lazy("the maximum discount leaves no saving"),
    "not_in_cart": gettext_lazy("does not apply to this cart"),
}


# Why a source proposes a product; the evidence of the decision core fills the gaps.
REASONS: dict[str, Any] = {
    "curated": gettext_lazy("Hand-picked."),
    "ladder": gettext_lazy("Next tier: %(from)s → %(to)s."),
    "related": gettext_lazy("Related to %(with)s."),
    "bought_together": gettext_lazy(
        "Bought together with %(with)s in %(orders)s orders, %(lift)s times as often as by chance."
    ),
    "also_bought_by_customer": gettext_lazy("This customer bought it before, in %(orders)s orders."),
    "due_for_repurchase": gettext_lazy("Due on %(due_date)s: needed again after %(interval_days)s days."),
    "category_popular": gettext_lazy("Popular in the category: in %(orders)s recent orders."),
    "popular": gettext_lazy("Popular overall: in %(orders)s recent orders."),
    "similar": gettext_lazy("Similar to what the shopper is viewing."),
    "viewed_not_bought": gettext_lazy("Looked at by the shopper, and not bought since."),
}


def code_text(code: str) -> str:
    """Return a code in words; a code nobody has words for yet is shown itself."""
    return str(_words(code) or code)


def _words(code: str) -> Any:
    """Return the words for a code, of all kinds of offer or of one; None where there are none."""
    own = (kind.codes[code] for kind in all_kinds() if code in kind.codes)
    return WORDS.get(code) or next(own, None)


def strategy_text(code: str) -> str:
    """Return where a candidate comes from: one of the sources, or the kind of offer itself."""
    labels = dict(StrategyCode.choices) | dict(kind_choices())
    return str(labels.get(code, code))


def note_text(note: Note) -> str:
    """Return a note in words."""
    return str(_words(note.code) or note.detail)


def reason_text(reason: Reason, names: Mapping[str, str]) -> str:
    """Return why a product is proposed, with its evidence; `names` holds products by SKU."""
    known: dict[str, Any] = dict(reason.evidence)
    if "with" in known:
        known["with"] = names.get(str(known["with"]), known["with"])
    if reason.code == "bought_together" and known.get("pinned"):
        return _("Pinned for %(with)s.") % known
    kind = find_kind(reason.code)
    words = REASONS.get(reason.code) or (kind and kind.reason)
    sentence = str(words) % known if words else reason.code
    if "views" in known:
        return sentence + " " + _("Times the shopper looked at it: %(views)s.") % known
    return sentence
