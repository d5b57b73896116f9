"""What the form of an offer says about naming nothing: everything, or nothing yet."""

from collections.abc import Mapping
from typing import Any

from django import forms

from offers.models import BundleScope, CuratedProduct, Offer, PromotionCode, TargetScope, TriggerScope
from offers.services.restriction import offers_with_batches

# The field that says it, its value for an offer without the restriction, and the fields that name things.
RESTRICTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "trigger_scope": (TriggerScope.EVERYTHING, ("trigger_products", "trigger_categories")),
    "bundle_scope": (BundleScope.EVERY, ("bundles",)),
    "target_scope": (TargetScope.COUNTED, ("target_categories",)),
}
CHOSEN = "chosen"


def prepare_scopes(form: Any) -> None:
    """Show what a saved offer is restricted to: what it names restricts it, whatever its columns say."""
    offer: Offer = form.instance
    for name, (_unrestricted, named) in RESTRICTIONS.items():
        if name not in form.fields:
            continue
        # Who leaves the field out leaves it to what is named.
        form.fields[name].required = False
        if any(form.initial.get(one) for one in named) or (name == "target_scope" and _has_picks(offer)):
            form.initial[name] = CHOSEN
    if "needs_code" in form.fields and not form.initial.get("needs_code") and _has_codes(offer):
        form.initial["needs_code"] = True


def settle_scopes(form: Any, cleaned: dict[str, Any]) -> None:
    """Let the named things follow the field; where it was left out, it follows them."""
    for name, (unrestricted, named) in RESTRICTIONS.items():
        if name not in form.fields or name in form.errors:
            continue
        fields = [one for one in named if one in cleaned]
        if form.fields[name].widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name)):
            usual = form.get_initial_for_field(form.fields[name], name)
            cleaned[name] = CHOSEN if any(cleaned[one] for one in fields) else usual
        elif not cleaned[name]:
            form.add_error(name, forms.Field.default_error_messages["required"])
        elif cleaned[name] == unrestricted:
            for one in fields:
                cleaned[one] = cleaned[one].none()


def _has_picks(offer: Offer) -> bool:
    return bool(offer.pk) and CuratedProduct.objects.filter(offer_id=offer.pk).exists()


def _has_codes(offer: Offer) -> bool:
    if not offer.pk:
        return False
    written = PromotionCode.objects.filter(offer_id=offer.pk)
    return written.exists() or offers_with_batches().filter(offer=offer.pk).exists()
